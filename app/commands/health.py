"""``ragphoto health``: is all well, and if not, what to type. Ends with 1 when unhealthy."""

from __future__ import annotations

from typing import Annotated

import typer

from app import dates, messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, open_home, result, result_json, told_in_words, tr
from app.plain_json import plain


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("health", help=tr("help.health"))(health)


def health(
    deep: Annotated[bool, typer.Option("--deep", help=tr("opt.health.deep"))] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print every check."""
    with told_in_words(home):
        from mlops.monitoring import HealthChecker

        place, _ = open_home(home)
        found = plain(HealthChecker(home=place).check_health(deep=deep, language=language()))
        if as_json:
            result_json(found)
        else:
            signs = {"ok": "✓", "warning": "!", "error": "✗"}
            for name, check in found["checks"].items():
                key = f"monitoring.check.{name}"
                named = messages.text_or(key, "health.check", language(), name=name)
                said = dates.told(str(check.get("message", "")), language())
                colon = messages.text("versions.colon", language())
                result(f"{signs.get(check['status'], '?')} {named}{colon}{said}")
                if check["status"] != "ok" and check.get("remedy"):
                    result(f"    {check['remedy']}")
            verdicts = {"healthy": "health.ok", "unhealthy": "health.bad"}
            result(tr(verdicts.get(found["status"], "health.look")))
        if found["status"] == "unhealthy":
            raise typer.Exit(1)

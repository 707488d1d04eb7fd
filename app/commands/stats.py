"""``ragphoto stats`` : the guide's figures over the last days."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from app import messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, open_home, result, result_json, told_in_words, tr
from app.plain_json import plain


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("stats", help=tr("help.stats"))(stats)


def stats(
    days: Annotated[int, typer.Option("--days", min=1, help=tr("opt.days"))] = 7,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the figures."""
    with told_in_words(home):
        from mlops.monitoring import statistics

        place, _ = open_home(home)
        figures = plain(statistics(place, days=days))
        if as_json:
            result_json(figures)
        else:
            tell(figures)


def tell(figures: dict[str, Any], depth: int = 0) -> None:
    """Names and values, one a line, as nested as they are."""
    for name, value in figures.items():
        if isinstance(value, dict):
            result(f"{'  ' * depth}{name}")
            tell(value, depth + 1)
        else:
            result(f"{'  ' * depth}{name:<28} {written(value)}")


def written(value: Any) -> str:
    """A value for people: what was not measured is a dash."""
    if value is None:
        return "—"
    return messages.number(value, language(), 3) if isinstance(value, float) else str(value)

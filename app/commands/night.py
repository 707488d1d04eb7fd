"""``ragphoto night``: the night that is due, once a date. Ends with 1 when it failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from app import messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, open_home, result, result_json, told_in_words, tr

SHOWN = 14  # nights


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("night", help=tr("help.night"))(night)


def night(
    scheduled: Annotated[bool, typer.Option("--scheduled", help=tr("opt.night.scheduled"))] = False,
    status: Annotated[bool, typer.Option("--status", help=tr("opt.night.status"))] = False,
    at: Annotated[str, typer.Option("--at", help=tr("opt.night.at"))] = "",
    zone: Annotated[str, typer.Option("--zone", help=tr("opt.schedule.zone"))] = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do the night, or show the latest."""
    with told_in_words(home):
        place, _ = open_home(home)
        if status:
            tell_nights(nights(place), as_json=as_json)
            return
        from app.progress import watch
        from mlops import run_log
        from mlops.night import run_night
        from rag.settings import Settings

        settings = Settings.load(place, night_at=at or None, timezone=zone or None)
        run_log.configure(place)
        source = "schedule" if scheduled else "manual"
        report = run_night(place, settings, source=source, progress=watch())
        if as_json:
            result_json(report)
        elif report.state == "already":
            if not scheduled:
                result(tr("night.already", night=report.night))
        else:
            tell(report)
        if report.state == "failed":
            raise typer.Exit(1)


def tell(report: Any) -> None:
    """A line a step."""
    seconds = messages.number(report.seconds, language(), 1)
    result(tr(f"night.{report.state}", night=report.night, seconds=seconds))
    if report.attempts > 1:
        result(tr("night.attempts", attempts=report.attempts))
    for name, step in (report.steps or {}).items():
        sign = "✓" if step["state"] == "done" else "✗"
        spent = messages.number(step["seconds"], language(), 1)
        result(f"  {sign} {tr(f'night.step.{name}'):<22} {spent:>7} s  {_detail(step['detail'])}")


def _detail(detail: Mapping[str, Any]) -> str:
    """What a step did: the values that say something."""
    shown = []
    for name, value in detail.items():
        if value in (None, "", [], {}, False) or name == "run_id":
            continue
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        shown.append(f"{name} {text}")
    return "; ".join(shown)[:200]


def nights(home: Any) -> list[dict[str, Any]]:
    """The latest nights, newest first."""
    if not home.database.is_file():
        return []
    import sqlalchemy as sa

    from mlops import store_tables as t
    from mlops.store import Store

    query = sa.select(t.nights).order_by(t.nights.c.night.desc()).limit(SHOWN)
    with Store(home) as store, store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def tell_nights(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """One line a night."""
    if as_json:
        result_json(rows)
        return
    for row in rows:
        failed = [n for n, step in (row["steps"] or {}).items() if step["state"] == "failed"]
        decision = ((row["steps"] or {}).get("pipeline") or {}).get("detail", {}).get("decision")
        told = [tr(f"night.state.{row['state']}"), decision or "", ", ".join(failed)]
        result(f"{row['night']}  " + "  ".join(text for text in told if text))
    if not rows:
        result(tr("night.none"))

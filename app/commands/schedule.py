"""``ragphoto schedule``: what starts the nights on this machine."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import Usage, open_home, result, result_json, told_in_words, tr

if TYPE_CHECKING:
    from mlops.schedule import Plan

KINDS = ("cron", "systemd", "launchd", "windows", "prefect")
USUAL = {"win32": "windows", "darwin": "launchd"}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help=tr("help.schedule"), no_args_is_help=True, rich_markup_mode=None)
    group.command("status", help=tr("help.schedule.status"))(status)
    for kind in KINDS:
        group.command(kind, help=tr("help.schedule.kind", kind=kind))(_command(kind))
    app.add_typer(group, name="schedule")


def _command(kind: str) -> Callable[..., None]:
    """The command of one scheduler."""

    def schedule(
        install: Annotated[
            bool, typer.Option("--install", help=tr("opt.schedule.install"))
        ] = False,
        remove: Annotated[bool, typer.Option("--remove", help=tr("opt.schedule.remove"))] = False,
        at: Annotated[str, typer.Option("--at", help=tr("opt.schedule.at"))] = "",
        zone: Annotated[str, typer.Option("--zone", help=tr("opt.schedule.zone"))] = "",
        home: HomeOption = None,
        lang: LangOption = None,
        as_json: JsonOption = False,
    ) -> None:
        with told_in_words(home):
            from mlops import schedule as room
            from mlops.night.due import zone_of

            place, settings = open_home(home)
            hour, where = at or settings.night_at, zone or settings.timezone
            zone_of(where)
            try:
                plan = room.plan_for(kind, place, at=hour, zone=where)
            except ValueError as error:
                raise Usage(str(error)) from error
            if remove:
                room.remove(plan, place)
                result(tr("schedule.removed", kind=kind))
            elif install:
                room.install(plan, place, at=hour, zone=where)
                result(tr("schedule.installed", kind=kind, at=hour))
            elif as_json:
                result_json(plan)
            else:
                tell(plan)

    return schedule


def tell(plan: Plan) -> None:
    """What to write where, and what to type."""
    for name, text in plan.files.items():
        path = Path(plan.where) / name if plan.where else None
        result(tr("schedule.file", path=path) if path else tr("schedule.crontab"))
        result("")
        result(text)
    commands = [command for command in plan.commands if command != ("crontab", "-")]
    if commands:
        result(tr("schedule.type"))
        for command in commands:
            result(f"  {shlex.join(command)}")
        result("")
    result(tr("schedule.or_install", kind=plan.kind))


def status(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Whether nights are armed; ends with 1 when not."""
    with told_in_words(home):
        from mlops.schedule import armed

        place, _ = open_home(home)
        found = armed(place)
        if as_json:
            result_json(found)
        elif not found.kind:
            result(tr("schedule.none", kind=usual()))
        elif not found.known:
            result(tr("schedule.lost", kind=found.kind))
        else:
            result(tr("schedule.armed", kind=found.kind, at=found.at or "?"))
        if not (found.kind and found.known):
            raise typer.Exit(1)


def usual() -> str:
    """The scheduler that this machine has."""
    import shutil

    default = "systemd" if shutil.which("systemctl") else "cron"
    return USUAL.get(sys.platform, default)

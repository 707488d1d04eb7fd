"""``ragphoto watch``: documents are read as they come."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import open_home, result_json, say, told_in_words, tr


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("watch", help=tr("help.watch"))(watch)


def watch(
    every: Annotated[
        float, typer.Option("--every", min=1.0, max=60.0, help=tr("opt.watch.every"))
    ] = 30.0,
    once: Annotated[bool, typer.Option("--once", help=tr("opt.watch.once"))] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch until Ctrl-C."""
    with told_in_words(home):
        from app import progress
        from app.commands.ingest import tell
        from mlops import run_log, steps, watching

        place, settings = open_home(home)
        run_log.configure(place)
        say(tr("watch.begun", folder=place.data))
        reports = watching.watch(
            place,
            lambda: steps.ingest(place, settings, progress=progress.watch()),
            look_s=every,
        )
        with contextlib.closing(reports):
            for report in reports:
                if as_json:
                    result_json(report, indent=None)
                else:
                    tell(report)
                if once:
                    return

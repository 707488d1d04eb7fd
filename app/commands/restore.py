"""``ragphoto restore``: a backup in place of what is there, which is kept aside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import open_home, result, result_json, told_in_words, tr


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("restore", help=tr("help.restore"))(restore)


def restore(
    file: Annotated[Path, typer.Argument(help=tr("opt.restore.file"), show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help=tr("opt.yes"))] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Restore."""
    with told_in_words(home):
        from mlops import backup as room

        place, _ = open_home(home)
        found = room.read(file)
        question = tr("restore.ask", home=place.root, at=found.at[:16].replace("T", " "))
        if not yes and not typer.confirm(question, err=True):
            result(tr("restore.no"))
            raise typer.Exit(1)
        done = room.restore(place, file)
        if as_json:
            result_json(done)
        else:
            result(tr("restore.done", aside=done.aside or "—"))

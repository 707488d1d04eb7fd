"""``ragphoto backup``: a checked copy of what cannot be made again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.opened import megabytes
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import open_home, result, result_json, told_in_words, tr


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backup", help=tr("help.backup"))(backup)


def backup(
    to: Annotated[Path | None, typer.Argument(help=tr("opt.backup.to"), show_default=False)] = None,
    listed: Annotated[bool, typer.Option("--list", help=tr("opt.backup.list"))] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Back up, or show the backups."""
    with told_in_words(home):
        from mlops import backup as room

        place, settings = open_home(home)
        if listed:
            rows = room.listing(place, settings)
            if as_json:
                result_json(rows)
                return
            for row in rows:
                size = megabytes(row.size_bytes)
                at = row.at[:16].replace("T", " ")
                result(tr("backup.line", at=at, size=size, path=row.path))
            if not rows:
                result(tr("backup.none"))
            return
        made = room.make(place, settings, to)
        if as_json:
            result_json(made)
        else:
            result(tr("backup.made", path=made.path, size=megabytes(made.size_bytes)))

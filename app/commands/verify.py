"""``ragphoto verify``: the release in service, byte by byte; ends with 1 when it is damaged."""

from __future__ import annotations

import typer

from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import open_home, result, result_json, told_in_words, tr


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", help=tr("help.verify"))(verify)


def verify(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Check every hash of the release in service."""
    with told_in_words(home):
        from mlops import releases
        from rag.errors import NoRelease
        from rag.index.release import Release

        place, _ = open_home(home)
        folder = releases.champion(place)
        if folder is None:
            raise NoRelease(place.root)
        problems = Release.open(folder).verify()
        if as_json:
            result_json({"release": folder.name, "problems": problems})
        else:
            key = "verify.bad" if problems else "verify.ok"
            result(tr(key, release=folder.name, count=len(problems)))
            for problem in problems:
                result(f"  {problem}")
        if problems:
            raise typer.Exit(1)

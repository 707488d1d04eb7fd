"""The options that every command takes. Loaded after the language is chosen: the helps need it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.console import tr
from app.messages import LANGUAGES

HomeOption = Annotated[Path | None, typer.Option("--home", help=tr("opt.home"))]


def spoken(value: str | None) -> str | None:
    """The language asked for, when it is one of ours.

    Raises:
        BadParameter: it is not.
    """
    if value is not None and value not in LANGUAGES:
        raise typer.BadParameter(tr("lang.unknown", value=value))
    return value


LangOption = Annotated[str | None, typer.Option("--lang", help=tr("opt.lang"), callback=spoken)]
JsonOption = Annotated[bool, typer.Option("--json", help=tr("opt.json"))]

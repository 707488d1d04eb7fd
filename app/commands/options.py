"""The options that every command takes. Loaded after the language is chosen: the helps need it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.console import tr

HomeOption = Annotated[Path | None, typer.Option("--home", help=tr("opt.home"))]
LangOption = Annotated[str | None, typer.Option("--lang", help=tr("opt.lang"))]
JsonOption = Annotated[bool, typer.Option("--json", help=tr("opt.json"))]

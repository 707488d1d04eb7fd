"""The options that every command takes. Loaded after the language is chosen: the helps need it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import completion
from app.console import Usage, tr
from app.messages import LANGUAGES

if TYPE_CHECKING:
    from rag.records import Filters

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

DocumentsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--document",
        help=tr("opt.filter.document"),
        show_default=False,
        autocompletion=completion.documents,
    ),
]
KindsOption = Annotated[
    list[str] | None, typer.Option("--kind", help=tr("opt.filter.kind"), show_default=False)
]
YearOption = Annotated[str, typer.Option("--year", help=tr("opt.filter.year"), show_default=False)]
LanguagesOption = Annotated[
    list[str] | None, typer.Option("--language", help=tr("opt.filter.language"), show_default=False)
]
ConfidenceOption = Annotated[
    float,
    typer.Option(
        "--min-confidence",
        min=0.0,
        max=1.0,
        help=tr("opt.filter.min_confidence"),
        show_default=False,
    ),
]


def filters_of(
    documents: list[str] | None,
    kinds: list[str] | None,
    years: str,
    languages: list[str] | None,
    min_confidence: float,
) -> Filters | None:
    """The filters typed; None when none is.

    Raises:
        Usage: the years cannot be read.
    """
    from app.refining import BadYears, make_filters

    try:
        return make_filters(
            documents=documents or (),
            kinds=kinds or (),
            years=years,
            languages=languages or (),
            min_confidence=min_confidence,
        )
    except BadYears as error:
        raise Usage(tr("filters.bad_years", value=error.value)) from error

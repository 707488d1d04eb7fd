"""The filters of the web page: what may be chosen, and what was."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import Form

from app.problems import Problem
from app.refining import BadYears, make_filters
from app.service import Service
from rag.errors import NoRelease
from rag.records import Filters

LISTED = 500  # documents, at most; beyond, a part of a name is typed on the command line
CONFIDENCES = (0.6, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader chose; an empty field asks nothing."""

    document: str = ""
    kind: str = ""
    years: str = ""
    in_language: str = ""
    min_confidence: float = 0.0

    @property
    def filters(self) -> Filters | None:
        """The filters; None when nothing is chosen.

        Raises:
            Problem: 422 when the years cannot be read.
        """
        try:
            return make_filters(
                documents=(self.document,),
                kinds=(self.kind,),
                years=self.years,
                languages=(self.in_language,),
                min_confidence=self.min_confidence,
            )
        except BadYears as error:
            raise Problem(422, "filters.bad_years", value=error.value) from error

    @property
    def fields(self) -> dict[str, str | float]:
        """Those that ask something, by the name of their form field."""
        return {name: value for name, value in asdict(self).items() if value}


def chosen(
    document: Annotated[str, Form(max_length=500)] = "",
    kind: Annotated[str, Form(max_length=20)] = "",
    years: Annotated[str, Form(max_length=20)] = "",
    in_language: Annotated[str, Form(max_length=10)] = "",
    min_confidence: Annotated[float, Form(ge=0, le=1)] = 0.0,
) -> Chosen:
    """What the form of the page says."""
    return Chosen(document, kind, years, in_language, min_confidence)


def choices(service: Service) -> dict[str, list[str]] | None:
    """What may be chosen in this collection; None when nothing was read yet."""
    try:
        sources = service.sources()
        languages = service.languages()
    except NoRelease:
        return None
    return {
        "documents": sorted(source.name for source in sources)[:LISTED],
        "kinds": sorted({source.kind for source in sources}),
        "languages": languages,
    }

"""What routes share: the collection in service, the reader's language, names in addresses."""

from __future__ import annotations

import re
from typing import Annotated, cast

from fastapi import Depends, Path, Query, Request

from app import messages
from app.problems import Problem
from app.readers import author_of, reader_of
from app.refining import BadYears, make_filters
from app.service import Service
from rag.records import Filters, Source

LANGUAGE_COOKIE = "ragphoto_language"
MAX_RANGES = 50  # of one address


def service_of(request: Request) -> Service:
    """The collection in service."""
    return cast(Service, request.app.state.service)


def language_of(request: Request) -> messages.Language:
    """The reader's: asked for, chosen before, said by the browser, else the setting."""
    for asked in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in messages.LANGUAGES:
            return asked
    default = request.app.state.settings.language
    return messages.choose(request.headers.get("accept-language"), default)


def filters_of(
    document: Annotated[list[str], Query(max_length=50, description="part of a name")] = [],  # noqa: B006
    kind: Annotated[list[str], Query(max_length=20, description="pdf, photo, csv…")] = [],  # noqa: B006
    years: Annotated[
        str, Query(max_length=20, description="of publication: 1874, 1870-1899, 1870-, -1899")
    ] = "",
    language: Annotated[list[str], Query(max_length=20, description="fr, en…")] = [],  # noqa: B006
    min_confidence: Annotated[float, Query(ge=0, le=1, description="of the reading")] = 0.0,
) -> Filters | None:
    """The filters of an address; None when it has none.

    Raises:
        Problem: 422 when the years cannot be read.
    """
    try:
        return make_filters(
            documents=document,
            kinds=kind,
            years=years,
            languages=language,
            min_confidence=min_confidence,
        )
    except BadYears as error:
        raise Problem(422, "filters.bad_years", value=error.value) from error


FiltersPart = Annotated[Filters | None, Depends(filters_of)]
ServicePart = Annotated[Service, Depends(service_of)]
ReaderPart = Annotated[str, Depends(reader_of)]
AuthorPart = Annotated[str, Depends(author_of)]
LanguagePart = Annotated[messages.Language, Depends(language_of)]
DocumentId = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file")]
Limit = Annotated[int, Query(ge=1, le=200, description="rows, at most")]
Offset = Annotated[int, Query(ge=0, le=10**9, description="rows to leave out, from the first")]
PageNumber = Annotated[int, Path(ge=1, le=1_000_000, description="page, from 1")]


def shown(service: Service, document_id: str, page: int = 1) -> Source:
    """The document of an address.

    Raises:
        Problem: 404 when it is unknown or deleted, or has no such page.
    """
    source = service.source(document_id)
    if source is None:
        raise Problem(404, "http.no_document")
    if page > source.pages:
        raise Problem(404, "http.no_page")
    return source


def ranges(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of an address: "3-9,12-15" → [(3, 9), (12, 15)].

    Raises:
        Problem: 422 when it is not that.
    """
    if not text:
        return []
    if not re.fullmatch(r"\d{1,9}-\d{1,9}(,\d{1,9}-\d{1,9})*", text):
        raise Problem(422, "http.invalid", detail="want first-last,first-last")
    pairs = [part.split("-") for part in text.split(",")[:MAX_RANGES]]
    return [(int(first), int(last)) for first, last in pairs]

"""Answers as they were given: by id, a reader's own, and to take away."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, Field

from app import exporting
from app.problems import Problem
from app.routes.parts import LanguagePart, Limit, Offset, ReaderPart, ServicePart
from app.schemas import AnswerOut, answer_out
from app.security import may_read
from app.service import Service
from mlops import answers as room

router = APIRouter(prefix="/answers", tags=["ask"], dependencies=[Depends(may_read)])

AnswerId = Annotated[str, Path(pattern="^[0-9a-f]{1,64}$", description="`answer_id` of an answer")]
KINDS = {"markdown": ("text/markdown", "md"), "bibtex": ("application/x-bibtex", "bib")}


class AskedOut(BaseModel):
    """One question of who asks, and what it got."""

    answer_id: str
    at: str = Field(description="ISO 8601, UTC")
    question: str
    outcome: str = Field(description="answer, nearest or nothing")
    text: str


@router.get("")
def mine(
    service: ServicePart,
    reader: ReaderPart,
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[AskedOut]:
    """What this reader asked, newest first (cookie, or ``X-Reader``)."""
    rows = room.of_reader(service.store, reader, limit, offset)
    return [AskedOut.model_validate(row, from_attributes=True) for row in rows]


@router.get("/{answer_id}")
def one(service: ServicePart, language: LanguagePart, answer_id: AnswerId) -> AnswerOut:
    """An answer as it was shown, less what was deleted since."""
    return shown_again(service, answer_id, language)


@router.get("/{answer_id}/export", response_class=Response)
def export(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    answer_id: AnswerId,
    form: Annotated[Literal["markdown", "bibtex"], Query(alias="as")] = "markdown",
) -> Response:
    """The answer in Markdown with its sources, or its sources as BibTeX."""
    answer = shown_again(service, answer_id, language)
    if form == "markdown":
        text = exporting.markdown(answer, language, str(request.base_url).rstrip("/"))
    else:
        known = service.release.extra("facts", {})
        text = exporting.bibtex(answer, lambda document_id: known.get(document_id) or {})
    media, ending = KINDS[form]
    named = {"content-disposition": f'attachment; filename="{answer_id[:12]}.{ending}"'}
    return PlainTextResponse(text, media_type=f"{media}; charset=utf-8", headers=named)


def shown_again(service: Service, answer_id: str, language: Literal["fr", "en"]) -> AnswerOut:
    """An answer of the record, as everyone outside sees it.

    Raises:
        Problem: 404 when nobody got it.
    """
    found = room.kept(service.store, answer_id)
    if found is None:
        raise Problem(404, "answers.unknown")
    sample = service.home.uses_sample
    return answer_out(found, service.size, language=language, sample=sample, kind_of=service.kind)

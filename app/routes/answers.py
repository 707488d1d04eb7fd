"""Answers as they were given: by id, a reader's own, and to take away."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from app import exporting
from app.answer_pdf import answer_pdf
from app.page_images import FileChanged
from app.problems import Problem
from app.routes.parts import LanguagePart, Limit, Offset, ReaderPart, ServicePart
from app.schemas import AnswerOut, CitationOut, answer_out
from app.security import may_read
from app.service import Service
from mlops import answers as room
from rag.errors import PageFailed
from rag.records import Box

router = APIRouter(prefix="/answers", tags=["ask"], dependencies=[Depends(may_read)])

AnswerId = Annotated[str, Path(pattern="^[0-9a-f]{1,64}$", description="`answer_id` of an answer")]
KINDS = {
    "markdown": ("text/markdown; charset=utf-8", "md"),
    "bibtex": ("application/x-bibtex; charset=utf-8", "bib"),
    "pdf": ("application/pdf", "pdf"),
}


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
    form: Annotated[Literal["markdown", "bibtex", "pdf"], Query(alias="as")] = "markdown",
) -> Response:
    """The answer with its sources, as Markdown or PDF, or its sources as BibTeX.

    The PDF shows the words of each citation as they are printed.
    """
    answer = shown_again(service, answer_id, language)
    base = str(request.base_url).rstrip("/")
    content: bytes | str
    if form == "pdf":
        content = answer_pdf(answer, language, cut=partial(cut_out, service), base=base)
    elif form == "markdown":
        content = exporting.markdown(answer, language, base)
    else:
        known = service.release.extra("facts", {})
        content = exporting.bibtex(answer, lambda document_id: known.get(document_id) or {})
    media, ending = KINDS[form]
    named = {"content-disposition": f'attachment; filename="{answer_id[:12]}.{ending}"'}
    return Response(content, media_type=media, headers=named)


def cut_out(service: Service, one: CitationOut) -> bytes | None:
    """The words of a citation as they are printed; None where no image of them can be had."""
    if not one.crop_url or service.source(one.document_id) is None:
        return None
    read = service.page(one.document_id, one.page - 1, one.release)
    source = service.source(one.document_id)
    if read is None or source is None or not service.same_reading(one.release):
        return None
    boxes = [Box(*box) for box in one.boxes]
    try:
        size = (read.page.width_px, read.page.height_px)
        return service.images.cropped(source, one.page - 1, boxes, size, mark=True)
    except (FileChanged, PageFailed):
        return None


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

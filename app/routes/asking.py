"""Asking and searching."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from app import problems
from app.routes.parts import FiltersPart, LanguagePart, ReaderPart, ServicePart
from app.schemas import MAX_QUESTION, AnswerOut, QuestionIn, SearchOut, answer_out, search_out
from app.security import may_ask
from app.streaming import stream
from rag.records import Answer

router = APIRouter(tags=["ask"], dependencies=[Depends(may_ask)])


@router.post("/ask")
def ask(
    asked: QuestionIn, service: ServicePart, language: LanguagePart, reader: ReaderPart
) -> AnswerOut:
    """Answer a question; every sentence comes with the page and the words that prove it."""
    answer = service.ask(
        asked.question, reader=reader, after=asked.after, filters=asked.filters.made()
    )
    return answer_out(
        answer,
        service.size,
        language=language,
        sample=service.home.uses_sample,
        kind_of=service.kind,
    )


@router.post(
    "/ask/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def ask_and_follow(
    asked: QuestionIn,
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    reader: ReaderPart,
) -> StreamingResponse:
    """Answer as events: the pages found, the text as a model writes it, then the proved answer.

    ``pages`` is what ``GET /search`` gives; each ``token`` has a ``text`` that is provisional: only
    the sentences of ``answer``, which is what ``POST /ask`` gives, are checked. ``error`` ends it.
    """
    filters = asked.filters.made()

    def answer(found: Answer) -> dict[str, Any]:
        sample = service.home.uses_sample
        told = answer_out(
            found, service.size, language=language, sample=sample, kind_of=service.kind
        )
        return told.model_dump()

    events = stream(
        lambda watch: service.ask(
            asked.question, reader=reader, after=asked.after, filters=filters, watch=watch
        ),
        pages=lambda found: search_out(found, service.kind).model_dump(),
        answer=answer,
        error=lambda problem: problems.told(problem, language, service.home.root),
        gone=request.is_disconnected,
    )
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


@router.get("/search")
def search(
    service: ServicePart,
    q: Annotated[str, Query(min_length=1, max_length=MAX_QUESTION)],
    filters: FiltersPart,
    k: Annotated[int, Query(ge=1, le=100)] = 10,
) -> SearchOut:
    """Pages about a question, best first."""
    return search_out(service.search(q, k, filters=filters), service.kind)

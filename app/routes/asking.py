"""Asking and searching."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from app import messages, problems
from app.routes.parts import FiltersPart, LanguagePart, ReaderPart, ServicePart
from app.schemas import MAX_QUESTION, AnswerOut, QuestionIn, SearchOut, answer_out, search_out
from app.security import may_ask
from app.service import Service
from app.streaming import stream
from rag.records import Answer

router = APIRouter(tags=["ask"], dependencies=[Depends(may_ask)])


@router.post(
    "/ask",
    response_model=AnswerOut,
    responses={200: {"content": {"text/event-stream": {}}}},
)
def ask(
    asked: QuestionIn,
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    reader: ReaderPart,
) -> AnswerOut | StreamingResponse:
    """Answer a question; every sentence comes with the page and the words that prove it.

    With ``Accept: text/event-stream``, as events: see ``POST /ask/stream``.
    """
    if "text/event-stream" in request.headers.get("accept", ""):
        return _followed(asked, request, service, language, reader)
    answer = service.ask(
        asked.question, reader=reader, after=asked.after, filters=asked.filters.made()
    )
    return _out(answer, service, language)


@router.post(
    "/ask/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
def ask_and_follow(
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
    return _followed(asked, request, service, language, reader)


def _followed(
    asked: QuestionIn,
    request: Request,
    service: Service,
    language: messages.Language,
    reader: str,
) -> StreamingResponse:
    filters = asked.filters.made()
    events = stream(
        lambda watch: service.ask(
            asked.question, reader=reader, after=asked.after, filters=filters, watch=watch
        ),
        pages=lambda found: search_out(found, service.kind).model_dump(),
        answer=lambda found: _out(found, service, language).model_dump(),
        error=lambda problem: problems.told(problem, language, service.home.root),
        gone=request.is_disconnected,
    )
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def _out(answer: Answer, service: Service, language: messages.Language) -> AnswerOut:
    return answer_out(
        answer,
        service.size,
        language=language,
        sample=service.home.uses_sample,
        kind_of=service.kind,
    )


@router.get("/search")
def search(
    service: ServicePart,
    q: Annotated[str, Query(min_length=1, max_length=MAX_QUESTION)],
    filters: FiltersPart,
    k: Annotated[int, Query(ge=1, le=100)] = 10,
) -> SearchOut:
    """Pages about a question, best first."""
    return search_out(service.search(q, k, filters=filters), service.kind)

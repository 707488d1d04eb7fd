"""Asking and searching."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.routes.parts import FiltersPart, LanguagePart, ServicePart
from app.schemas import MAX_QUESTION, AnswerOut, QuestionIn, SearchOut, answer_out, search_out
from app.security import may_read

router = APIRouter(tags=["ask"], dependencies=[Depends(may_read)])


@router.post("/ask")
def ask(asked: QuestionIn, service: ServicePart, language: LanguagePart) -> AnswerOut:
    """Answer a question; every sentence comes with the page and the words that prove it."""
    answer = service.ask(asked.question, after=asked.after, filters=asked.filters.made())
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

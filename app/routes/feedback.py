"""What readers say of an answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from app import schemas
from app.problems import Problem
from app.routes.parts import LanguagePart, ServicePart
from app.schemas import FeedbackIn, FeedbackOut
from app.security import may_write
from app.service import Service

router = APIRouter(tags=["feedback"], dependencies=[Depends(may_write)])

Text = Annotated[str | None, Query(max_length=schemas.MAX_TEXT)]


@router.post("/feedback")
def submit(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    body: FeedbackIn | None = None,
    question: Annotated[str | None, Query(max_length=schemas.MAX_QUESTION)] = None,
    answer: Text = None,
    rating: Annotated[int | None, Query(ge=1, le=5)] = None,
    feedback_text: Text = None,
    corrected_answer: Text = None,
    answer_id: Annotated[str | None, Query(max_length=64)] = None,
    sources: Annotated[list[str] | None, Query(max_length=50)] = None,
) -> FeedbackOut:
    """Rate (1–5), comment or correct an answer: as a JSON body, or as the guide's parameters."""
    given = body or FeedbackIn(
        question=question,
        answer=answer,
        rating=rating,
        feedback_text=feedback_text,
        corrected_answer=corrected_answer,
        answer_id=answer_id,
        sources=sources or [],
    )
    return FeedbackOut(feedback_id=record(request, service, given, language))


def record(request: Request, service: Service, given: FeedbackIn, language: str) -> str:
    """Keep one feedback, checked; returns its id.

    Raises:
        Problem: too many at once (429), an unknown answer (404), something missing (422).
    """
    if not request.app.state.pace.allows(request.client.host if request.client else ""):
        raise Problem(429, "http.too_many")
    if given.rating is None:
        raise Problem(422, "http.invalid", detail="rating: 1–5")
    about = service.store.answer(given.answer_id) if given.answer_id else None
    if given.answer_id and about is None and not (given.question and given.answer):
        raise Problem(404, "feedback.unknown_answer", answer_id=given.answer_id)
    about = about or {}
    try:
        feedback_id = service.store.record_feedback(
            question=given.question or about.get("question") or "",
            answer=given.answer or answer_text(about, language),
            rating=given.rating,
            sources=given.sources,
            text=given.feedback_text or None,
            corrected_answer=given.corrected_answer or None,
            answer_id=given.answer_id if about else None,
        )
    except ValueError as error:
        raise Problem(422, "http.invalid", detail=str(error)) from error
    trace_id = str(about.get("trace_id") or "")
    service.tracing.feedback(trace_id, rating=given.rating, text=given.feedback_text or "")
    return feedback_id


def answer_text(about: dict[str, object], language: str) -> str:
    """What the reader was shown: the answer, or the words of the refusal."""
    from app import messages

    if about.get("text") or not about:
        return str(about.get("text") or "")
    return messages.text(f"outcome.{about['outcome']}", "en" if language == "en" else "fr")

"""What readers say of an answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from app import messages, schemas
from app.fates import told
from app.feedback_schemas import MarkIn, RemarkIn, RemarkOut
from app.problems import Problem
from app.remarking import why_not
from app.routes.parts import AuthorPart, LanguagePart, ServicePart
from app.schemas import FeedbackOut
from app.security import may_read, may_write
from app.service import Service
from mlops import feedback as room
from mlops.feedback import Given, Mark, TooMany

router = APIRouter(tags=["feedback"])

Text = Annotated[str | None, Query(max_length=schemas.MAX_TEXT)]
RemarkId = Annotated[str, Path(pattern="^[0-9a-f]{2,32}$")]


@router.post("/feedback", dependencies=[Depends(may_write)])
def submit(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    author: AuthorPart,
    body: RemarkIn | None = None,
    question: Annotated[str | None, Query(max_length=schemas.MAX_QUESTION)] = None,
    answer: Text = None,
    rating: Annotated[int | None, Query(ge=1, le=5)] = None,
    feedback_text: Text = None,
    corrected_answer: Text = None,
    answer_id: Annotated[str | None, Query(max_length=64)] = None,
    sources: Annotated[list[str] | None, Query(max_length=50)] = None,
) -> FeedbackOut:
    """Rate (1–5), comment or correct an answer: as a JSON body, or as the guide's parameters."""
    given = body or RemarkIn(
        question=question,
        answer=answer,
        rating=rating,
        feedback_text=feedback_text,
        corrected_answer=corrected_answer,
        answer_id=answer_id,
        sources=sources or [],
    )
    return FeedbackOut(feedback_id=record(request, service, given, language, author))


@router.get("/feedback/mine", dependencies=[Depends(may_read)])
def mine(service: ServicePart, language: LanguagePart, author: AuthorPart) -> list[RemarkOut]:
    """The remarks of who asks, newest first, with what became of each."""
    rows = room.of_author(service.store, author)
    return [RemarkOut.of(row, told(row, language)) for row in rows]


@router.get("/feedback/{feedback_id}", dependencies=[Depends(may_read)])
def fate(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    author: AuthorPart,
    feedback_id: RemarkId,
) -> RemarkOut:
    """One of one's own; editors see any, where keys say who is one."""
    who = request.scope["principal"]
    if not who.local and who.may("edit") and (any_row := room.show(service.store, feedback_id)):
        return RemarkOut.of(any_row, told(any_row, language))
    for row in room.of_author(service.store, author):
        if row["feedback_id"] == feedback_id:
            return RemarkOut.of(row, told(row, language))
    raise Problem(404, "feedback.no_such", id=feedback_id)


@router.delete("/feedback/{feedback_id}", dependencies=[Depends(may_write)])
def withdraw(service: ServicePart, author: AuthorPart, feedback_id: RemarkId) -> FeedbackOut:
    """Take a remark of one's own back."""
    if not room.withdraw(service.store, feedback_id, author):
        raise Problem(404, "feedback.no_such", id=feedback_id)
    return FeedbackOut(status="withdrawn", feedback_id=feedback_id)


def record(
    request: Request,
    service: Service,
    given: RemarkIn,
    language: messages.Language,
    author: str = "",
) -> str:
    """Keep one remark, checked; returns its id.

    Raises:
        Problem: too many at once (429), an unknown answer or document (404), something missing
            (422).
    """
    if not request.app.state.pace.allows(request.client.host if request.client else ""):
        raise Problem(429, "http.too_many")
    if given.rating is None:
        raise Problem(422, "feedback.bad_rating")
    about = service.store.answer(given.answer_id) if given.answer_id else None
    if given.answer_id and about is None and not (given.question and given.answer):
        raise Problem(404, "feedback.unknown_answer", answer_id=given.answer_id)
    about = about or {}
    try:
        feedback_id = room.save(
            service.store,
            Given(
                question=given.question or str(about.get("question") or ""),
                answer=given.answer or answer_text(about, language),
                rating=given.rating,
                sources=tuple(given.sources),
                text=given.feedback_text,
                corrected_answer=given.corrected_answer,
                author=author,
                answer_id=given.answer_id if about else None,
                marks=tuple(mark_of(service, mark) for mark in given.marks),
                wanted=given.wanted,
            ),
        )
    except TooMany as error:
        raise Problem(429, "feedback.too_many_remarks") from error
    except ValueError as error:
        raise Problem(422, "http.invalid", detail=why_not(error, language)) from error
    trace_id = str(about.get("trace_id") or "")
    service.tracing.feedback(trace_id, rating=given.rating, text=given.feedback_text or "")
    return feedback_id


def mark_of(service: Service, given: MarkIn) -> Mark:
    """A page by its name, or by the hash of its file."""
    named = [
        row
        for row in service.store.sources()
        if given.document in (row.document_id, row.name, row.path)
    ]
    for row in named:
        if given.page <= row.pages:
            return Mark(row.document_id, given.page - 1, given.right, given.first, given.last)
    if named:
        found = {"document": named[0].name, "page": given.page, "pages": named[0].pages}
        raise Problem(404, "remark.no_page", **found)
    raise Problem(404, "feedback.no_document", document=given.document[:100])


def answer_text(about: dict[str, object], language: str) -> str:
    """What the reader was shown: the answer, or the words of the refusal."""
    if about.get("text") or not about:
        return str(about.get("text") or "")
    return messages.text(f"outcome.{about['outcome']}", "en" if language == "en" else "fr")

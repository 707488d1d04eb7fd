"""Remarks on the page: the form below an answer, and what became of one's own."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from app.fates import told
from app.feedback_schemas import MarkIn, RemarkIn, RemarkOut
from app.problems import Problem
from app.rendering import collection, page
from app.routes.feedback import RemarkId, record
from app.routes.parts import AuthorPart, LanguagePart, ServicePart
from app.schemas import MAX_TEXT
from app.security import may_read, may_write
from mlops import feedback as room

router = APIRouter(include_in_schema=False)

PageNumberText = Annotated[str, Form(pattern="^[0-9]{0,6}$")]


@router.post("/rate", dependencies=[Depends(may_write)])
def rate(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    author: AuthorPart,
    answer_id: Annotated[str, Form(max_length=64)],
    rating: Annotated[int, Form(ge=1, le=5)],
    feedback_text: Annotated[str, Form(max_length=MAX_TEXT)] = "",
    corrected_answer: Annotated[str, Form(max_length=MAX_TEXT)] = "",
    right_document: Annotated[str, Form(max_length=500)] = "",
    right_page: PageNumberText = "",
    mark: Annotated[list[str], Form(max_length=40)] = [],  # noqa: B006
    wanted: Annotated[Literal["", "answer", "refusal"], Form()] = "",
) -> Response:
    """Feedback from the page; « la bonne page est ici » when a document and a page are given."""
    marks = [mark_in(value) for value in mark if value]
    if right_document and right_page and int(right_page):
        marks.append(MarkIn(document=right_document, page=int(right_page)))
    given = RemarkIn(
        answer_id=answer_id,
        rating=rating,
        feedback_text=feedback_text or None,
        corrected_answer=corrected_answer or None,
        marks=marks,
        wanted=wanted or None,
    )
    record(request, service, given, language, author)
    return page(request, "thanks.html", collection=collection(service), rating=rating)


def mark_in(value: str) -> MarkIn:
    """A page that the form says is right or wrong: "right#12#livre.pdf".

    Raises:
        Problem: 422 when it is not that.
    """
    verdict, _, rest = value.partition("#")
    number, _, name = rest.partition("#")
    digits = number.isascii() and number.isdigit() and 0 < len(number) < 7 and int(number) > 0
    if verdict not in ("right", "wrong") or not digits or not 0 < len(name) <= 500:
        raise Problem(422, "http.invalid", detail="mark: right#12#livre.pdf")
    return MarkIn(document=name, page=int(number), right=verdict == "right")


@router.get("/remarks", dependencies=[Depends(may_read)])
def remarks(
    request: Request, service: ServicePart, language: LanguagePart, author: AuthorPart
) -> Response:
    """What this reader said, newest first, and what became of it."""
    rows = room.of_author(service.store, author)
    mine = [RemarkOut.of(row, told(row, language)) for row in rows]
    return page(request, "remarks.html", collection=collection(service), remarks=mine)


@router.post("/remarks/{feedback_id}/withdraw", dependencies=[Depends(may_write)])
def withdraw(service: ServicePart, author: AuthorPart, feedback_id: RemarkId) -> Response:
    """Take one back, then see the others."""
    if not room.withdraw(service.store, feedback_id, author):
        raise Problem(404, "feedback.no_such", id=feedback_id)
    return RedirectResponse("/remarks", status_code=303)

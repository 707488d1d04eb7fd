"""What a reader may do with what is kept of them: change it, have it, be forgotten."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from app.fates import told
from app.feedback_schemas import ErasedOut, RemarkEdit, RemarkOut
from app.plain_json import plain
from app.problems import Problem
from app.readers import COOKIE
from app.remarking import why_not
from app.routes.feedback import RemarkId, mark_of
from app.routes.parts import AuthorPart, LanguagePart, ServicePart
from app.security import may_read, may_write
from app.service import Service
from mlops import feedback as room
from mlops.feedback.persons import erase_lines

router = APIRouter(tags=["feedback"])


@router.patch("/feedback/{feedback_id}", dependencies=[Depends(may_write)])
def change(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    author: AuthorPart,
    feedback_id: RemarkId,
    body: RemarkEdit,
) -> RemarkOut:
    """Change a remark of one's own: only the fields given; it is looked at again."""
    if not request.app.state.pace.allows(request.client.host if request.client else ""):
        raise Problem(429, "http.too_many")
    try:
        done = room.edit(service.store, feedback_id, author, **_changes(service, body))
    except ValueError as error:
        raise Problem(422, "http.invalid", detail=why_not(error, language)) from error
    for row in room.of_author(service.store, author) if done else ():
        if row["feedback_id"] == feedback_id:
            return RemarkOut.of(row, told(row, language))
    raise Problem(404, "feedback.no_such", id=feedback_id)


@router.get("/me/export", dependencies=[Depends(may_read)])
def export(service: ServicePart, author: AuthorPart) -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept of who asks, by kind."""
    found: dict[str, list[dict[str, Any]]] = plain(room.export(service.store, author))
    return found


@router.delete("/me", dependencies=[Depends(may_write)])
def forget(
    request: Request, service: ServicePart, author: AuthorPart, response: Response
) -> ErasedOut:
    """Forget who asks: remarks go, what they taught is withdrawn, questions lose their token."""
    said = [row["feedback_id"] for row in room.export(service.store, author)["feedback"]]
    counts = room.erase(service.store, author)
    erase_lines(service.home.root / "mlops" / "feedback", author, said)
    request.app.state.repeats.forget(author)
    response.delete_cookie(COOKIE, path="/")
    return ErasedOut(erased=counts)


def _changes(service: Service, body: RemarkEdit) -> dict[str, Any]:
    """The fields that were given, by the names of ``Given``."""
    names = {"feedback_text": "text"}
    given = {names.get(n, n): getattr(body, n) for n in body.model_fields_set}
    if "marks" in given:
        given["marks"] = tuple(mark_of(service, mark) for mark in body.marks)
    return given

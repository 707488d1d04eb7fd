"""A word that was misread, said by who sees the scan: proposed, until a second person agrees."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from app.feedback_schemas import WordIn, WordOut
from app.problems import Problem
from app.remarking import cannot
from app.routes.parts import AuthorPart, DocumentId, PageNumber, ServicePart, shown
from app.security import may_write
from mlops.learning import words as room
from mlops.learning.entries import Refused

router = APIRouter(tags=["feedback"])


@router.post("/documents/{document_id}/pages/{page}/words", dependencies=[Depends(may_write)])
def correct(
    request: Request,
    service: ServicePart,
    author: AuthorPart,
    document_id: DocumentId,
    page: PageNumber,
    body: WordIn,
) -> WordOut:
    """Say what is printed at words of a page; what the machine read stays beside.

    Raises:
        Problem: 404 for no such page, 422 for what cannot stand there, 429 for too many at once.
    """
    if not request.app.state.pace.allows(request.client.host if request.client else ""):
        raise Problem(429, "http.too_many")
    shown(service, document_id, page)
    try:
        found = room.propose(
            service.store, service.release, document_id=document_id, index=page - 1,
            first=body.first, last=body.last, after=body.after, before=body.before,
            author=author,
        )  # fmt: skip
    except Refused as error:
        status = 429 if error.code == "too_many" else 422
        key, details = cannot(error)
        raise Problem(status, key, **details) from error
    if not found.fix_id:
        key, details = cannot(found.reason)
        raise Problem(422, key, **details)
    return WordOut(word_id=found.fix_id, state=found.state, reason=found.reason)

"""Where an answer comes from, as a page: the same words as ``ragphoto explain``."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app import origins
from app.problems import Problem
from app.rendering import collection, page, reader_zone
from app.routes.answers import AnswerId
from app.routes.parts import LanguagePart, ServicePart
from app.security import may_read
from rag.errors import UnknownAnswer

router = APIRouter(include_in_schema=False)


@router.get("/a/{answer_id}/origin", dependencies=[Depends(may_read)])
def origin(
    request: Request, service: ServicePart, language: LanguagePart, answer_id: AnswerId
) -> Response:
    """From the question to the page, and whether the answer comes again the same."""
    try:
        found = service.explain(answer_id)
    except UnknownAnswer as error:
        raise Problem(404, "answers.unknown") from error
    zone = reader_zone(request.app.state.settings)
    return page(
        request,
        "origin.html",
        collection=collection(service),
        found=found,
        parts=origins.told(found, language, zone),
    )

"""The page where one asks, and the door where a key is given. Each works without a script."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from app import messages
from app.rendering import collection, error_page, page
from app.routes.parts import LanguagePart, ReaderPart, ServicePart, language_of
from app.routes.refine import CONFIDENCES, Chosen, choices, chosen
from app.routes.viewing import viewed
from app.schemas import MAX_QUESTION, AnswerOut, answer_out
from app.security import SESSION_COOKIE, SESSION_S, may_ask, may_read, session_for
from app.service import Service

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[Depends(may_read)])
def home(request: Request, service: ServicePart) -> Response:
    """The field where one asks."""
    return asked(
        request,
        collection=collection(service),
        choices=choices(service),
        answer=None,
        viewer=None,
    )


@router.post("/", dependencies=[Depends(may_ask)])
def ask(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    reader: ReaderPart,
    refined: Annotated[Chosen, Depends(chosen)],
    question: Annotated[str, Form(max_length=MAX_QUESTION)] = "",
    after: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """The answer, and beside it the first page that proves it."""
    if not question.strip():
        return RedirectResponse("/", 303)
    found = service.ask(
        question.strip(), reader=reader, after=after or None, filters=refined.filters
    )
    answer = answer_out(
        found,
        service.size,
        language=language,
        sample=service.home.uses_sample,
        kind_of=service.kind,
    )
    return asked(
        request,
        collection=collection(service),
        choices=choices(service),
        chosen=refined,
        answer=answer,
        viewer=first_proof(service, answer),
    )


def asked(request: Request, **values: Any) -> Response:
    """The field, and below it an answer when there is one."""
    places = {"chosen": Chosen(), "confidences": CONFIDENCES, "golden_places": golden_places}
    return page(request, "home.html", **{**places, **values})


def golden_places(answer: AnswerOut) -> list[tuple[tuple[str, int], bool]]:
    """The pages offered as those that answer, and whether the answer cites them."""
    cited = {(c.document, c.page): True for s in answer.sentences for c in s.citations}
    near = {(p.document, p.page): False for p in answer.pages[:5]}
    return list((cited | {place: False for place in near if place not in cited}).items())


def first_proof(service: Service, answer: AnswerOut) -> dict[str, Any] | None:
    """What the viewer shows first: the page of the first citation."""
    for sentence in answer.sentences:
        for citation in sentence.citations:
            anchor = citation.anchors[0]
            marks = [(anchor.first, anchor.last)]
            return viewed(
                service,
                citation.document_id,
                anchor.page,
                words=marks if anchor.kind == "boxes" else [],
                span=marks if anchor.kind == "text" else [],
                release=citation.release,
            )
    return None


@router.post("/enter")
def enter(request: Request, key: Annotated[str, Form(max_length=500)] = "") -> Response:
    """Give the key once; the browser keeps a token, not the key."""
    session = session_for(request, key.strip())
    if session is None:
        words = messages.text("web.wrong_key", language_of(request))
        return error_page(request, 401, words)
    response = RedirectResponse("/", 303)
    response.set_cookie(
        SESSION_COOKIE,
        session,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        max_age=SESSION_S,
    )
    return response


@router.post("/leave")
def leave() -> Response:
    """Forget the session of this browser."""
    response = RedirectResponse("/", 303)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
    return response

"""The page where one asks, and the door where a key is given. Each works without a script."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from app import messages, problems
from app.rendering import collection, error_page, html, page
from app.routes.answers import AnswerId, shown_again
from app.routes.parts import LanguagePart, ReaderPart, ServicePart, language_of
from app.routes.refine import CONFIDENCES, Chosen, choices, chosen
from app.routes.viewing import viewed
from app.schemas import MAX_QUESTION, AnswerOut, answer_out, search_out
from app.security import SESSION_COOKIE, SESSION_S, may_ask, may_read, session_for
from app.service import Service
from app.streaming import stream
from mlops.answers import of_reader
from rag.records import Answer, Search

router = APIRouter(include_in_schema=False)

HISTORY = 40  # questions a page


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
    answer = told_of(service, found, language)
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


@router.post("/ask/page", dependencies=[Depends(may_ask)])
async def ask_and_follow(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    reader: ReaderPart,
    refined: Annotated[Chosen, Depends(chosen)],
    question: Annotated[str, Form(min_length=1, max_length=MAX_QUESTION)],
    after: Annotated[str, Form(max_length=64)] = "",
) -> StreamingResponse:
    """The same answer as it is made, as events: pages found, provisional text, the whole."""
    filters = refined.filters

    def pages(found: Search) -> dict[str, Any]:
        told = search_out(found, service.kind).pages
        return {"html": html(request, "_found.html", pages=told)}

    def whole(found: Answer) -> dict[str, Any]:
        told = told_of(service, found, language)
        viewer = first_proof(service, told)
        places = {"chosen": refined, "golden_places": golden_places}
        return {"html": html(request, "_home.html", answer=told, viewer=viewer, **places)}

    events = stream(
        lambda watch: service.ask(
            question.strip(), reader=reader, after=after or None, filters=filters, watch=watch
        ),
        pages=pages,
        answer=whole,
        error=lambda problem: problems.told(problem, language, service.home.root),
        gone=request.is_disconnected,
    )
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


@router.get("/a/{answer_id}", dependencies=[Depends(may_read)])
def again(
    request: Request, service: ServicePart, language: LanguagePart, answer_id: AnswerId
) -> Response:
    """An answer by its link."""
    answer = shown_again(service, answer_id, language)
    return asked(
        request,
        collection=collection(service),
        choices=choices(service),
        answer=answer,
        viewer=first_proof(service, answer),
    )


@router.get("/history", dependencies=[Depends(may_read)])
def history(
    request: Request,
    service: ServicePart,
    reader: ReaderPart,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """What this reader asked, newest first."""
    rows = of_reader(service.store, reader, HISTORY + 1, offset)
    older = offset + HISTORY if len(rows) > HISTORY else None
    return page(
        request,
        "history.html",
        collection=collection(service),
        questions=rows[:HISTORY],
        older=older,
    )


def told_of(service: Service, found: Answer, language: messages.Language) -> AnswerOut:
    """An answer as the page shows it."""
    sample = service.home.uses_sample
    return answer_out(found, service.size, language=language, sample=sample, kind_of=service.kind)


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

"""The pages that people read. Each works without a script; the script only saves a reload.

A request with the header ``X-Fragment`` gets the part of the page that changes.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader

from app import messages
from app.page_images import boxes_of
from app.routes.parts import (
    LANGUAGE_COOKIE,
    DocumentId,
    LanguagePart,
    PageNumber,
    ReaderPart,
    ServicePart,
    language_of,
    ranges,
    service_of,
    shown,
)
from app.routes.refine import CONFIDENCES, Chosen, choices, chosen
from app.schemas import MAX_QUESTION, AnswerOut, answer_out, view_url
from app.security import SESSION_COOKIE, may_read, session_token
from app.service import Service
from rag.errors import NoRelease

router = APIRouter(include_in_schema=False)

WEB = Path(__file__).resolve().parents[1] / "web"
YEAR_S = 31_536_000
DOUBT = 0.85  # below this confidence the reader is asked to look at the image


@functools.cache
def templates() -> Environment:
    """The templates: everything escaped, a missing name is an error in tests and empty here."""
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    state = hashlib.sha256()
    for path in sorted((WEB / "static").iterdir()):
        state.update(path.read_bytes())
    environment.globals["static_version"] = state.hexdigest()[:12]
    environment.globals["golden_places"] = golden_places
    return environment


def page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A template in the reader's language; its fragment when the script asks."""
    language = language_of(request)
    fragment = "x-fragment" in request.headers
    html = (
        templates()
        .get_template(f"_{name}" if fragment else name)
        .render(
            language=language,
            t=lambda key, **details: messages.text(key, language, **details),
            number=lambda value, digits=0: messages.number(value, language, digits),
            percent=messages.percent,
            doubt=DOUBT,
            language_name=lambda code: messages.language_name(code, language),
            **{"chosen": Chosen(), "choices": None, "confidences": CONFIDENCES, **values},
        )
    )
    response = HTMLResponse(html, status, headers={"cache-control": "private, no-store"})
    response.headers["content-language"] = language
    response.headers["vary"] = "Cookie, Accept-Language, X-Fragment"
    if request.query_params.get("lang") == language:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_S, samesite="lax")
    return response


def golden_places(answer: AnswerOut) -> list[tuple[tuple[str, int], bool]]:
    """The pages offered as those that answer, and whether the answer cites them."""
    cited = {(c.document, c.page): True for s in answer.sentences for c in s.citations}
    near = {(p.document, p.page): False for p in answer.pages[:5]}
    return list((cited | {place: False for place in near if place not in cited}).items())


def wants_page(request: Request) -> bool:
    """Whether a person reads the answer: a browser opening an address."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(
        ("/ask", "/search", "/documents", "/feedback", "/static")
    )


def error_page(request: Request, status: int, detail: str) -> HTMLResponse:
    """An error for a person; without the key, the door where it is given."""
    name = "enter.html" if status == 401 else "error.html"
    return page(request, name, status, detail=detail, collection=None)


def collection(service: Service) -> dict[str, Any] | None:
    """What the head of the page says of the collection; None when nothing was read yet."""
    try:
        sources = service.sources()
        release = service.release
    except NoRelease:
        return None
    return {
        "documents": len(sources),
        "pages": sum(source.pages for source in sources),
        "release": release.id,
        "lexical_only": release.lexical_only,
        "sample": service.home.uses_sample,
    }


@router.get("/", dependencies=[Depends(may_read)])
def home(request: Request, service: ServicePart) -> Response:
    """The field where one asks."""
    return page(
        request,
        "home.html",
        collection=collection(service),
        choices=choices(service),
        answer=None,
        viewer=None,
    )


@router.post("/", dependencies=[Depends(may_read)])
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
    return page(
        request,
        "home.html",
        collection=collection(service),
        choices=choices(service),
        chosen=refined,
        answer=answer,
        viewer=first_proof(service, answer),
    )


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


@router.get("/view/{document_id}/{page_number}", dependencies=[Depends(may_read)])
def view(
    request: Request,
    service: ServicePart,
    document_id: DocumentId,
    page_number: PageNumber,
    words: str = "",
    span: str = "",
    release: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """One page, with its marks."""
    seen = viewed(
        service,
        document_id,
        page_number,
        words=ranges(words),
        span=ranges(span),
        release=release,
    )
    return page(request, "view.html", collection=collection(service), viewer=seen)


def viewed(
    service: Service,
    document_id: str,
    page_number: int,
    *,
    words: list[tuple[int, int]],
    span: list[tuple[int, int]],
    release: str,
) -> dict[str, Any]:
    """Everything the viewer draws: an image and rectangles, or a text and its marked parts.

    Raises:
        Problem: 404 when the document is unknown or deleted, or has no such page.
    """
    source = shown(service, document_id, page_number)
    index = page_number - 1
    same = service.same_reading(release)
    read = service.page(document_id, index, release)
    section = None if words else service.section(document_id, index, release)
    image = source.kind == "photo" or (source.kind in ("pdf", "image") and not span)
    return {
        "document": source.name,
        "page": page_number,
        "pages": source.pages,
        "alone": view_url(
            document_id, index, words=_again(words), span=_again(span), release=release
        ),
        "previous": view_url(document_id, index - 1) if page_number > 1 else None,
        "next": view_url(document_id, index + 1) if page_number < source.pages else None,
        "image": f"/documents/{document_id}/pages/{page_number}/image" if image else None,
        "width": read.page.width_px if read else None,
        "height": read.page.height_px if read else None,
        "boxes": [b for first, last in words for b in boxes_of(read.page, first, last)]
        if read and same
        else [],
        "quoted": [" ".join(w.text for w in read.page.words[a:b]) for a, b in words]
        if read and same
        else [],
        "parts": marked_parts(section.text, span if same else []) if section else [],
        "title": section.title if section else "",
        "lost": bool(words or span) and not same,
    }


def _again(pairs: list[tuple[int, int]]) -> str:
    return ",".join(f"{first}-{last}" for first, last in pairs)


def marked_parts(text: str, spans: list[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text cut at the marks: (part, marked), in order; together they are the text."""
    parts, at = [], 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            parts += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [part for part in [*parts, (text[at:], False)] if part[0]]


@router.post("/enter")
def enter(request: Request, key: Annotated[str, Form(max_length=500)] = "") -> Response:
    """Give the key once; the browser keeps a token, not the key."""
    import hmac

    wanted = service_of(request).settings.api_key
    if not wanted or not hmac.compare_digest(key.encode(), wanted.encode()):
        words = messages.text("web.wrong_key", language_of(request))
        return error_page(request, 401, words)
    response = RedirectResponse("/", 303)
    response.set_cookie(
        SESSION_COOKIE,
        session_token(wanted),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        max_age=12 * 3600,
    )
    return response

"""The reader: a page image with its text beside it, word by word, and each word to correct."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app import messages
from app.feedback_schemas import WordIn
from app.problems import Problem
from app.readers import known_author
from app.reading_page import (
    DOUBTS,
    TextMode,
    Words,
    blocks,
    picked,
    proposals,
    reason_of,
    told,
)
from app.rendering import collection, page
from app.routes.documents import IMAGE_KINDS
from app.routes.parts import (
    AuthorPart,
    DocumentId,
    LanguagePart,
    PageNumber,
    ServicePart,
    language_of,
    ranges,
    service_of,
    shown,
)
from app.routes.viewing import marked_parts
from app.routes.words import correct
from app.security import may_read, may_write
from app.service import Service
from mlops.learning.pagekeys import key_of
from mlops.learning.words import LONGEST
from rag.index.accounts import page_account
from rag.records import Source

router = APIRouter(include_in_schema=False)

WordNumber = Annotated[int | None, Query(ge=0, le=1_000_000, description="word to correct")]


@router.get("/read/{document_id}", dependencies=[Depends(may_read)])
def turn(
    service: ServicePart,
    document_id: DocumentId,
    page_number: Annotated[int, Query(alias="page", ge=1, le=1_000_000)] = 1,
) -> Response:
    """Go to a page of a document; beyond its end, to the last."""
    source = shown(service, document_id)
    return RedirectResponse(f"/read/{document_id}/{min(page_number, source.pages)}", 303)


@router.get("/read/{document_id}/{page_number}", dependencies=[Depends(may_read)])
def read(
    request: Request,
    document_id: DocumentId,
    page_number: PageNumber,
    text: TextMode = "corrected",
    word: WordNumber = None,
    to: WordNumber = None,
    words: str = "",
    span: str = "",
    release: Annotated[str, Query(max_length=80)] = "",
    sent: Annotated[str, Query(max_length=40, pattern="^[a-z_]*$")] = "",
) -> Response:
    """One page to read; with ``word``, what one may say of it."""
    marks = {"words": ranges(words), "span": ranges(span), "release": release}
    values = everything(request, (document_id, page_number), marks, text)
    kept = {"words": words, "span": span, "release": release}
    values["again"] = urlencode({name: value for name, value in kept.items() if value})
    if word is not None:
        values["fix"] = picked(values["done"], word, to, values["said"])
    return page(request, "read.html", **values, sent=sent)


@router.post("/read/{document_id}/{page_number}", dependencies=[Depends(may_write)])
def propose(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    author: AuthorPart,
    document_id: DocumentId,
    page_number: PageNumber,
    first: Annotated[int, Form(ge=0, le=1_000_000)],
    last: Annotated[int, Form(ge=1, le=1_000_000)],
    after: Annotated[str, Form(max_length=500)] = "",
    before: Annotated[str, Form(max_length=500)] = "",
    text: Annotated[TextMode, Form()] = "corrected",
) -> Response:
    """Say what is printed at some words: as ``POST /documents/…/words`` does, from a form."""
    status, error, sent = 200, "", ""
    try:
        if len(after) > LONGEST:
            raise Problem(422, "learned.refused", code="too_long", why=len(after))
        body = WordIn(first=first, last=last, after=after, before=before)
        heard = correct(request, service, author, document_id, page_number, body)
        sent = heard.reason or heard.state
    except Problem as problem:
        if problem.key in ("http.no_document", "http.no_page"):
            raise
        status, error = problem.status_code, told(problem, language)
    if sent and "x-fragment" not in request.headers:
        again = urlencode({"word": first, "to": last, "text": text, "sent": sent})
        return RedirectResponse(f"/read/{document_id}/{page_number}?{again}#fix", 303)
    values = everything(request, (document_id, page_number), {}, text)
    values["fix"] = picked(values["done"], first, last, values["said"], typed=after)
    return page(request, "read.html", status, **values, error=error, sent=sent)


def everything(
    request: Request, place: tuple[str, int], marks: dict[str, Any], text: TextMode
) -> dict[str, Any]:
    """What the template draws: the page, its words by block, what was said of them.

    Raises:
        Problem: 404 when the document is unknown or deleted, or has no such page.
    """
    service, language = service_of(request), language_of(request)
    document_id, page_number = place
    source = shown(service, document_id, page_number)
    index = page_number - 1
    done = service.page(document_id, index)
    section = service.section(document_id, index)
    marked, span, lost = found_again(service, document_id, index, marks)
    who = known_author(request)
    said = proposals(service.store, service.release, document_id, index, who) if done else []
    account = page_account(service.release, document_id, index)
    facts = service.release.extra("facts", {}).get(document_id) or {}
    lines = blocks(done, said, marked) if done else []
    return {
        "collection": collection(service),
        "source": source,
        "number_of_page": page_number,
        "account": account,
        "in_language": facts.get("language") or "",
        "image": f"/documents/{document_id}/pages/{page_number}/image" if pictured(source) else "",
        "done": done,
        "blocks": lines,
        "counts": Words.of(lines),
        "doubts": DOUBTS,
        "said": said,
        "why": lambda rules: reason_of(rules, language),
        "mode": text,
        "marked": marked,
        "section": section,
        "parts": marked_parts(section.text, span) if section else [],
        "lost": lost,
        "fix": None,
        "agreed": lambda code: agreed(code, language),
        "failure": why(account.status.value, account.reason, language) if account else "",
    }


def agreed(code: str, language: messages.Language) -> str:
    """What becomes of a word that somebody else had said already."""
    return messages.text_or(f"read.agreed.{code}", "read.agreed.other", language)


def pictured(source: Source) -> bool:
    """Whether pages of this document have images."""
    return source.kind in IMAGE_KINDS


def why(status: str, reason: str, language: messages.Language) -> str:
    """Why a page has no text, and what to do; "" when it was read."""
    if status == "blank":
        return messages.text("read.blank", language)
    if status not in ("failed", "unsupported"):
        return ""
    key = f"read.why.{reason}" if f"read.why.{reason}" in messages.MESSAGES else "read.why.other"
    if key == "read.why.other" and f"refused.{reason}" in messages.MESSAGES:
        key = f"refused.{reason}"
    return messages.text("read.failed", language, why=messages.text(key, language, code=reason))


def found_again(
    service: Service, document_id: str, index: int, marks: dict[str, Any]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], bool]:
    """The words and characters to mark on the page as it is read today, and whether they are lost.

    A citation counts in its own release: it stands as long as the page was read the same.
    """
    words, span = marks.get("words") or [], marks.get("span") or []
    release = marks.get("release") or ""
    if not (words or span) or not release or release == service.release.id:
        return words, span, False
    if not service.same_reading(release):
        return [], [], True
    now, then = service.page(document_id, index), service.page(document_id, index, release)
    if now is not None and then is not None and words:
        same = key_of(now.page) == key_of(then.page)
        return (words, [], False) if same else ([], [], True)
    text, before = service.section(document_id, index), service.section(document_id, index, release)
    same = text is not None and before is not None and text.text == before.text
    return ([], span, False) if same else ([], [], True)

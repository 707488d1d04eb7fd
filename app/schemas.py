"""What crosses the HTTP edge: requests checked, records turned into what strangers read.

Inside, pages have an ``index`` from 0; here they have a ``page`` from 1. Boxes are
``[left, top, right, bottom]`` in pixels of a page image of ``width`` × ``height``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from app import messages
from app.filters_in import FiltersIn
from app.plain_json import plain
from app.refining import photo_message
from rag.records import (
    Answer,
    Citation,
    Filters,
    Outcome,
    PageBoxes,
    PageHit,
    Query,
    Search,
    TextSpan,
    Verdict,
    Writing,
)

MAX_QUESTION = 4000  # characters; a longer one is a document, not a question
MAX_TEXT = 20_000  # characters of an answer or a correction

PageSize = Callable[[str, int], tuple[int, int] | None]  # (document_id, index) -> pixels
KindOf = Callable[[str], str]  # document_id -> kind of Source, "" when it is not known
IMAGE_KINDS = frozenset({"pdf", "image", "photo"})  # documents whose pages can be drawn


class QuestionIn(BaseModel):
    """Body of ``POST /ask``."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "Comment préparer le bain de fixage ?"}]},
    )
    question: str = Field(min_length=1, max_length=MAX_QUESTION)
    after: str | None = Field(
        default=None, max_length=64, description="answer_id of the answer that this one follows"
    )
    filters: FiltersIn = Field(default_factory=FiltersIn)


class FeedbackIn(BaseModel):
    """Body of ``POST /feedback``: the guide's fields, and the answer they are about."""

    model_config = ConfigDict(extra="forbid")
    question: str | None = Field(default=None, max_length=MAX_QUESTION)
    answer: str | None = Field(default=None, max_length=MAX_TEXT)
    rating: int | None = Field(default=None, ge=1, le=5)
    feedback_text: str | None = Field(default=None, max_length=MAX_TEXT)
    corrected_answer: str | None = Field(default=None, max_length=MAX_TEXT)
    answer_id: str | None = Field(default=None, max_length=64)
    sources: list[str] = Field(default_factory=list, max_length=50)


class FeedbackOut(BaseModel):
    """What ``POST /feedback`` gives back."""

    status: str = "success"
    feedback_id: str


class AnchorOut(BaseModel):
    """One place of a citation: words of a page image, or characters of a text."""

    kind: str  # "boxes" or "text"
    page: int
    first: int  # words[first:last], or characters [first:last)
    last: int
    boxes: list[list[int]] = []
    width: int | None = None
    height: int | None = None
    image_url: str | None = None
    text_url: str | None = None
    crop_url: str | None = None  # the cited words alone
    view_url: str


class CitationOut(BaseModel):
    """Where a sentence stands. The fields of its first place are repeated at this level."""

    document: str
    document_id: str
    page: int
    quotation: str
    confidence: float
    boxes: list[list[int]]
    width: int | None
    height: int | None
    image_url: str | None
    crop_url: str | None  # the cited words alone, as they are printed
    thumbnail_url: str | None  # the page, small
    kind: str  # of the document: "pdf", "photo", …
    view_url: str
    anchors: list[AnchorOut]
    chunk_id: str
    release: str


class SentenceOut(BaseModel):
    """One sentence and the places that prove it."""

    text: str
    citations: list[CitationOut]
    support: str = "quoted"  # or "aligned", "unsupported": a model's words, proved or not


class PageOut(BaseModel):
    """A page found for a question."""

    document: str
    document_id: str
    page: int
    score: float
    excerpt: str
    thumbnail_url: str | None
    kind: str
    view_url: str


class WritingOut(BaseModel):
    """Who worded an answer."""

    model: str  # "" when the sentences are quotations
    prompt: str  # version and hash
    tokens: int  # paid, in and out
    fallback: str  # code: why the configured model did not write; "" when it did, or none is
    message: str  # that in words


class AnswerOut(BaseModel):
    """What ``POST /ask`` gives back."""

    answer_id: str
    question: str
    understood_as: str  # what was searched: differs after a follow-up question
    notes: list[str]  # what was changed in the question or could not be asked, in words
    outcome: str  # "answer", "nearest", "nothing"
    reason: str  # code, usually "" for an answer
    message: str  # the outcome and the reason in words
    answer: str  # the sentences, joined
    sentences: list[SentenceOut]
    pages: list[PageOut]  # nearest pages, best first
    filters: dict[str, Any] | None  # asked beside the question or said in it
    score: float | None  # absolute: higher = more answerable
    release: str
    seconds: float
    sample: bool  # True: the bundled sample answered, data/ being empty
    writing: WritingOut


class SearchOut(BaseModel):
    """What ``GET /search`` gives back."""

    question: str
    outcome: str
    reason: str
    score: float | None
    pages: list[PageOut]
    filters: dict[str, Any] | None
    release: str


def finite(value: float) -> float | None:
    """The number, or None where JSON has no word for it."""
    return value if math.isfinite(value) else None


def view_url(document_id: str, index: int, **marks: str) -> str:
    """Address of the page that shows a page, with its marks."""
    query = urlencode({k: v for k, v in marks.items() if v}, safe=",")
    return f"/view/{document_id}/{index + 1}" + (f"?{query}" if query else "")


def thumbnail_url(document_id: str, index: int, kind: str) -> str | None:
    """Address of a page made small; None where pages cannot be drawn."""
    if kind not in IMAGE_KINDS:
        return None
    return f"/documents/{document_id}/pages/{index + 1}/thumbnail"


def filters_out(filters: Filters | None) -> dict[str, Any] | None:
    """The filters that ask something, as JSON; None when there are none."""
    if filters is None or filters.empty:
        return None
    nothing = plain(Filters())
    return {name: value for name, value in plain(filters).items() if value != nothing[name]}


def unknown_kind(document_id: str) -> str:
    """No kind is known."""
    return ""


def anchor_out(anchor: PageBoxes | TextSpan, release: str, size: PageSize) -> AnchorOut:
    """One place, with the addresses where it can be seen."""
    page = f"/documents/{anchor.document_id}/pages/{anchor.index + 1}"
    if isinstance(anchor, TextSpan):
        span = f"{anchor.start}-{anchor.end}"
        return AnchorOut(
            kind="text",
            page=anchor.index + 1,
            first=anchor.start,
            last=anchor.end,
            text_url=f"{page}/words",
            view_url=view_url(anchor.document_id, anchor.index, span=span, release=release),
        )
    words = f"{anchor.first}-{anchor.last}"
    width, height = size(anchor.document_id, anchor.index) or (None, None)
    return AnchorOut(
        kind="boxes",
        page=anchor.index + 1,
        first=anchor.first,
        last=anchor.last,
        boxes=[[b.left, b.top, b.right, b.bottom] for b in anchor.boxes],
        width=width,
        height=height,
        image_url=f"{page}/image?words={words}",
        crop_url=f"{page}/crop?{urlencode({'words': words, 'release': release})}",
        view_url=view_url(anchor.document_id, anchor.index, words=words, release=release),
    )


def citation_out(citation: Citation, size: PageSize, kind_of: KindOf = unknown_kind) -> CitationOut:
    """A citation with the addresses of its proof."""
    kind = kind_of(citation.document_id)
    anchors = [anchor_out(a, citation.release, size) for a in citation.anchors]
    first = anchors[0]
    return CitationOut(
        document=citation.document,
        document_id=citation.document_id,
        page=citation.page,
        quotation=citation.quotation,
        confidence=round(citation.confidence, 4),
        boxes=first.boxes,
        width=first.width,
        height=first.height,
        image_url=first.image_url,
        crop_url=first.crop_url,
        thumbnail_url=thumbnail_url(citation.document_id, citation.index, kind),
        kind=kind,
        view_url=first.view_url,
        anchors=anchors,
        chunk_id=citation.chunk_id,
        release=citation.release,
    )


def page_out(hit: PageHit, kind_of: KindOf = unknown_kind) -> PageOut:
    """A page found, as people count."""
    kind = kind_of(hit.document_id)
    return PageOut(
        document=hit.document,
        document_id=hit.document_id,
        page=hit.page,
        score=round(hit.score, 6),
        excerpt=hit.excerpt,
        thumbnail_url=thumbnail_url(hit.document_id, hit.index, kind),
        kind=kind,
        view_url=view_url(hit.document_id, hit.index),
    )


def verdict_message(verdict: Verdict, language: messages.Language) -> str:
    """What to tell a person before or instead of an answer; "" when the answer says it all."""
    said = photo_message(verdict, language)
    return said or outcome_message(verdict, language)


def outcome_message(verdict: Verdict, language: messages.Language) -> str:
    """What to tell a person instead of an answer, or to beware of in one; "" when nothing is."""
    why = messages.reason(verdict.reason, language, verdict.detail)
    if verdict.outcome is Outcome.ANSWER:
        return why
    return f"{messages.text(f'outcome.{verdict.outcome.value}', language)} {why}".strip()


def answer_out(
    answer: Answer,
    size: PageSize,
    *,
    language: messages.Language,
    sample: bool,
    kind_of: KindOf = unknown_kind,
) -> AnswerOut:
    """An answer as everyone outside sees it: API, web page and ``ragphoto ask --json``."""
    return AnswerOut(
        answer_id=answer.answer_id,
        question=answer.question,
        understood_as=answer.query.standalone if answer.query else answer.question,
        notes=notes_out(answer.query, language),
        outcome=answer.outcome.value,
        reason=answer.verdict.reason,
        message=verdict_message(answer.verdict, language),
        answer=answer.text,
        sentences=[
            SentenceOut(
                text=s.text,
                citations=[citation_out(c, size, kind_of) for c in s.citations],
                support=s.support.value,
            )
            for s in answer.sentences
        ],
        pages=[page_out(hit, kind_of) for hit in answer.pages],
        filters=filters_out(answer.query.filters if answer.query else None),
        score=finite(answer.verdict.score),
        release=answer.release,
        seconds=round(answer.seconds, 4),
        sample=sample,
        writing=writing_out(answer.writing, language),
    )


def notes_out(query: Query | None, language: messages.Language) -> list[str]:
    """What is worth saying of how a question was understood, in words."""
    notes = query.notes if query else ()
    return [messages.text(f"note.{code}", language, detail=detail) for code, detail in notes]


def writing_out(writing: Writing, language: messages.Language) -> WritingOut:
    """Who worded an answer, in words too."""
    message = ""
    if writing.fallback:
        key = f"writing.fallback.{writing.fallback}"
        message = messages.text_or(key, "writing.fallback.other", language, code=writing.fallback)
    elif writing.model:
        message = messages.text("writing.by", language, model=writing.model)
    return WritingOut(
        model=writing.model,
        prompt=writing.prompt,
        tokens=writing.tokens,
        fallback=writing.fallback,
        message=message,
    )


def search_out(search: Search, kind_of: KindOf = unknown_kind) -> SearchOut:
    """A search as everyone outside sees it."""
    return SearchOut(
        question=search.question,
        outcome=search.verdict.outcome.value,
        reason=search.verdict.reason,
        score=finite(search.verdict.score),
        pages=[page_out(hit, kind_of) for hit in search.pages],
        filters=filters_out(search.query.filters),
        release=search.release,
    )

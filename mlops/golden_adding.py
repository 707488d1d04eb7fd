"""A golden question made from what a person says, or from an answer that was given; then written.

Nothing is written that a check would refuse at once: documents and pages exist, a quote is printed
on one of the pages.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mlops import golden_file
from mlops.golden_file import Golden
from mlops.golden_proof import ids_by_name, places_of_quote
from mlops.store import Store
from rag.codec import from_json
from rag.errors import SettingsError, UnknownAnswer
from rag.index.release import Release
from rag.question.language import language_of
from rag.records import Sentence
from rag.settings import Home

ANSWER_CHARS = 300  # of an answer kept as the one expected


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of a question; empty fields are taken from the answer, if there is one."""

    question: str = ""
    pages: tuple[tuple[str, int], ...] = ()
    answer: str = ""
    quote: str = ""
    kind: str = ""
    unanswerable: bool = False
    from_answer: str = ""


def add(home: Home, store: Store, release: Release, given: Given) -> Golden:
    """Check a question against a release and write it in the collection's own file.

    Raises:
        UnknownAnswer: ``from_answer`` is not an answer of this collection.
        SettingsError: something is missing or wrong: ``code`` is "golden_no_question",
            "golden_no_page", "golden_no_citation", "golden_both", "golden_no_document",
            "golden_no_such_page", "golden_quote_not_there", or "golden_twice".
    """
    history: tuple[str, ...] = ()
    if given.from_answer:
        given, history = _completed(store, given)
    if not given.question.strip():
        raise SettingsError("no question. Give one.", code="golden_no_question")
    if given.unanswerable and given.pages:
        raise SettingsError("unanswerable, with pages. Keep one.", code="golden_both")
    if not given.unanswerable and not given.pages:
        code = "golden_no_citation" if given.from_answer else "golden_no_page"
        raise SettingsError("no page that answers. Give one.", code=code, id=given.from_answer)
    gold = _checked(release, given)
    question = Golden(
        id="",
        question=given.question.strip(),
        gold=gold,
        answer="" if given.unanswerable else given.answer.strip(),
        kind=given.kind.strip() or ("unanswerable" if given.unanswerable else "factual"),
        quote=given.quote.strip(),
        lang=language_of(given.question),
        history=history,
    )
    return golden_file.add(home, question)


def _completed(store: Store, given: Given) -> tuple[Given, tuple[str, ...]]:
    """What was not said, from the answer: its question, the pages that it cites, its text."""
    kept = store.answer(given.from_answer)
    if kept is None:
        raise UnknownAnswer(given.from_answer)
    asked = str(kept["question"])
    history = tuple(kept["trace"]["history"]) if kept["trace"] else ()
    pages = given.pages
    if not pages and not given.unanswerable:
        sentences = from_json(tuple[Sentence, ...], kept["sentences"])
        citations = [citation for sentence in sentences for citation in sentence.citations]
        pages = tuple(dict.fromkeys((c.document, c.page) for c in citations))
    text = str(kept["text"] or "")
    return replace(
        given,
        question=given.question or asked,
        pages=pages,
        answer=given.answer or (text if len(text) <= ANSWER_CHARS else ""),
    ), history


def _checked(release: Release, given: Given) -> tuple[tuple[str, int], ...]:
    ids = ids_by_name(release)
    counts = {source.document_id: source.pages for source in release.sources}
    for document, page in given.pages:
        if document not in ids:
            near = difflib.get_close_matches(document, ids, n=1, cutoff=0.4)
            raise SettingsError(
                f"no document {document!r} in release {release.id}. Name another.",
                code="golden_no_document",
                document=document,
                near=near[0] if near else "-",
            )
        pages = counts[ids[document]]
        if not 1 <= page <= pages:
            raise SettingsError(
                f"{document} has {pages} pages, not page {page}. Give another.",
                code="golden_no_such_page",
                document=document,
                page=page,
                pages=pages,
            )
    places = [(ids[document], page - 1) for document, page in given.pages]
    _quoted(release, places, given.quote)
    return tuple(dict.fromkeys(given.pages))


def _quoted(release: Release, places: Sequence[tuple[str, int]], quote: str) -> None:
    if quote.strip() and not any(places_of_quote(release, *place, quote) for place in places):
        raise SettingsError(
            f"{quote!r} is printed on none of the pages. Copy the printed words.",
            code="golden_quote_not_there",
            quote=quote,
        )

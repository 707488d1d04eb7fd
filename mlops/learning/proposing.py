"""From what readers said to proposals: each correction, tied to a page that says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from mlops.learning.entries import Proposal, Refused, cleaned, propose
from mlops.store import Store
from rag.engine import Engine
from rag.pointing import point

log = logging.getLogger(__name__)

LOOKED_AT = 10  # pages where a corrected answer is looked for


def from_feedback(
    store: Store, engine: Engine, rows: list[Mapping[str, Any]]
) -> dict[str, Proposal]:
    """Propose what these rows teach; returns what became of each, by feedback id.

    Args:
        store: the record.
        engine: of the release in service.
        rows: of the table of feedback, in force.
    """
    found: dict[str, Proposal] = {}
    full: set[str] = set()  # persons of whom enough waits: nothing more is looked up for them
    for row in rows:
        author = str(row["author"] or _author(row))
        if author in full:
            found[row["feedback_id"]] = Proposal("", "refused", "too_many")
            continue
        place = _page_of(store, engine, row)
        if place is None:
            continue
        try:
            found[row["feedback_id"]] = propose(
                store, engine.release,
                question=row["question"], answer=row["corrected_answer"] or "",
                document_id=place[0], index=place[1],
                author=author, feedback_id=row["feedback_id"],
            )  # fmt: skip
        except Refused as error:
            if error.code == "too_many":
                full.add(author)
            log.info("feedback %s teaches nothing: %s", row["feedback_id"], error.code)
            found[row["feedback_id"]] = Proposal("", "refused", error.code)
    return found


def _author(row: Mapping[str, Any]) -> str:
    return f"user:{row['user']}"[:80] if row["user"] else ""


def _page_of(store: Store, engine: Engine, row: Mapping[str, Any]) -> tuple[str, int] | None:
    """The page that the reader points at, or one that says what they say; None when there is none.

    A question that goes on from another is not stored: it would be asked alone.
    """
    if _follows(store, row):
        return None
    for mark in row["marks"] or ():
        if mark.get("right") and not _content(row):
            return str(mark["document_id"]), int(mark["index"])
    said = cleaned(row["corrected_answer"] or "")
    if not said:
        return None
    best, held, seen = None, 0.0, set()
    for page in _candidates(store, engine, row, said):
        if page in seen:
            continue
        seen.add(page)
        proof = point(engine.release, *page, question=row["question"], answer=said)
        if not proof.reason and proof.held > held:
            best, held = page, proof.held
        if held >= 1.0:  # it says every word: no other page says more, and searches are dear
            break
    return best


def _candidates(
    store: Store, engine: Engine, row: Mapping[str, Any], said: str
) -> Iterator[tuple[str, int]]:
    """The pages where an answer may stand: those shown, then those that a search for it finds."""
    about = store.answer(row["answer_id"]) if row["answer_id"] else None
    for sentence in (about or {}).get("sentences") or ():
        for citation in sentence["citations"]:
            yield citation["document_id"], int(citation["index"])
    for text in (row["question"], f"{row['question']} {said}", said):
        for page in engine.pages(text[:2000], LOOKED_AT):
            yield page.document_id, page.index


def _content(row: Mapping[str, Any]) -> bool:
    """Whether the reader liked the answer as it stood: a right page then teaches nothing."""
    return bool(row["answer_id"]) and row["rating"] >= 4 and not row["corrected_answer"]


def _follows(store: Store, row: Mapping[str, Any]) -> bool:
    about = store.answer(row["answer_id"]) if row["answer_id"] else None
    return bool(((about or {}).get("trace") or {}).get("history"))

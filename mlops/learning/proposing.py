"""From what readers said to proposals: each correction, tied to a page that says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.deletion import removed_in
from mlops.learning.entries import Proposal, Refused, cleaned, propose
from mlops.store import Store
from rag.cache import fingerprint
from rag.engine import Engine
from rag.index.release import Release
from rag.pointing import point
from rag.program import program

log = logging.getLogger(__name__)

LOOKED = "looked"  # in the fate of a remark: what was looked through, and the page found
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
    ground = ground_of(store, engine.release)
    for row in rows:
        author = str(row["author"] or _author(row))
        if author in full:
            found[row["feedback_id"]] = Proposal("", "refused", "too_many")
            continue
        place = _page_known(store, engine, row, ground)
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


def ground_of(store: Store, release: Release) -> str:
    """Name what a search for a correction goes over: another one may find another page."""
    parts = ("chunks.jsonl", "extras/synonyms.json")
    files = [release.manifest["files"].get(name, "") for name in parts]
    return fingerprint(program(), files, sorted(removed_in(store)))[:32]


def _page_known(
    store: Store, engine: Engine, row: Mapping[str, Any], ground: str
) -> tuple[str, int] | None:
    """The page of a remark, looked for once over the same ground: searches are dear.

    It is kept in the remark's ``fate``, which goes when the remark is edited.
    """
    kept = (row["fate"] or {}).get(LOOKED) or {}
    if kept.get("ground") == ground:
        return (str(kept["page"][0]), int(kept["page"][1])) if kept["page"] else None
    place = _page_of(store, engine, row)
    same = t.feedback.c.feedback_id == row["feedback_id"]
    with store.write() as connection:
        fate = dict(connection.scalar(sa.select(t.feedback.c.fate).where(same)) or {})
        fate[LOOKED] = {"ground": ground, "page": list(place) if place else None}
        connection.execute(sa.update(t.feedback).where(same).values(fate=fate))
    return place


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

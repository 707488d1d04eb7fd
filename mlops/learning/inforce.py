"""What was taught and stands: the parts of a release that come from people, and their key.

A release holds what was in force when it was made. The same rows give the same bytes, so that a
correction that is withdrawn leaves a release as if it had never been.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from mlops import store_tables as t
from mlops.deletion import removed_in
from mlops.learning.entries import listing, note_review
from mlops.learning.pagekeys import page_key
from mlops.store import Store
from rag.cache import StageCache, fingerprint
from rag.embed.embedder import Embedder
from rag.french.analysis import analyse
from rag.index.release import Release
from rag.pointing import point
from rag.remembering import question_vectors
from rag.retrieve.memory import ENTRIES, VECTORS, Entry, bare

log = logging.getLogger(__name__)

WEIGHT = 0.6  # of a word that a person says means the same: as of our own thesaurus
SYNONYMS, ABSTENTION = "synonyms", "learned-abstention"  # parts of a release
NOTHING: Mapping[str, Any] = {ENTRIES: [], SYNONYMS: [], ABSTENTION: {}}
KEPT = ("promoted", "trial", "unchanged")  # decisions on a retraining whose parts stand


@dataclass(frozen=True, slots=True)
class Learned:
    """What is in force, as plain rows; corrected words are applied before, by stage 3."""

    entries: tuple[Mapping[str, Any], ...] = ()
    synonyms: tuple[Mapping[str, Any], ...] = ()
    abstention: Mapping[str, Any] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.entries or self.synonyms or self.abstention)

    @property
    def key(self) -> str:
        """Changes with anything that would change a release."""
        names = ("entry_id", "question", "wordings", "answer", "quote", "page_key")
        rows = [[str(row[name]) for name in names] for row in self.entries]
        return fingerprint(rows, [dict(one) for one in self.synonyms], dict(self.abstention))


def in_force(store: Store) -> Learned:
    """What the record holds as validated; nothing about deleted documents."""
    gone = removed_in(store)
    rows = [row for row in listing(store, "validated") if row["document_id"] not in gone]
    return Learned(
        tuple(sorted(rows, key=lambda row: str(row["entry_id"]))),
        tuple(synonyms_in_force(store)),
        trained(store),
    )


def synonyms_in_force(store: Store) -> list[dict[str, Any]]:
    """The pairs of words that were validated, as ``rag.question.grown.Relation`` reads them."""
    query = sa.select(t.synonyms).where(t.synonyms.c.state == "validated")
    with store.read() as connection:
        rows = connection.execute(query).mappings().all()
    found = []
    for row in sorted(rows, key=lambda row: (row["asked"], row["printed"])):
        a, b = list(analyse(row["asked"])), list(analyse(row["printed"]))
        if a and b and a != b:
            found.append(
                {"a": row["asked"], "b": row["printed"], "a_terms": a, "b_terms": b,
                 "weight": WEIGHT, "chunk_id": ""}
            )  # fmt: skip
    return found


def trained(store: Store) -> dict[str, Any]:
    """The calibration of the last retraining that was not refused; {} for none."""
    query = (
        sa.select(t.retrainings.c.report)
        .where(t.retrainings.c.decision.in_(KEPT))
        .order_by(t.retrainings.c.id.desc())
        .limit(1)
    )
    with store.read() as connection:
        report = connection.scalar(query)
    return dict((report or {}).get(ABSTENTION) or {})


@dataclass(frozen=True, slots=True)
class Parts:
    """What goes into a release, and the entries that found no place in it."""

    extras: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any] | None]
    expired: Mapping[str, str]  # entry id → why


def parts(
    learned: Learned, release: Release, embedder: Embedder | None, cache: StageCache
) -> Parts:
    """Place what is in force in a release that holds the same documents.

    Args:
        learned: in force.
        release: with the chunks of the one to be made.
        embedder: of the release.
        cache: keeps the vectors of questions, so that each is computed once.
    """
    placed: list[Entry] = []
    expired: dict[str, str] = {}
    known = {str(data["entry_id"]): Entry.of(data) for data in release.extra(ENTRIES, ())}
    for row in learned.entries:
        entry, reason = known.get(str(row["entry_id"])), ""
        if entry is None or not _same(entry, row, release):
            entry, reason = _placed(row, release)
        if entry is not None:
            placed.append(entry)
        elif reason:
            expired[str(row["entry_id"])] = reason
    wordings = [text for entry in placed for text in entry.wordings]
    vectors: NDArray[np.float32] | None = None
    if embedder is not None and wordings and not release.lexical_only:
        vectors = question_vectors(wordings, embedder, cache)
    extras = {
        ENTRIES: [entry.plain() for entry in placed],
        SYNONYMS: [dict(one) for one in learned.synonyms],
        ABSTENTION: dict(learned.abstention),
    }
    return Parts(extras, {VECTORS: vectors}, expired)


def _same(entry: Entry, row: Mapping[str, Any], release: Release) -> bool:
    """Whether an entry of the release is this row: its proof then stands where it stood."""
    said = (str(row["question"]), *map(str, row["wordings"])), str(row["answer"])
    where = str(row["document_id"]), int(row["page_index"])
    if said != (entry.wordings, entry.answer) or where != (entry.document_id, entry.index):
        return False
    there = release.chunk(entry.row).text[entry.start : entry.end]
    return bare(there) == bare(str(row["quote"]))


def _placed(row: Mapping[str, Any], release: Release) -> tuple[Entry | None, str]:
    """Where an entry's proof stands in a release; None with why it expires, "" when it waits."""
    document_id, index = str(row["document_id"]), int(row["page_index"])
    if document_id not in release.numbers:
        return None, ""  # the document may come back
    if page_key(release, document_id, index) != row["page_key"]:
        return None, "page_changed"
    proof = point(
        release, document_id, index,
        question=str(row["question"]), answer=str(row["answer"]), quote=str(row["quote"]),
    )  # fmt: skip
    if proof.reason:
        return None, proof.reason
    wordings = (str(row["question"]), *map(str, row["wordings"]))
    return Entry(
        str(row["entry_id"]), wordings, str(row["answer"]), document_id, index,
        proof.row, proof.start, proof.end,
    ), ""  # fmt: skip


def expire(store: Store, expired: Mapping[str, str]) -> None:
    """Note the entries whose page changed: they wait for a person."""
    for entry_id, reason in sorted(expired.items()):
        with store.write() as connection:
            connection.execute(
                sa.update(t.entries)
                .where(t.entries.c.entry_id == entry_id)
                .values(state="expired", reason=reason)
            )
            note_review(connection, "entry", entry_id, "", "expired", reason)
        log.info("entry %s expired: %s", entry_id, reason)

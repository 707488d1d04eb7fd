"""What became of each remark: its question is asked again of each release, for good.

A failure that was corrected stays a question that every later release must answer
(``returned``, asked by the gate); its author sees when it was corrected, or why not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.learning.entries import EDITOR
from mlops.store import Store, now
from rag.engine import Engine
from rag.records import Outcome

MOST = 300  # remarks asked again of one release, the newest
WELL_RATED = 4
Page = tuple[str, int]  # document id, index from 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a remark says should have happened."""

    feedback_id: str
    question: str
    pages: frozenset[Page]  # any of them is right; empty when none is known
    state: str
    answerable: bool = False  # without a page: any answer is right; else a refusal is


@dataclass(frozen=True, slots=True)
class Asked:
    """What a release makes of a question: right when its first page is, or its outcome."""

    right: bool
    rank: int | None  # of the best right page, from 1
    outcome: Outcome
    score: float


def wanted(store: Store, state: str = "") -> list[Wanted]:
    """The remarks in force that say what is right, newest first; of one state when it is given."""
    entries = sa.select(t.entries).where(
        t.entries.c.feedback_id.is_not(None), t.entries.c.state != "refused"
    )
    with store.read() as connection:
        taught: dict[str, list[Mapping[str, Any]]] = {}
        for row in connection.execute(entries).mappings():
            taught.setdefault(row["feedback_id"], []).append(dict(row))
    found = []
    for row in reversed(store.feedback()):
        pages = {
            (str(mark["document_id"]), int(mark["index"]))
            for mark in row["marks"] or ()
            if mark.get("right")
        }
        pages |= {(e["document_id"], e["page_index"]) for e in taught.get(row["feedback_id"], ())}
        liked = row["rating"] >= WELL_RATED and not row["corrected_answer"]
        if (pages and not liked) or row["wanted"]:
            right = frozenset(pages) if row["wanted"] != "refusal" else frozenset()
            answerable = row["wanted"] == "answer"
            one = Wanted(row["feedback_id"], row["question"], right, row["state"], answerable)
            found.append(one)
    return [one for one in found if not state or one.state == state][:MOST]


def ask(engine: Engine, one: Wanted) -> Asked:
    """Ask a question again, alone."""
    search = engine.search(one.question)
    ranks = [
        n
        for n, page in enumerate(search.pages, 1)
        if any((p.document_id, p.index) in one.pages for p in (page, *page.also))
    ]
    rank = min(ranks, default=None)
    answered = search.verdict.outcome is Outcome.ANSWER
    right = rank == 1 and answered if one.pages else answered == one.answerable
    return Asked(right, rank, search.verdict.outcome, search.verdict.score)


def recheck(store: Store, engine: Engine) -> dict[str, Asked]:
    """Ask every remark's question of the release in service, once; note its fate.

    Returns:
        What was asked now, by feedback id: those asked of this release before are left out.
    """
    release = engine.release.id
    with store.read() as connection:
        query = sa.select(t.rechecks.c.feedback_id).where(t.rechecks.c.release_id == release)
        done = set(connection.scalars(query))
    found = {one.feedback_id: ask(engine, one) for one in _due(store, done)}
    for feedback_id, asked in found.items():
        _note(store, feedback_id, release, asked)
    return found


def _due(store: Store, done: set[str]) -> Iterator[Wanted]:
    return (one for one in wanted(store) if one.feedback_id not in done)


def _note(store: Store, feedback_id: str, release: str, asked: Asked) -> None:
    same = t.feedback.c.feedback_id == feedback_id
    with store.write() as connection:
        connection.execute(
            sa.insert(t.rechecks).values(
                feedback_id=feedback_id, release_id=release, at=now(), right=asked.right,
                rank=asked.rank, outcome=asked.outcome.value, score=asked.score,
            )
        )  # fmt: skip
        row = connection.execute(sa.select(t.feedback).where(same)).mappings().one()
        fate = dict(row["fate"] or {})
        state = "corrected" if asked.right else "not_corrected"
        if asked.right:
            fate = {**fate, "release": fate.get("release") or release, "reason": ""}
        else:
            why = "still_answered" if row["wanted"] == "refusal" else ""
            why = why or _why(connection, feedback_id, asked)
            fate = {**fate, "release": "", "reason": why}
        if row["state"] == "received" and not asked.right:
            state = "received"  # nobody has looked at it yet
        connection.execute(sa.update(t.feedback).where(same).values(state=state, fate=fate))


def _why(connection: sa.Connection, feedback_id: str, asked: Asked) -> str:
    """Why a remark did not change the answer, as a code."""
    query = sa.select(t.entries.c.state, t.entries.c.reason).where(
        t.entries.c.feedback_id == feedback_id
    )
    entry = connection.execute(query).first()
    if entry is None:
        return "nothing_to_learn" if asked.rank is None else "ranked_low"
    if entry.state == "validated":
        return "waits_for_release"
    if entry.state == "proposed":
        return entry.reason or "waits_for_validation"
    return str(entry.reason or entry.state)


def returned(store: Store, before: Engine, after: Engine) -> list[Wanted]:
    """The failures that were corrected, are right in service, and would be wrong again.

    Those whose pages are not in the newer release are left out: deleted means gone. So are those
    that nobody else vouched for, and those that an editor's answer now overrules: readers must not
    be able to keep releases from service.
    """
    lost = []
    vouched, of_editors = _vouched(store), _of_editors(store)
    for one in wanted(store, "corrected"):
        if one.feedback_id not in vouched or not _there(one, after):
            continue
        if not ask(after, one).right and ask(before, one).right:
            recalled = after.search(one.question).recalled
            if recalled is None or recalled.entry_id not in of_editors:
                lost.append(one)
    return lost


def _vouched(store: Store) -> frozenset[str]:
    """The remarks of editors, and those whose correction an editor or a named person validated."""
    by = t.entries.c.validated_by
    validated = sa.select(t.entries.c.feedback_id).where(
        t.entries.c.state == "validated",
        t.entries.c.feedback_id.is_not(None),
        (by == EDITOR) | by.like("user:%"),
    )
    of_editors = sa.select(t.feedback.c.feedback_id).where(t.feedback.c.author == EDITOR)
    with store.read() as connection:
        return frozenset(connection.scalars(validated)) | frozenset(connection.scalars(of_editors))


def _of_editors(store: Store) -> frozenset[str]:
    """The entries that an editor validated."""
    query = sa.select(t.entries.c.entry_id).where(
        t.entries.c.state == "validated", t.entries.c.validated_by == EDITOR
    )
    with store.read() as connection:
        return frozenset(connection.scalars(query))


def _there(one: Wanted, engine: Engine) -> bool:
    return not one.pages or any(document in engine.release.numbers for document, _ in one.pages)


def forget(store: Store, entry_ids: Sequence[str]) -> None:
    """What these entries corrected is corrected no more: it may come back without harm."""
    with store.write() as connection:
        query = sa.select(t.entries.c.feedback_id).where(
            t.entries.c.entry_id.in_(entry_ids), t.entries.c.feedback_id.is_not(None)
        )
        for feedback_id in set(connection.scalars(query)):
            same = t.feedback.c.feedback_id == feedback_id
            row = connection.execute(sa.select(t.feedback).where(same)).mappings().first()
            if row is not None:
                fate = {**(row["fate"] or {}), "release": "", "reason": "withdrawn"}
                connection.execute(
                    sa.update(t.feedback).where(same).values(state="not_corrected", fate=fate)
                )
                connection.execute(
                    sa.delete(t.rechecks).where(t.rechecks.c.feedback_id == feedback_id)
                )

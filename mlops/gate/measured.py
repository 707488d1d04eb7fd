"""What a release gets on each question: golden ones, and those that readers judged well answered.

Kept in the table ``evaluations`` under (release, program, questions). A release that another
version of the program built is compared by what it got under **its** program: the code that runs
now would answer alike from both, and a worse program would show nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa

from mlops import asked_once, clock, evaluation
from mlops import store_tables as t
from mlops.golden_file import Golden, load
from mlops.store import Store
from rag.cache import fingerprint
from rag.index.release import Release
from rag.program import program
from rag.settings import Home, Settings

GOOD_RATING = 4  # an answer rated so showed the right page
FROM_FEEDBACK = 100  # questions at most, the newest
OF_ONE = 20  # of one reader; those of nobody known count as one
KEPT = ("nDCG@10", "MRR@10", "recall@5", "kept", "refused", "first_cited")


@dataclass(frozen=True, slots=True)
class Row:
    """One question: what it was worth, and the parts that it is in."""

    values: Mapping[str, float]
    parts: Mapping[str, str]
    gold: tuple[tuple[str, int], ...]  # document name, page from 1
    question: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One release asked a set of questions; ``p95_s`` is nan when nothing was asked."""

    release: str
    program: str
    rows: Mapping[str, Row] = field(default_factory=dict)
    p95_s: float = math.nan

    def values(self, metric: str, names: Sequence[str] | None = None) -> dict[str, float]:
        """Question → value of one measure, for those it applies to (of ``names``, when given)."""
        chosen = self.rows if names is None else {n: self.rows[n] for n in names if n in self.rows}
        return {n: row.values[metric] for n, row in chosen.items() if metric in row.values}


def questions(home: Home, store: Store, release: Release) -> tuple[Golden, ...]:
    """The golden questions whose documents are there, then past feedback; each asked once."""
    names = {name for source in release.sources for name in (source.name, source.path)}
    golden = load(home.golden) if home.golden else ()
    asked = {_plain(q.question) for q in golden}
    past = [q for q in from_feedback(store) if _plain(q.question) not in asked]
    return tuple(
        q
        for q in (*golden, *past)
        if not q.gold or any(document in names for document, _ in q.gold)
    )


def from_feedback(store: Store) -> list[Golden]:
    """Questions that readers rated 4 or 5, with the pages then cited as gold; newest first.

    A reader counts once per question, and for ``OF_ONE`` of them; what was withdrawn does not
    count; a question that somebody else rated badly or corrected is left out, since votes do not
    say who is right.
    """
    judged = store.feedback()
    disliked = {_plain(row["question"]) for row in judged if row["rating"] < GOOD_RATING}
    disliked |= _taught(store)
    found: dict[str, Golden] = {}
    counts: Counter[str] = Counter()
    for row in reversed([row for row in judged if row["answer_id"]]):
        question, person = _plain(row["question"]), str(row["author"] or "")
        if row["rating"] < GOOD_RATING or question in disliked or question in found:
            continue
        if counts[person] >= OF_ONE:
            continue
        gold = _cited(store, str(row["answer_id"]))
        if gold:
            counts[person] += 1
            name = f"feedback-{fingerprint(question)[:12]}"
            found[question] = Golden(name, row["question"], gold, kind="feedback")
        if len(found) >= FROM_FEEDBACK:
            break
    return list(found.values())


def _taught(store: Store) -> set[str]:
    """The questions, as asked and otherwise, whose answer was validated."""
    query = sa.select(t.entries.c.question, t.entries.c.wordings).where(
        t.entries.c.state == "validated"
    )
    with store.read() as connection:
        rows = connection.execute(query).all()
    return {_plain(text) for row in rows for text in (row.question, *row.wordings)}


def _cited(store: Store, answer_id: str) -> tuple[tuple[str, int], ...]:
    kept = store.answer(answer_id)
    if kept is None or (kept["trace"] or {}).get("history"):
        return ()  # a question that goes on from another is not asked alone
    citations = [c for sentence in kept["sentences"] for c in sentence["citations"]]
    places = [(c["document"], a["index"] + 1) for c in citations for a in c["anchors"]]
    return tuple(dict.fromkeys(places))


def _plain(question: str) -> str:
    return " ".join(question.casefold().split())


def measure(
    store: Store, release: Release, settings: Settings, asked: Sequence[Golden]
) -> Measured:
    """Ask every question of a release under this program, unless that was done before."""
    key = fingerprint([(q.id, q.question, *q.history, *q.gold, q.kind) for q in asked])
    kept = _kept(store, release.id, program(), key)
    if kept is not None:
        return kept
    engine = asked_once.engine_of(release, settings)
    times: list[float] = []
    found = evaluation.evaluate(engine, asked, times=times)
    gold = {q.id: q.gold for q in asked}
    rows = {
        one.id: Row(
            {name: one.values[name] for name in KEPT if name in one.values},
            {"kind": one.kind, **one.parts},
            gold[one.id],
            one.question,
        )
        for one in found.asked
    }
    p95 = float(np.quantile(times, 0.95)) if times else math.nan
    made = Measured(release.id, program(), rows, p95)
    _keep(store, made, key)
    return made


def recorded(store: Store, release_id: str) -> Measured | None:
    """What a release got under the program that built it, when that was kept; newest first."""
    built_by = sa.select(t.releases.c.program).where(t.releases.c.release_id == release_id)
    query = (
        sa.select(t.evaluations)
        .where(
            t.evaluations.c.release_id == release_id,
            t.evaluations.c.program == built_by.scalar_subquery(),
        )
        .order_by(t.evaluations.c.id.desc())
        .limit(1)
    )
    with store.read() as connection:
        row = connection.execute(query).mappings().first()
    return None if row is None else _measured(dict(row))


def _kept(store: Store, release_id: str, version: str, key: str) -> Measured | None:
    table = t.evaluations.c
    query = sa.select(t.evaluations).where(
        table.release_id == release_id, table.program == version, table.questions_key == key
    )
    with store.read() as connection:
        row = connection.execute(query).mappings().first()
    return None if row is None else _measured(dict(row))


def _measured(row: Mapping[str, Any]) -> Measured:
    rows = {
        one["id"]: Row(
            one["values"], one["parts"], tuple((d, int(p)) for d, p in one["gold"]), one["question"]
        )
        for one in row["rows"]
    }
    p95 = row["timings"].get("p95_s")
    return Measured(row["release_id"], row["program"], rows, math.nan if p95 is None else p95)


def _keep(store: Store, made: Measured, key: str) -> None:
    rows = [
        {
            "id": name,
            "values": dict(row.values),
            "parts": dict(row.parts),
            "gold": [list(place) for place in row.gold],
            "question": row.question,
        }
        for name, row in made.rows.items()
    ]
    timings = {"p95_s": None if math.isnan(made.p95_s) else made.p95_s, "questions": len(rows)}
    with store.write() as connection:
        connection.execute(
            sa.insert(t.evaluations).values(
                release_id=made.release, program=made.program, questions_key=key,
                at=clock.stamp(), rows=rows, timings=timings,
            )
        )  # fmt: skip

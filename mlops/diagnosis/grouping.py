"""Similar failures together: what to mend first, and what the collection lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.diagnosis.causes import Cause
from mlops.store import Store
from rag.french.analysis import analyse

DONE = ("corrected",)  # remarks that want nothing any more
NOTHING_TO_DO = (Cause.READER.value, Cause.UNKNOWN.value)
NAMED_BY = 2  # words


@dataclass(frozen=True, slots=True)
class Priority:
    """Failures that one remedy mends; ``gain`` is what it would give back, in answers a week."""

    group_key: str
    cause: str
    remedy: str
    count: int  # remarks
    persons: int
    place: str  # "livre.pdf, p. 12", or ""
    name: str  # the same, or what the questions have in common
    questions: tuple[str, ...]
    gain: float


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What is asked for and absent, named by its rarest words."""

    topic: str
    count: int
    questions: tuple[str, ...]


def priorities(store: Store) -> list[Priority]:
    """The groups of failures that are still there, the most worth mending first.

    The gain is a count: of questions asked in the last week, those that were of this group's
    remarks, or the remarks themselves when that is more. It says what is lost now, not what a
    remedy will certainly give.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in _newest(store):
        if row["state"] not in DONE and row["cause"] not in NOTHING_TO_DO:
            groups.setdefault(row["group_key"], []).append(row)
    asked = _asked_lately(store)
    found = [_priority(key, rows, asked) for key, rows in groups.items()]
    return sorted(found, key=lambda one: (-one.gain, -one.persons, one.group_key))


def acquisitions(store: Store) -> list[Acquisition]:
    """Topics asked for and absent: remarks whose answer is nowhere, and questions refused."""
    absent = [row["question"] for row in _newest(store) if row["cause"] == Cause.ABSENT.value]
    refused = sa.select(t.queries.c.question).where(t.queries.c.outcome == "nothing")
    with store.read() as connection:
        absent += [str(question) for question in connection.scalars(refused)]
    counts = Counter(term for question in absent for term in set(analyse(question)))
    topics: dict[str, list[str]] = {}
    for question in absent:
        terms = sorted(set(analyse(question)), key=lambda t: (not t.isalpha(), -counts[t], t))
        if terms:
            topics.setdefault(terms[0], []).append(question)
    found = [
        Acquisition(_named(term, questions), len(questions), tuple(dict.fromkeys(questions)))
        for term, questions in topics.items()
    ]
    return sorted(found, key=lambda one: (-one.count, one.topic))


def _named(term: str, questions: list[str]) -> str:
    """A topic as people write it: the commonest word of that stem."""
    words = Counter(
        word.strip("?!.,;:«» ").lower()
        for question in questions
        for word in question.replace("’", " ").replace("'", " ").split()
        if term in analyse(word)
    )
    return words.most_common(1)[0][0] if words else term


def _newest(store: Store) -> list[dict[str, Any]]:
    """The last diagnosis of each remark in force."""
    query = (
        sa.select(t.diagnoses, t.feedback.c.question, t.feedback.c.author, t.feedback.c.state)
        .join(t.feedback, t.feedback.c.feedback_id == t.diagnoses.c.feedback_id)
        .where(t.feedback.c.withdrawn_at.is_(None))
        .order_by(t.diagnoses.c.id)
    )
    with store.read() as connection:
        rows = connection.execute(query).mappings().all()
    return list({row["feedback_id"]: dict(row) for row in rows}.values())


def _asked_lately(store: Store) -> Counter[str]:
    from datetime import timedelta

    from mlops import clock

    since = (clock.now() - timedelta(days=7)).isoformat()
    query = sa.select(t.queries.c.question).where(t.queries.c.at > since)
    with store.read() as connection:
        return Counter(_plain(question) for question in connection.scalars(query))


def _priority(key: str, rows: list[dict[str, Any]], asked: Mapping[str, int]) -> Priority:
    last = rows[-1]
    evidence = last["evidence"]
    place = ""
    if evidence.get("document"):
        place = f"{evidence['document']}, p. {evidence['page_number']}"
    questions = tuple(dict.fromkeys(str(row["question"]) for row in rows))
    persons = len({row["author"] or row["feedback_id"] for row in rows})
    lately = sum(asked.get(_plain(question), 0) for question in questions)
    return Priority(
        key, last["cause"], last["remedy"], len(rows), persons, place,
        place or _in_common(questions), questions,
        float(max(lately, persons)),
    )  # fmt: skip


def _in_common(questions: Sequence[str]) -> str:
    """What questions without a page are about: the words that most of them have, rare ones first.

    Words are rare here when they are long: no collection is opened for a name.
    """
    counts = Counter(term for question in questions for term in set(analyse(question)))
    best = sorted(counts, key=lambda term: (-counts[term], not term.isalpha(), -len(term), term))
    return ", ".join(_named(term, list(questions)) for term in best[:NAMED_BY])


def _plain(question: str) -> str:
    return " ".join(question.casefold().split())

"""Answers as they were given: read again from the record, and a reader's own, in order."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.deletion import removed_in
from mlops.store import Store
from rag.codec import from_json
from rag.records import Answer, Outcome, PageHit, Sentence, Trace, Verdict

SHORTEST = 4  # characters of an id that name an answer


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a reader, and what it got."""

    answer_id: str
    at: str  # ISO 8601, UTC
    question: str
    outcome: str
    text: str


def kept(store: Store, answer_id: str) -> Answer | None:
    """An answer as it was shown, less what was deleted since; None when nobody got it."""
    row = store.answer(answer_id)
    if row is None:
        return None
    gone = removed_in(store)
    trace = from_json(Trace, row["trace"]) if row["trace"] else None
    sentences = from_json(tuple[Sentence, ...], row["sentences"])
    pages = from_json(tuple[PageHit, ...], row["pages"])
    outcome = Outcome(row["outcome"])
    verdict = trace.verdict if trace else Verdict(outcome, float("nan"), row["reason"])
    answer = Answer(
        answer_id,
        str(row["question"]),
        outcome,
        tuple(s for s in sentences if all(c.document_id not in gone for c in s.citations)),
        tuple(page for page in pages if page.document_id not in gone),
        verdict,
        str(row["release"]),
        float(row["seconds"]),
    )
    return answer if trace is None else _with(answer, trace)


def begin_with(store: Store, beginning: str) -> list[str]:
    """The ids of answers that begin so, three at most; none for less than four characters."""
    if len(beginning) < SHORTEST or not beginning.isalnum():
        return []
    query = sa.select(t.answers.c.answer_id).where(t.answers.c.answer_id.startswith(beginning))
    with store.read() as connection:
        return [str(found) for found in connection.scalars(query.limit(3))]


def _with(answer: Answer, trace: Trace) -> Answer:
    """The answer with what its trace says of the question and of who worded it."""
    from dataclasses import replace

    return replace(answer, query=trace.query, history=trace.history, writing=trace.writing)


def of_reader(store: Store, reader: str, limit: int = 50, offset: int = 0) -> list[Asked]:
    """What a reader asked, newest first."""
    if not reader:
        return []
    wanted = (
        sa.select(
            t.queries.c.answer_id,
            t.queries.c.at,
            t.queries.c.question,
            t.queries.c.outcome,
            t.answers.c.text,
        )
        .join(t.answers, t.answers.c.answer_id == t.queries.c.answer_id)
        .where(t.queries.c.reader == reader)
        .order_by(t.queries.c.at.desc())
        .limit(limit)
        .offset(offset)
    )
    with store.read() as connection:
        return [Asked(**row) for row in connection.execute(wanted).mappings()]

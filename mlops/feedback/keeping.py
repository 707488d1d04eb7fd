"""Remarks in the record: one a person and answer, edited and withdrawn by who made it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.feedback.checking import Given, TooMany, check, plain_text
from mlops.store import Store, now

EDITOR = "editor"  # somebody at the command line
A_MINUTE, A_DAY = 30, 300  # remarks of one person


def save(store: Store, given: Given, *, feedback_id: str | None = None) -> str:
    """Keep a remark; a second one of the same person on the same answer takes its place.

    Args:
        store: the record.
        given: what is said.
        feedback_id: of a line that was imported; kept once.

    Raises:
        ValueError: it is not a remark (see ``checking.check``).
        TooMany: that person said ``A_MINUTE`` things in a minute, or ``A_DAY`` in a day.
    """
    check(given)
    with store.write() as connection:
        known = _known(connection, given, feedback_id)
        values = _values(connection, given)
        if known is not None:
            same = t.feedback.c.feedback_id == known
            if feedback_id is None:
                connection.execute(
                    sa.update(t.feedback).where(same).values(**values, updated_at=now())
                )
            return known
        _pace(connection, given.author)
        made = feedback_id or uuid.uuid4().hex
        connection.execute(
            sa.insert(t.feedback).values(
                feedback_id=made, at=now(), stated_at=given.timestamp or now(), **values
            )
        )
    return made


def withdraw(store: Store, feedback_id: str, author: str) -> bool:
    """Take a remark back; False when there is none of that person in force."""
    mine = (t.feedback.c.feedback_id == feedback_id) & t.feedback.c.withdrawn_at.is_(None)
    if author != EDITOR:
        mine &= t.feedback.c.author == (author or None)
    with store.write() as connection:
        done = connection.execute(sa.update(t.feedback).where(mine).values(withdrawn_at=now()))
        if done.rowcount:
            _withdraw_taught(connection, feedback_id)
    return bool(done.rowcount)


def of_author(store: Store, author: str) -> list[dict[str, Any]]:
    """The remarks of one person in force, newest first."""
    if not author:
        return []
    return [dict(row) for row in reversed(store.feedback()) if row["author"] == author]


def show(store: Store, feedback_id: str) -> dict[str, Any] | None:
    """A remark with its answer, diagnosis, what it taught, and how it went since; None for none."""
    with store.read() as connection:
        query = sa.select(t.feedback).where(t.feedback.c.feedback_id == feedback_id)
        row = connection.execute(query).mappings().first()
        if row is None:
            return None
        found = dict(row)
        for name, table in (
            ("diagnoses", t.diagnoses),
            ("rechecks", t.rechecks),
            ("entries", t.entries),
            ("words", t.word_fixes),
        ):
            rows = connection.execute(
                sa.select(table).where(table.c.feedback_id == feedback_id).order_by(table.c.at)
            )
            found[name] = [dict(one) for one in rows.mappings()]
    found["shown"] = store.answer(row["answer_id"]) if row["answer_id"] else None
    return found


def _values(connection: sa.Connection, given: Given) -> dict[str, Any]:
    corrected = plain_text(given.corrected_answer)
    if corrected is not None and corrected == plain_text(given.answer):
        corrected = None  # the answer as it was corrects nothing
    release = connection.scalar(
        sa.select(t.queries.c.release_id).where(t.queries.c.answer_id == given.answer_id)
    )
    return {
        "answer_id": given.answer_id, "question": plain_text(given.question),
        "answer": given.answer, "sources": list(given.sources), "rating": given.rating,
        "feedback_text": plain_text(given.text), "corrected_answer": corrected,
        "user": given.user, "state": "received", "author": given.author or None,
        "release_id": release, "marks": [mark.plain() for mark in given.marks],
        "wanted": given.wanted, "fate": None,
    }  # fmt: skip


def _known(connection: sa.Connection, given: Given, feedback_id: str | None) -> str | None:
    """The remark that this one replaces, or is."""
    query = sa.select(t.feedback.c.feedback_id)
    if feedback_id is not None:
        return connection.scalar(query.where(t.feedback.c.feedback_id == feedback_id))
    if not given.author or not given.answer_id:
        return None
    return connection.scalar(
        query.where(
            t.feedback.c.author == given.author,
            t.feedback.c.answer_id == given.answer_id,
            t.feedback.c.withdrawn_at.is_(None),
        )
    )


def _pace(connection: sa.Connection, author: str) -> None:
    if not author or author == EDITOR:
        return
    for most, span in ((A_MINUTE, timedelta(minutes=1)), (A_DAY, timedelta(days=1))):
        since = (clock.now() - span).isoformat()
        count = connection.scalar(
            sa.select(sa.func.count())
            .select_from(t.feedback)
            .where(t.feedback.c.author == author, t.feedback.c.at > since)
        )
        if int(count or 0) >= most:
            raise TooMany(f"{count} remarks already: try again later", code="too_many_remarks")


def _withdraw_taught(connection: sa.Connection, feedback_id: str) -> None:
    """What was only proposed goes with the remark; what a second person validated stays theirs."""
    for table in (t.entries, t.word_fixes):
        connection.execute(
            sa.update(table)
            .where(table.c.feedback_id == feedback_id, table.c.state == "proposed")
            .values(state="withdrawn")
        )


def line_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A remark as a line of the export: what an import reads back."""
    names = (
        "feedback_id", "question", "answer", "sources", "rating", "feedback_text",
        "corrected_answer", "user", "answer_id", "marks", "wanted", "state",
    )  # fmt: skip
    return {"timestamp": row["stated_at"], **{name: row[name] for name in names}}

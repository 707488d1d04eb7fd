"""Remarks in the record: one a person and answer, edited and withdrawn by who made it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.feedback.checking import Given, Mark, NotARemark, TooMany, check, mark_of, plain_text
from mlops.store import Store, now

EDITOR = "editor"  # somebody at the command line
A_MINUTE, A_DAY = 30, 300  # remarks of one person
EDITABLE = frozenset({"rating", "text", "corrected_answer", "marks", "wanted"})
TAUGHT = ("question", "corrected_answer", "marks")  # what proposals are made of
_PAGES = sa.select(t.sources.c.document_id, t.sources.c.pages, t.sources.c.name)


def save(store: Store, given: Given, *, feedback_id: str | None = None, paced: bool = True) -> str:
    """Keep a remark; a second one of the same person on the same answer takes its place.

    Args:
        store: the record.
        given: what is said.
        feedback_id: of a line that was imported: kept once, unpaced, its pages as they were.
        paced: whether a person who says too much at once is refused; a program that holds the
            record is not.

    Raises:
        ValueError: it is not a remark (see ``checking.check``), or it points at a page that the
            collection has not.
        TooMany: that person said ``A_MINUTE`` things in a minute, or ``A_DAY`` in a day.
    """
    check(given)
    with store.write() as connection:
        known = _known(connection, given, feedback_id)
        if known is not None and feedback_id is not None:
            return known
        if feedback_id is None:
            _check_pages(connection, given.marks)
        values = _values(connection, given)
        if known is not None:
            _replace(connection, known, values)
            return known
        if paced and feedback_id is None:
            _pace(connection, given.author)
        made = feedback_id or uuid.uuid4().hex
        connection.execute(
            sa.insert(t.feedback).values(
                feedback_id=made, at=now(), stated_at=given.timestamp or now(), **values
            )
        )
    return made


def edit(store: Store, feedback_id: str, author: str, **changes: Any) -> bool:
    """Change one's own remark: it is looked at again as if it had just come.

    Args:
        store: the record.
        feedback_id: which.
        author: its author, or "editor".
        changes: fields of ``Given`` other than question, answer, author and answer id.

    Returns:
        False when there is none of that person in force.

    Raises:
        ValueError: a field cannot be changed, or its value is not one.
    """
    if unknown := changes.keys() - EDITABLE:
        found, wanted = ", ".join(sorted(unknown)), ", ".join(sorted(EDITABLE))
        raise NotARemark(f"{found}: want {wanted}", "field", found=found, wanted=wanted)
    with store.write() as connection:
        query = sa.select(t.feedback).where(_of(feedback_id, author))
        row = connection.execute(query).mappings().first()
        if row is None:
            return False
        given = replace(_given(dict(row)), **changes)
        check(given)
        if "marks" in changes:
            _check_pages(connection, given.marks)
        _replace(connection, feedback_id, _values(connection, given))
    return True


def withdraw(store: Store, feedback_id: str, author: str) -> bool:
    """Take a remark back; False when there is none of that person in force."""
    with store.write() as connection:
        done = connection.execute(
            sa.update(t.feedback).where(_of(feedback_id, author)).values(withdrawn_at=now())
        )
        if done.rowcount:
            _withdraw_taught(connection, feedback_id)
    return bool(done.rowcount)


def of_author(store: Store, author: str) -> list[dict[str, Any]]:
    """The remarks of one person in force, newest first; nobody has none."""
    return rows(store, author=author) if author else []


def rows(
    store: Store,
    *,
    author: str | None = None,
    state: str | None = None,
    rating_max: int | None = None,
    since: str = "",
) -> list[dict[str, Any]]:
    """The remarks in force, newest first: of one person, in one state, rated at most, after."""
    query = sa.select(t.feedback).where(
        t.feedback.c.withdrawn_at.is_(None), t.feedback.c.at > since
    )
    if author is not None:
        query = query.where(t.feedback.c.author == author)
    if state is not None:
        query = query.where(t.feedback.c.state == state)
    if rating_max is not None:
        query = query.where(t.feedback.c.rating <= rating_max)
    query = query.order_by(t.feedback.c.at.desc(), t.feedback.c.feedback_id)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


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
            ("rules", t.page_rules),
        ):
            rows = connection.execute(
                sa.select(table).where(table.c.feedback_id == feedback_id).order_by(table.c.at)
            )
            found[name] = [dict(one) for one in rows.mappings()]
    found["shown"] = store.answer(row["answer_id"]) if row["answer_id"] else None
    return found


def _of(feedback_id: str, author: str) -> sa.ColumnElement[bool]:
    """A remark in force that this person may change; what nobody signed is an editor's."""
    found = (t.feedback.c.feedback_id == feedback_id) & t.feedback.c.withdrawn_at.is_(None)
    if author == EDITOR:
        return found
    return found & (t.feedback.c.author == author) if author else sa.false()


def _given(row: Mapping[str, Any]) -> Given:
    return Given(
        question=row["question"], answer=row["answer"], rating=row["rating"],
        sources=tuple(row["sources"]), text=row["feedback_text"],
        corrected_answer=row["corrected_answer"], user=row["user"], author=row["author"] or "",
        answer_id=row["answer_id"], marks=tuple(map(mark_of, row["marks"] or ())),
        wanted=row["wanted"],
    )  # fmt: skip


def _replace(connection: sa.Connection, feedback_id: str, values: Mapping[str, Any]) -> None:
    """Put these words in place of the former ones, with which goes what was found about them."""
    same = t.feedback.c.feedback_id == feedback_id
    before = connection.execute(sa.select(t.feedback).where(same)).mappings().one()
    if all(before[name] == values[name] for name in values.keys() - {"state", "fate"}):
        return  # said twice: nothing changed
    connection.execute(sa.update(t.feedback).where(same).values(**values, updated_at=now()))
    for table in (t.diagnoses, t.rechecks):
        connection.execute(sa.delete(table).where(table.c.feedback_id == feedback_id))
    if any((before[name] or None) != (values[name] or None) for name in TAUGHT):
        _withdraw_taught(connection, feedback_id)


def _check_pages(connection: sa.Connection, marks: Sequence[Mark]) -> None:
    """Raise for a page that is not there; a ledger without a collection takes any."""
    if not marks:
        return
    known = {row.document_id: row for row in connection.execute(_PAGES)}
    for mark in marks if known else ():
        page, row = mark.index + 1, known.get(mark.document_id)
        name = f"{mark.document_id[:12]}…" if row is None else str(row.name)
        if row is None:
            raise NotARemark(f"no document {name}: want one of ours", "no_document", document=name)
        if page > row.pages:
            raise NotARemark(
                f"page {page} of {name}: no such page, it has {row.pages}", "no_page",
                document=name, page=page, pages=row.pages,
            )  # fmt: skip


def _values(connection: sa.Connection, given: Given) -> dict[str, Any]:
    corrected = plain_text(given.corrected_answer)
    if corrected is not None and corrected == plain_text(given.answer):
        corrected = None  # the answer as it was corrects nothing
    release = connection.scalar(
        sa.select(t.queries.c.release_id).where(t.queries.c.answer_id == given.answer_id)
    )
    return {
        "answer_id": given.answer_id, "question": plain_text(given.question),
        "answer": plain_text(given.answer) or "", "sources": list(given.sources),
        "rating": given.rating,
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
    if not given.author:
        return None
    mine = query.where(
        t.feedback.c.author == given.author,
        t.feedback.c.answer_id == given.answer_id,
        t.feedback.c.withdrawn_at.is_(None),
    )
    if not given.answer_id:  # no answer of ours: the same words; an editor may speak for others
        mine = mine.where(
            t.feedback.c.question == plain_text(given.question),
            t.feedback.c.answer == (plain_text(given.answer) or ""),
            t.feedback.c.author != EDITOR,
        )
    return connection.scalar(mine)


def _pace(connection: sa.Connection, author: str) -> None:
    if not author or author == EDITOR:
        return
    for most, span in ((A_MINUTE, timedelta(minutes=1)), (A_DAY, timedelta(days=1))):
        since = clock.stamp(clock.now() - span)
        count = connection.scalar(
            sa.select(sa.func.count())
            .select_from(t.feedback)
            .where(t.feedback.c.author == author, t.feedback.c.at > since)
        )
        if int(count or 0) >= most:
            raise TooMany(f"{count} remarks already: try again later", code="too_many_remarks")


def _withdraw_taught(connection: sa.Connection, feedback_id: str) -> None:
    """What was only proposed goes with the remark; what a second person validated stays theirs."""
    for table in (t.entries, t.word_fixes, t.page_rules):
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

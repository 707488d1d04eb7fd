"""One person's data: all of it given to them, or all of it gone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.store import Store

LEARNED = (t.entries, t.word_fixes)


def export(store: Store, author: str) -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept of one person ("user:…" or "reader:…"), by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    with store.read() as connection:
        for name, query in _theirs(author).items():
            found[name] = [dict(row) for row in connection.execute(query).mappings()]
    return found


def erase(store: Store, author: str) -> dict[str, int]:
    """Forget one person: their remarks go, what they taught is withdrawn, their name is emptied.

    Returns:
        How many rows of each kind were touched. A release that holds what they taught recalls it
        no more at once; the next one does not hold it.
    """
    counts = {name: len(rows) for name, rows in export(store, author).items()}
    name, token = _names(author)
    with store.write() as connection:
        theirs = sa.select(t.feedback.c.feedback_id).where(_said(author))
        for table in (t.diagnoses, t.rechecks):
            connection.execute(sa.delete(table).where(table.c.feedback_id.in_(theirs)))
        for table in LEARNED:
            mine = (table.c.author == author) | table.c.feedback_id.in_(theirs)
            connection.execute(
                sa.update(table)
                .where(mine)
                .values(state="withdrawn", author="", feedback_id=None, **_blank(table))
            )
            connection.execute(
                sa.update(table).where(table.c.validated_by == author).values(validated_by="")
            )
        connection.execute(
            sa.update(t.reviews).where(t.reviews.c.author == author).values(author="", note="")
        )
        connection.execute(sa.delete(t.feedback).where(_said(author)))
        connection.execute(
            sa.update(t.queries)
            .where((t.queries.c.user == name) | (t.queries.c.reader == token))
            .values(user=None, reader=None)
        )
    return counts


def _theirs(author: str) -> dict[str, sa.Select[Any]]:
    name, token = _names(author)
    return {
        "feedback": sa.select(t.feedback).where(_said(author)),
        "entries": sa.select(t.entries).where(t.entries.c.author == author),
        "words": sa.select(t.word_fixes).where(t.word_fixes.c.author == author),
        "reviews": sa.select(t.reviews).where(t.reviews.c.author == author),
        "questions": sa.select(t.queries).where(
            (t.queries.c.user == name) | (t.queries.c.reader == token)
        ),
    }


def _said(author: str) -> sa.ColumnElement[bool]:
    name, _ = _names(author)
    return (t.feedback.c.author == author) | (t.feedback.c.user == name)


def _names(author: str) -> tuple[str, str]:
    """The name and the token of a person; something that nobody is called for the one missing."""
    kind, _, rest = author.partition(":")
    if not rest:
        raise ValueError(f"{author!r}: want user:NAME or reader:TOKEN")
    return (rest if kind == "user" else "\0"), (rest if kind == "reader" else "\0")


def _blank(table: sa.Table) -> dict[str, Any]:
    """The words that a person wrote, blanked; a corrected word names nobody."""
    return {"question": "", "answer": "", "wordings": []} if table is t.entries else {}

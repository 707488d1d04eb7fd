"""One person's data: all of it given to them, or all of it gone."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
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
            sa.update(t.queries).where(_asked(author)).values(user=None, reader=None)
        )
    return counts


def erase_lines(folder: Path, author: str, feedback_ids: Collection[str]) -> int:
    """Take a person out of the files beside the record too; returns how many lines went.

    Args:
        folder: where ``feedback.jsonl`` and ``training_data.jsonl`` are (``FeedbackCollector``).
        author: "user:…" or "reader:…".
        feedback_ids: of their remarks, from ``export`` before ``erase``. The training data has
            neither names nor ids: it goes whole, and the next retraining writes it again.
    """
    kind, _, name = author.partition(":")
    gone = 0
    for path in sorted(folder.glob("feedback.jsonl*")):
        if path.suffix == ".lock":
            continue
        with path.open(encoding="utf-8") as file:
            lines = list(file)  # cut at "\n" only: a text may hold U+2028
        kept = [
            line for line in lines if not _says(line, name if kind == "user" else "", feedback_ids)
        ]
        if len(kept) < len(lines):
            gone += len(lines) - len(kept)
            beside = path.with_name(f".{path.name}-kept")
            beside.write_text("".join(kept), "utf-8")
            beside.replace(path)
    (folder / "training_data.jsonl").unlink(missing_ok=True)
    return gone


def _says(line: str, name: str, feedback_ids: Collection[str]) -> bool:
    try:
        row = json.loads(line)
    except ValueError:
        return False
    if not isinstance(row, dict):
        return False
    return row.get("feedback_id") in feedback_ids or bool(name and row.get("user") == name)


def _theirs(author: str) -> dict[str, sa.Select[Any]]:
    return {
        "feedback": sa.select(t.feedback).where(_said(author)),
        "entries": sa.select(t.entries).where(t.entries.c.author == author),
        "words": sa.select(t.word_fixes).where(t.word_fixes.c.author == author),
        "reviews": sa.select(t.reviews).where(t.reviews.c.author == author),
        "questions": sa.select(t.queries).where(_asked(author)),
    }


def _said(author: str) -> sa.ColumnElement[bool]:
    kind, name = _who(author)
    said = t.feedback.c.author == author
    return said | (t.feedback.c.user == name) if kind == "user" else said


def _asked(author: str) -> sa.ColumnElement[bool]:
    kind, name = _who(author)
    return (t.queries.c.user if kind == "user" else t.queries.c.reader) == name


def _who(author: str) -> tuple[str, str]:
    kind, _, name = author.partition(":")
    if kind not in ("user", "reader") or not name:
        raise ValueError(f"{author!r}: want user:NAME or reader:TOKEN")
    return kind, name


def _blank(table: sa.Table) -> dict[str, Any]:
    """The words that a person wrote, blanked; a corrected word names nobody."""
    return {"question": "", "answer": "", "wordings": []} if table is t.entries else {}

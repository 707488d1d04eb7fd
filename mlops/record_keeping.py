"""How long the record keeps what was asked: old questions go, what readers said of them stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.store import Store
from rag.settings import Settings

AT_ONCE = 5_000  # rows of one transaction: writers beside wait a fraction of a second


def keep(store: Store, settings: Settings) -> int:
    """Remove the questions older than ``keep_metrics_days``, and their answers.

    Ratings and corrections are never removed, nor the question and the answer that they speak of.
    Looks at drift and notices that were sent go with the questions of their time.

    Returns:
        Questions removed.
    """
    before = clock.stamp(clock.now() - timedelta(days=settings.keep_metrics_days))
    q = t.queries.c
    rated = sa.select(t.feedback.c.answer_id).where(t.feedback.c.answer_id.is_not(None))
    old = (
        sa.select(q.answer_id)
        .where(q.at < before, q.rating.is_(None), q.answer_id.not_in(rated))
        .limit(AT_ONCE)
    )
    removed = 0
    while True:
        with store.write() as connection:
            ids = list(connection.scalars(old))
            if not ids:
                _clear(connection, before)
                return removed
            for table in (t.answers, t.shadow_answers, t.queries):
                _delete(connection, table, table.c.answer_id, ids)
            removed += len(ids)


def _delete(
    connection: sa.Connection, table: sa.Table, column: sa.Column[Any], ids: list[str]
) -> None:
    for start in range(0, len(ids), 500):
        connection.execute(sa.delete(table).where(column.in_(ids[start : start + 500])))


def _clear(connection: sa.Connection, before: str) -> None:
    n = t.notices.c
    connection.execute(sa.delete(t.drifts).where(t.drifts.c.at < before))
    connection.execute(sa.delete(t.notices).where(n.created_at < before, n.sent_at.is_not(None)))

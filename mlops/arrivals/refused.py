"""The files of the folder that the last run did not take."""

from __future__ import annotations

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.store import Store
from rag.records import Refusal


def refused(store: Store) -> list[Refusal]:
    """Those files by path, with the code of the reason."""
    with store.read() as connection:
        rows = connection.execute(sa.select(t.refusals).order_by(t.refusals.c.path))
        return [Refusal(row.path, row.code, row.detail) for row in rows]

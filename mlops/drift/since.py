"""Since when each detector has told of a drift, night after night."""

from __future__ import annotations

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.store import Store

MEASURED = ""  # the note of a look that had enough to compare


def since(store: Store) -> dict[str, str]:
    """Stamp of the first look of the drift that lasts, a detector.

    Looks with too little to compare neither begin nor end a drift. Detectors whose last measured
    look found nothing are absent.
    """
    d = t.drifts.c
    query = sa.select(d.detector, d.at, d.drifted).where(d.note == MEASURED).order_by(d.id)
    began: dict[str, str] = {}
    with store.read() as connection:
        for detector, at, drifted in connection.execute(query):
            if drifted:
                began.setdefault(detector, at)
            else:
                began.pop(detector, None)
    return began

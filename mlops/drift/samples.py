"""What the detectors look at: the questions, ratings and new pages of two windows of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.store import Store

DAYS, REFERENCE = 7.0, 28.0  # of the window, and of the time before it that it is compared with
MOST = 400  # questions of each, drawn evenly over the time: what a night may embed
PER_DOCUMENT = 20  # pages: a thick book does not speak for all


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open: [start, end)."""

    start: datetime
    end: datetime

    def told(self) -> list[str]:
        """As the record holds it."""
        return [clock.stamp(self.start), clock.stamp(self.end)]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; ``score`` is nan when the verdict had none."""

    question: str
    outcome: str
    score: float
    method: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One window of everything."""

    window: Window
    asked: tuple[Asked, ...]
    ratings: tuple[tuple[int, str], ...]  # rating, question
    pages: tuple[tuple[float, str], ...]  # confidence 0..1, name of the document


def windows(now: datetime, days: float = DAYS, reference: float = REFERENCE) -> tuple[Window, ...]:
    """The reference, then the window that ends now."""
    start = now - timedelta(days=days)
    return Window(start - timedelta(days=reference), start), Window(start, now)


def read(store: Store, window: Window, *, all_pages_before: bool = False) -> Sample:
    """Read one window.

    Args:
        store: the record.
        window: when questions were asked, ratings given, documents first seen.
        all_pages_before: pages of every document seen before the end, however long ago.
    """
    start, end = window.told()
    return Sample(
        window,
        tuple(_evenly(_asked(store, start, end))),
        tuple(_ratings(store, start, end)),
        tuple(_pages(store, "" if all_pages_before else start, end)),
    )


def _asked(store: Store, start: str, end: str) -> list[Asked]:
    q, r = t.queries.c, t.releases.c
    query = (
        sa.select(q.question, q.outcome, q.score, sa.func.coalesce(r.method, "").label("method"))
        .outerjoin(t.releases, r.release_id == q.release_id)
        .where(q.at >= start, q.at < end, q.outcome != "error")
        .order_by(q.at, q.answer_id)
    )
    with store.read() as connection:
        return [
            Asked(
                row.question, row.outcome, math.nan if row.score is None else row.score, row.method
            )
            for row in connection.execute(query)
        ]


def _evenly(rows: Sequence[Any]) -> list[Any]:
    """At most ``MOST`` of them, spread over the whole."""
    n = len(rows)
    return list(rows) if n <= MOST else [rows[i * n // MOST] for i in range(MOST)]


def _ratings(store: Store, start: str, end: str) -> list[tuple[int, str]]:
    f = t.feedback.c
    query = (
        sa.select(f.rating, f.question)
        .where(f.at >= start, f.at < end, f.withdrawn_at.is_(None))
        .order_by(f.at, f.feedback_id)
    )
    with store.read() as connection:
        return [(int(rating), str(question)) for rating, question in connection.execute(query)]


def _pages(store: Store, start: str, end: str) -> list[tuple[float, str]]:
    s, p = t.sources.c, t.pages.c
    query = (
        sa.select(p.confidence, s.name, p.document_id)
        .join(t.sources, s.document_id == p.document_id)
        .where(s.first_seen >= start, s.first_seen < end, s.present.is_(True))
        .where(p.confidence.is_not(None), p.engine.not_in(("", "text layer")))
        .order_by(p.document_id, p.page_index)
    )
    by_document: dict[str, list[tuple[float, str]]] = {}
    with store.read() as connection:
        for confidence, name, document in connection.execute(query):
            by_document.setdefault(document, []).append((float(confidence), str(name)))
    return [
        pages[i * len(pages) // PER_DOCUMENT] if len(pages) > PER_DOCUMENT else pages[i]
        for pages in by_document.values()
        for i in range(min(len(pages), PER_DOCUMENT))
    ]

"""Figures of each day: what the charts of the page and the API draw. Days are UTC."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.charts import days_of
from mlops.store import Store

Metric = Literal["questions", "answered", "p50_s", "p95_s", "ratings", "confidence"]
METRICS: tuple[Metric, ...] = get_args(Metric)
Z = 1.96  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Point:
    """One day of a series; ``value`` is None where nothing was measured, which is not zero."""

    day: str  # ISO date, UTC
    count: int  # of what the value rests on
    value: float | None
    low: float | None = None  # of the 95 % interval, where there is one
    high: float | None = None


def series(store: Store, metric: Metric, days: int) -> list[Point]:
    """One point a day, oldest first, today last.

    Args:
        store: the record.
        metric: questions asked; share of them answered (Wilson's interval); median and p95 of
            seconds; mean rating 1–5 (normal interval); mean confidence of reading of the runs.
        days: how many, at least 1.
    """
    names = days_of(days)
    values = _values(store, metric, names[0])
    return [_point(metric, day, values.get(day, [])) for day in names]


def _values(store: Store, metric: Metric, first: str) -> dict[str, list[float]]:
    q, f, r = t.queries.c, t.feedback.c, t.runs.c
    at, value, where = {
        "ratings": (f.at, f.rating, f.withdrawn_at.is_(None)),
        "confidence": (r.started_at, r.mean_confidence, r.mean_confidence.is_not(None)),
        "answered": (q.at, sa.case((q.outcome == "answer", 1.0), else_=0.0), sa.true()),
    }.get(metric, (q.at, q.seconds, sa.true()))
    query = sa.select(sa.func.substr(at, 1, 10), value).where(at >= first, where)
    found: dict[str, list[float]] = {}
    with store.read() as connection:
        for day, number in connection.execute(query):
            found.setdefault(day, []).append(float(number))
    return found


def _point(metric: Metric, day: str, values: Sequence[float]) -> Point:
    n = len(values)
    if metric == "questions":
        return Point(day, n, float(n))
    if not n:
        return Point(day, 0, None)
    mean = sum(values) / n
    if metric == "answered":
        return Point(day, n, mean, *wilson(mean, n))
    if metric == "ratings" and n > 1:
        half = Z * math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1) / n)
        return Point(day, n, mean, max(1.0, mean - half), min(5.0, mean + half))
    if metric in ("p50_s", "p95_s"):
        return Point(day, n, _rank(values, 0.5 if metric == "p50_s" else 0.95))
    return Point(day, n, mean)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 % (Wilson 1927)."""
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _rank(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share does not exceed (nearest rank)."""
    return sorted(values)[math.ceil(share * len(values)) - 1]

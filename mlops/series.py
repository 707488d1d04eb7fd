"""Figures of each day: what the charts of the page and the API draw. Days are UTC."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.charts import days_of
from mlops.store import Store
from mlops.unchanged import WhileUnchanged

Metric = Literal["questions", "answered", "p50_s", "p95_s", "ratings", "confidence"]
METRICS: tuple[Metric, ...] = get_args(Metric)
Z = 1.96  # of a 95 % interval
OF_QUESTIONS = frozenset[Metric](("questions", "answered", "p50_s", "p95_s"))


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
    return several(store, (metric,), days)[0]


def several(store: Store, metrics: Sequence[Metric], days: int) -> list[list[Point]]:
    """The same of several figures; the questions are read once for all of them."""
    names = days_of(days)
    asked = dict[str, _Day]()
    if set(metrics) & OF_QUESTIONS:
        asked = _LATEST.get(store, names[0], lambda: _asked(store, names[0]))
    found = []
    for metric in metrics:
        if metric in OF_QUESTIONS:
            known = {day: _of_questions(metric, one) for day, one in asked.items()}
        else:
            known = {d: _point(metric, d, v) for d, v in _values(store, metric, names[0]).items()}
        zero = 0.0 if metric == "questions" else None
        found.append([known.get(day, Point(day, 0, zero)) for day in names])
    return found


@dataclass(frozen=True, slots=True)
class _Day:
    """The questions of one day: their seconds, increasing, and how many were answered."""

    day: str
    seconds: Sequence[float]
    answered: int


_LATEST: WhileUnchanged[dict[str, _Day]] = WhileUnchanged()


def _asked(store: Store, first: str) -> dict[str, _Day]:
    q = t.queries.c
    query = sa.select(sa.func.substr(q.at, 1, 10), q.seconds, q.outcome).where(q.at >= first)
    seconds: dict[str, list[float]] = {}
    answered: Counter[str] = Counter()
    with store.read() as connection:  # plain tuples, put in order here: half the time of SQL
        for day, value, outcome in connection.execute(query).cursor.fetchall():
            seconds.setdefault(day, []).append(value)
            answered[day] += outcome == "answer"
    return {day: _Day(day, sorted(values), answered[day]) for day, values in seconds.items()}


def _of_questions(metric: Metric, one: _Day) -> Point:
    n = len(one.seconds)
    if metric == "questions":
        return Point(one.day, n, float(n))
    if metric == "answered":
        share = one.answered / n
        return Point(one.day, n, share, *wilson(share, n))
    rank = math.ceil((0.5 if metric == "p50_s" else 0.95) * n)  # nearest rank
    return Point(one.day, n, float(one.seconds[rank - 1]))


def _values(store: Store, metric: Metric, first: str) -> dict[str, list[float]]:
    """Ratings, or confidences of reading, one by one: they are few."""
    f, r = t.feedback.c, t.runs.c
    at, value, where = (
        (f.at, f.rating, f.withdrawn_at.is_(None))
        if metric == "ratings"
        else (r.started_at, r.mean_confidence, r.mean_confidence.is_not(None))
    )
    query = sa.select(sa.func.substr(at, 1, 10), value).where(at >= first, where)
    found: dict[str, list[float]] = {}
    with store.read() as connection:
        for day, number in connection.execute(query):
            found.setdefault(day, []).append(float(number))
    return found


def _point(metric: Metric, day: str, values: Sequence[float]) -> Point:
    n = len(values)
    mean = sum(values) / n
    if metric == "ratings" and n > 1:
        half = Z * math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1) / n)
        return Point(day, n, mean, max(1.0, mean - half), min(5.0, mean + half))
    return Point(day, n, mean)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 % (Wilson 1927)."""
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)

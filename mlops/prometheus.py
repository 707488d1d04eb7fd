"""What Prometheus is told, read from the record: the same from every process that serves.

Counters count since the first of the month, UTC, so that what retention removes is never among
them; Prometheus takes their return to zero for the restart that it is.
"""

from __future__ import annotations

import json
import math
import shutil
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder

from mlops import clock
from mlops import store_tables as t
from mlops.store import Store
from rag.settings import Home

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
FRESH_S = 5.0  # a scrape sooner than that after another gets the same figures
SETTLED = timedelta(seconds=60)  # rows older than that are counted once and for all


@dataclass
class Histogram:
    """Counts by upper bound, the last one without any."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def add(self, value: float) -> None:
        """Count one value, in seconds."""
        self.counts[bisect_left(BOUNDS, value)] += 1
        self.total += value

    def plus(self, other: Histogram) -> Histogram:
        """Both together."""
        counts = [a + b for a, b in zip(self.counts, other.counts, strict=True)]
        return Histogram(counts, self.total + other.total)

    def buckets(self) -> list[tuple[str, float]]:
        """Cumulated counts as the library wants them."""
        reached, found = 0, []
        for bound, count in zip((*BOUNDS, math.inf), self.counts, strict=True):
            reached += count
            found.append(("+Inf" if math.isinf(bound) else f"{bound:g}", float(reached)))
        return found


@dataclass
class Counts:
    """What was asked in a stretch of time."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)  # outcome, reason
    by_outcome: dict[str, Histogram] = field(default_factory=dict)
    by_stage: dict[str, Histogram] = field(default_factory=dict)

    def add(self, row: Any) -> None:
        """Count one question."""
        self.answers[row.outcome, row.reason] += 1
        self.by_outcome.setdefault(row.outcome, Histogram()).add(row.seconds)
        for stage, seconds in (json.loads(row.stages or "null") or {}).items():
            self.by_stage.setdefault(stage, Histogram()).add(float(seconds))

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            self.answers + other.answers,
            _together(self.by_outcome, other.by_outcome),
            _together(self.by_stage, other.by_stage),
        )


def _together(first: dict[str, Histogram], second: dict[str, Histogram]) -> dict[str, Histogram]:
    names = {*first, *second}
    none = Histogram()
    return {name: first.get(name, none).plus(second.get(name, none)) for name in sorted(names)}


class RecordCollector:
    """Reads the record when Prometheus asks; what is settled is not read twice."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._settled, self._upto = Counts(), ""
        self._told: tuple[float, list[Metric]] | None = None

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering does not read the record."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every metric."""
        with self._lock:
            if self._told is None or time.monotonic() - self._told[0] > FRESH_S:
                self._told = time.monotonic(), self._read()
            yield from self._told[1]

    def _read(self) -> list[Metric]:
        from mlops.prometheus_state import of_alerts, of_collection, of_machine, of_nights

        found = of_machine(self._home, shutil.disk_usage(self._home.root).free)
        if not self._home.database.is_file():
            return found
        with Store(self._home) as store:
            found += _of_counts(self._counts(store))
            found += [_ratings(store), *of_collection(store), *of_nights(store), *of_alerts(store)]
        return found

    def _counts(self, store: Store) -> Counts:
        """The month's questions: those settled from memory, the latest from the record."""
        now = clock.now()
        month = clock.stamp(month_of(now))
        if self._upto < month:
            self._settled, self._upto = Counts(), month
        settled = max(month, clock.stamp(now - SETTLED))
        self._settled = self._settled.plus(_between(store, self._upto, settled))
        self._upto = settled
        return self._settled.plus(_between(store, settled, "9"))


def month_of(moment: datetime) -> datetime:
    """The first moment of its month."""
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _between(store: Store, since: str, before: str) -> Counts:
    q = t.queries.c
    stages = sa.type_coerce(q.stages, sa.Text).label("stages")
    query = sa.select(q.outcome, q.reason, q.seconds, stages).where(q.at >= since, q.at < before)
    counts = Counts()
    with store.read() as connection:
        for row in connection.execute(query):
            counts.add(row)
    return counts


def _of_counts(counts: Counts) -> list[Metric]:
    answers = CounterMetricFamily(
        "rag_answers", "Questions asked, by outcome and reason.", labels=("outcome", "reason")
    )
    for (outcome, reason), count in sorted(counts.answers.items()):
        answers.add_metric((outcome, reason), count)
    took = HistogramMetricFamily(
        "rag_answer_seconds", "Time to answer a question.", labels=("outcome",)
    )
    for name, histogram in counts.by_outcome.items():
        took.add_metric((name,), histogram.buckets(), histogram.total)
    stages = HistogramMetricFamily(
        "rag_stage_seconds", "Time of each stage of an answer.", labels=("stage",)
    )
    for name, histogram in counts.by_stage.items():
        stages.add_metric((name,), histogram.buckets(), histogram.total)
    return [answers, took, stages]


def _ratings(store: Store) -> Metric:
    """Ratings given this month; those withdrawn since are counted too: a counter only grows."""
    f = t.feedback.c
    since = clock.stamp(month_of(clock.now()))
    query = sa.select(f.rating, sa.func.count()).where(f.at >= since).group_by(f.rating)
    family = CounterMetricFamily("rag_ratings", "Ratings given by readers.", labels=("rating",))
    with store.read() as connection:
        for rating, count in connection.execute(query):
            family.add_metric((str(rating),), count)
    return family


def registry_of(home: Home) -> CollectorRegistry:
    """A registry of our own, with the record of that home in it."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(RecordCollector(home))
    return registry


def exposition(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The metrics in the format asked for, and its media type."""
    encode, kind = choose_encoder(accept)
    return encode(registry), kind

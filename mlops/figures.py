"""Statistics of questions: percentiles, per release, language, outcome and arm.

Rows come from the database as columns; 200,000 questions are counted in less than a second.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from mlops import store_tables as t
from mlops.store import Store
from mlops.unchanged import WhileUnchanged

PERCENTILES = (50, 90, 95, 99)
STAGED = 20_000  # latest questions whose stages are read: each is a JSON object
SLICES = {"by_release": "release_id", "by_language": "language", "by_arm": "arm"}


@dataclass(frozen=True, slots=True)
class Labels:
    """A column of few different texts, as whole numbers: compared much faster."""

    names: tuple[str, ...]  # sorted
    codes: NDArray[np.int32]  # place of its name, -1 for none

    @classmethod
    def of(cls, values: Sequence[str | None]) -> Labels:
        """The labels of a column."""
        names = tuple(sorted(value for value in set(values) if value is not None))
        code: dict[str | None, int] = {name: n for n, name in enumerate(names)} | {None: -1}
        return cls(names, np.fromiter(map(code.__getitem__, values), np.int32, len(values)))

    def at(self, name: str) -> NDArray[np.bool_]:
        """Which rows bear that name."""
        return np.equal(self.codes, self.names.index(name) if name in self.names else -2)

    def counts(self, rows: NDArray[np.bool_]) -> dict[str, int]:
        """How many of those rows bear each name."""
        found = np.bincount(self.codes[rows] + 1, minlength=len(self.names) + 1)[1:]
        return dict(zip(self.names, found.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a period, as columns of the same length, oldest first."""

    seconds: NDArray[np.float64]
    outcome: Labels
    chars: NDArray[np.float64]
    sources: NDArray[np.float64]
    slices: Mapping[str, Labels]
    stages: Mapping[str, Sequence[float]]  # of the latest ones
    ratings: Sequence[tuple[int, Mapping[str, str]]]  # rating, slices of what was rated


NOTHING = Asked(
    np.empty(0), Labels.of([]), np.empty(0), np.empty(0), {n: Labels.of([]) for n in SLICES}, {}, ()
)  # fmt: skip


MINUTE = len("2026-01-01T00:00")
_LATEST: WhileUnchanged[Asked] = WhileUnchanged()


def read(store: Store, since: str) -> Asked:
    """Read the questions asked, and the ratings given, since a moment of the tables.

    What was read is kept while nothing has come since, for the same minute of that moment.
    """
    return _LATEST.get(store, since[:MINUTE], lambda: _read(store, since))


def _read(store: Store, since: str) -> Asked:
    q = t.queries.c
    names = ["seconds", "outcome", "answer_chars", "sources", *SLICES.values()]
    query = sa.select(*(q[name] for name in names)).where(q.at >= since).order_by(q.at)
    staged = sa.select(sa.type_coerce(q.stages, sa.Text)).where(q.at >= since)
    staged = staged.where(q.stages.is_not(None)).order_by(q.at.desc()).limit(STAGED)
    with store.read() as connection:
        rows = connection.execute(query).cursor.fetchall()  # plain tuples: half the time of rows
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        stages = _stages([row[0] for row in connection.execute(staged).cursor.fetchall()])
        ratings = _ratings(connection, since)
    return Asked(
        np.array(columns[0], np.float64),
        Labels.of(columns[1]),
        np.array(columns[2], np.float64),
        np.array(columns[3], np.float64),
        {name: Labels.of(column) for name, column in zip(SLICES, columns[4:], strict=True)},
        stages,
        ratings,
    )


def _stages(texts: Sequence[str]) -> dict[str, list[float]]:
    """Stage → its seconds, of texts that are JSON objects: read at once, a tenth of one by one."""
    every = [one for one in json.loads(f"[{','.join(texts)}]") if one]
    names = dict.fromkeys(chain.from_iterable(every))
    return {name: [float(one[name]) for one in every if name in one] for name in names}


def of_ratings(store: Store, since: str) -> dict[str, Any]:
    """The ratings alone: how many, and their mean, nan for none."""
    with store.read() as connection:
        given = [rating for rating, _ in _ratings(connection, since)]
    return {"ratings": len(given), "avg_rating": _mean(np.array(given, np.float64))}


def _ratings(connection: sa.Connection, since: str) -> list[tuple[int, Mapping[str, str]]]:
    """What was given with an answer, by us or by whoever logs from outside."""
    q, f = t.queries.c, t.feedback.c
    parts = [q[name] for name in SLICES.values()]
    given = (
        sa.select(f.rating, *parts)
        .outerjoin(t.queries, q.answer_id == f.answer_id)
        .where(f.at >= since, f.withdrawn_at.is_(None))
    )
    logged = sa.select(q.rating, *parts).where(q.at >= since, q.rating.is_not(None))
    return [
        (int(row[0]), dict(zip(SLICES, row[1:], strict=True)))
        for row in (*connection.execute(given), *connection.execute(logged))
    ]


def of_questions(asked: Asked) -> dict[str, Any]:
    """What the guide prints, and percentiles by stage, release, language and arm.

    Rates are percents, times seconds; what is not measured is nan.
    """
    whole = np.ones(len(asked.seconds), bool)
    found = _part(asked, whole, [rating for rating, _ in asked.ratings])
    found["by_stage"] = {name: percentiles(values) for name, values in asked.stages.items()}
    found["by_outcome"] = asked.outcome.counts(whole)
    for name, column in asked.slices.items():
        found[name] = {
            part: _part(
                asked, column.at(part), [r for r, parts in asked.ratings if parts[name] == part]
            )
            for part in column.names
        }
    return found


def _part(asked: Asked, rows: NDArray[np.bool_], ratings: Sequence[int]) -> dict[str, Any]:
    seconds, n = asked.seconds[rows], int(np.count_nonzero(rows))
    counts = Counter(asked.outcome.counts(rows))
    rated = np.array(ratings, np.float64)
    spread = 1.96 * rated.std(ddof=1) / math.sqrt(len(rated)) if len(rated) > 1 else math.nan
    times = percentiles(seconds)
    return {
        "queries": n,
        "answered": counts["answer"],
        "answered_rate": _rate(counts["answer"], n),
        "abstention_rate": _rate(counts["nearest"] + counts["nothing"], n),
        "error_rate": _rate(counts["error"], n),
        "avg_response_time": _mean(seconds),
        "p95_response_time": times["p95"],
        "response_time": times,
        "avg_answer_length": _mean(asked.chars[rows]),
        "avg_sources": _mean(asked.sources[rows]),
        "ratings": len(ratings),
        "avg_rating": _mean(rated),
        "rating_interval": [  # 95 %, within what a rating can be
            float(np.clip(_mean(rated) + side, 1, 5)) for side in (-spread, spread)
        ],
    }


def percentiles(values: Sequence[float] | NDArray[Any]) -> dict[str, float]:
    """Smallest values that so many percent do not exceed (nearest rank); nan for none."""
    data = np.sort(np.asarray(values, np.float64))
    n = len(data)
    return {
        f"p{p}": float(data[math.ceil(p / 100 * n) - 1]) if n else math.nan for p in PERCENTILES
    }


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else math.nan


def _rate(count: int, of: int) -> float:
    return 100 * count / of if of else math.nan

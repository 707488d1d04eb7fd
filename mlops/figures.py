"""Statistics of questions: percentiles, per release, language, outcome and arm.

Rows come from the database as columns; 200,000 questions are counted in a second or so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from mlops import store_tables as t
from mlops.store import Store

PERCENTILES = (50, 90, 95, 99)
STAGED = 20_000  # latest questions whose stages are read: each is a JSON object
SLICES = {"by_release": "release_id", "by_language": "language", "by_arm": "arm"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a period, as columns of the same length, oldest first."""

    seconds: NDArray[np.float64]
    outcome: NDArray[np.object_]
    chars: NDArray[np.float64]
    sources: NDArray[np.float64]
    slices: Mapping[str, NDArray[np.object_]]
    stages: Mapping[str, Sequence[float]]  # of the latest ones
    ratings: Sequence[tuple[int, str]]  # rating, release ("" when it is not known)


NOTHING = Asked(
    np.empty(0), np.empty(0, object), np.empty(0), np.empty(0),
    {name: np.empty(0, object) for name in SLICES}, {}, (),
)  # fmt: skip


def read(store: Store, since: str) -> Asked:
    """Read the questions asked, and the ratings given, since a moment of the tables."""
    q, f = t.queries.c, t.feedback.c
    names = ["seconds", "outcome", "answer_chars", "sources", *SLICES.values()]
    query = sa.select(*(q[name] for name in names)).where(q.at >= since).order_by(q.at)
    staged = sa.select(sa.type_coerce(q.stages, sa.Text)).where(q.at >= since)
    staged = staged.where(q.stages.is_not(None)).order_by(q.at.desc()).limit(STAGED)
    given = (
        sa.select(f.rating, sa.func.coalesce(q.release_id, ""))
        .outerjoin(t.queries, q.answer_id == f.answer_id)
        .where(f.at >= since, f.withdrawn_at.is_(None))
    )
    logged = sa.select(q.rating, q.release_id).where(q.at >= since, q.rating.is_not(None))
    with store.read() as connection:
        columns = list(zip(*connection.execute(query).all(), strict=True)) or [()] * len(names)
        stages: dict[str, list[float]] = {}
        for text in connection.scalars(staged):
            for name, value in (json.loads(text) or {}).items():
                stages.setdefault(name, []).append(float(value))
        ratings = [
            (int(rating), str(release))
            for rating, release in (*connection.execute(given), *connection.execute(logged))
        ]
    return Asked(
        np.array(columns[0], np.float64),
        np.array(columns[1], object),
        np.array(columns[2], np.float64),
        np.array(columns[3], np.float64),
        {name: np.array(column, object) for name, column in zip(SLICES, columns[4:], strict=True)},
        stages,
        ratings,
    )


def of_questions(asked: Asked) -> dict[str, Any]:
    """What the guide prints, and percentiles by stage, release, language and arm.

    Rates are percents, times seconds; what is not measured is nan.
    """
    whole = np.ones(len(asked.seconds), bool)
    found = _part(asked, whole, [rating for rating, _ in asked.ratings])
    found["by_stage"] = {name: percentiles(values) for name, values in asked.stages.items()}
    found["by_outcome"] = {
        str(name): int(np.count_nonzero(asked.outcome == name)) for name in set(asked.outcome)
    }
    for name, column in asked.slices.items():
        found[name] = {
            str(part): _part(
                asked,
                column == part,
                [r for r, release in asked.ratings if release == part]
                if name == "by_release"
                else [],
            )
            for part in sorted({value for value in column if value is not None})
        }
    return found


def _part(asked: Asked, rows: NDArray[np.bool_], ratings: Sequence[int]) -> dict[str, Any]:
    seconds, outcome = asked.seconds[rows], asked.outcome[rows]
    n = len(seconds)
    counts = {
        name: int(np.count_nonzero(outcome == name))
        for name in ("answer", "nearest", "nothing", "error")
    }
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
        "rating_interval": [_mean(rated) - spread, _mean(rated) + spread],  # 95 %
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

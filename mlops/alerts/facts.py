"""What is known, read from the record: each fact by the name of its rule, never a guess.

A fact that cannot be measured is not there (unknown), which neither fires nor resolves; but for
those whose absence is the fault.
"""

from __future__ import annotations

import math
import shutil
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.store import Store
from rag.measure.intervals import half_width, interval
from rag.settings import Home, Settings

WEEK, DAY = timedelta(days=7), timedelta(days=1)
NIGHTS = 3  # looked at for a step that the newest has not done


@dataclass(frozen=True, slots=True)
class Fact:
    """A measured value with its 95 % interval (the value itself when it is no estimate)."""

    value: float
    low: float
    high: float
    n: int = 1
    subject: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def exact(value: float, subject: str = "", **details: Any) -> Fact:
    """A fact that is known, not estimated."""
    return Fact(value, value, value, 1, subject, details)


def share(count: int, among: int) -> Fact:
    """A proportion with Wilson's interval."""
    value, half = count / among, half_width(count / among, among)
    centre = (count + 1.920729) / (among + 3.841459)
    return Fact(value, max(0.0, centre - half), min(1.0, centre + half), among)


def rating_mean(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """Mean of the ratings of the last week, 1..5."""
    given = [int(row["rating"]) for row in store.feedback(since=_ago(WEEK))]
    if not given:
        return []
    found = interval([float(rating) for rating in given])
    return [Fact(found.mean, found.low, found.high, len(given))]


def pipeline_success(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """Share of the last week's runs that went to their end."""
    states = _column(
        store,
        sa.select(t.runs.c.state).where(
            t.runs.c.started_at > _ago(WEEK), t.runs.c.state != "running"
        ),
    )
    return [share(sum(s == "completed" for s in states), len(states))] if states else []


def night_missing(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """Hours since a night was done, where nights are kept; unknown while one is being made."""
    newest = _newest_night(store)
    if newest is not None and newest["state"] == "running" and _hours(newest["heartbeat_at"]) < 1:
        return []
    last = _scalar(
        store, sa.select(sa.func.max(t.nights.c.ended_at)).where(t.nights.c.state == "done")
    )
    first = _scalar(store, sa.select(sa.func.min(t.nights.c.started_at)))
    since = last or first
    return [exact(_hours(since), since=since)] if since else []


def night_failed(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """1 when the pipeline of the newest night failed."""
    row = _newest_night(store)
    if row is None or "pipeline" not in (row["steps"] or {}):
        return []
    step = row["steps"]["pipeline"]
    why = str((step.get("detail") or {}).get("error", ""))[:300]
    return [exact(float(step["state"] == "failed"), night=row["night"], error=why)]


def step_failed(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """1 for each other step that failed when it was last done.

    A night under way has not done all of them: those it lacks are as a night before left them.
    """
    query = sa.select(t.nights).where(t.nights.c.state != "skipped")
    with store.read() as connection:
        newest = query.order_by(t.nights.c.night.desc()).limit(NIGHTS)
        rows = [dict(row) for row in connection.execute(newest).mappings()]
    last: dict[str, Fact] = {}
    for row in rows:
        for name, step in (row["steps"] or {}).items():
            why = str((step.get("detail") or {}).get("error", ""))[:300]
            failed = float(step["state"] == "failed")
            last.setdefault(name, exact(failed, name, night=row["night"], error=why))
    return [fact for name, fact in last.items() if name != "pipeline"]


def validation_refused(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """1 when the last run that ended refused its release."""
    query = sa.select(t.runs).where(t.runs.c.state == "completed", t.runs.c.decision.is_not(None))
    run = _first(store, query.order_by(t.runs.c.started_at.desc()))
    if run is None:
        return []
    reasons = list((run["report"] or {}).get("reasons", ()))[:3]
    return [exact(float(run["decision"] == "rejected"), release=run["release_id"], reasons=reasons)]


def rollback(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """1 while the last change of champion, in the last week, went back."""
    row = _first(store, sa.select(t.promotions).order_by(t.promotions.c.id.desc()))
    if row is None:
        return []
    recent = row["action"] == "rollback" and row["at"] > _ago(WEEK)
    return [
        exact(float(recent), release=row["previous"], by=row["author"], reason=row["reason"][:300])
    ]


def coverage_drop(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """Share of pages that are no longer read, against the median of the week before."""
    query = (
        sa.select(t.runs)
        .where(t.runs.c.state == "completed", t.runs.c.pages_by_status.is_not(None))
        .order_by(t.runs.c.started_at.desc())
    )
    with store.read() as connection:
        rows = [dict(r) for r in connection.execute(query.limit(8)).mappings()]
    shares = [good_share(row["pages_by_status"]) for row in rows]
    known = [s for s in shares if not math.isnan(s)]
    if len(known) < 2:
        return []
    before = statistics.median(known[1:])
    return [exact(before - known[0], before=round(before, 4), now=round(known[0], 4))]


def good_share(by_status: Mapping[str, int]) -> float:
    """Pages read or blank, of all; nan for none."""
    total = sum(by_status.values())
    bad = by_status.get("failed", 0) + by_status.get("unsupported", 0)
    return (total - bad) / total if total else math.nan


def error_rate(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """Share of the last day's questions that failed."""
    outcomes = _column(store, sa.select(t.queries.c.outcome).where(t.queries.c.at > _ago(DAY)))
    return [share(sum(o == "error" for o in outcomes), len(outcomes))] if outcomes else []


def p95_seconds(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """95th percentile of the last day's answers, in seconds."""
    times = sorted(_column(store, sa.select(t.queries.c.seconds).where(t.queries.c.at > _ago(DAY))))
    if not times:
        return []
    value = float(times[math.ceil(0.95 * len(times)) - 1])
    return [Fact(value, value, value, len(times))]


def disk_free_mb(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """Megabytes free on the disk of the collection."""
    return [exact(float(shutil.disk_usage(home.storage).free // 2**20))]


def drift(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """1 for each detector that found a drift at its last look; nan where there was too little."""
    newest = sa.select(sa.func.max(t.drifts.c.id)).group_by(t.drifts.c.detector)
    with store.read() as connection:
        query = sa.select(t.drifts).where(t.drifts.c.id.in_(newest))
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [
        exact(
            math.nan if row["note"] else float(row["drifted"]), row["detector"],
            effect=row["effect"], p_value=row["p_value"],
        )
        for row in rows
    ]  # fmt: skip


def trial_stale(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """Hours that the trial under way has lasted beyond its end."""
    until = _scalar(store, sa.select(t.trials.c.until).where(t.trials.c.ended_at.is_(None)))
    return [exact(_hours(until) if until else 0.0)]


def backup_age_hours(home: Home, settings: Settings, store: Store) -> list[Fact]:
    """Hours since the newest backup, where nights are kept."""
    from mlops import backup

    if _newest_night(store) is None:
        return []
    kept = backup.listing(home, settings)
    first = _scalar(store, sa.select(sa.func.min(t.nights.c.started_at)))
    return [exact(backup.age_hours(kept[0]) if kept else _hours(str(first)))]


FACTS: dict[str, Callable[[Home, Settings, Store], Sequence[Fact]]] = {
    function.__name__: function
    for function in (
        rating_mean, pipeline_success, night_missing, night_failed, step_failed,
        validation_refused, rollback, coverage_drop, error_rate, p95_seconds, disk_free_mb, drift,
        trial_stale, backup_age_hours,
    )
}  # fmt: skip


def _ago(span: timedelta) -> str:
    return clock.stamp(clock.now() - span)


def _hours(since: str) -> float:
    return (clock.now() - clock.read(since)).total_seconds() / 3600


def _column(store: Store, query: sa.Select[Any]) -> list[Any]:
    with store.read() as connection:
        return list(connection.scalars(query))


def _scalar(store: Store, query: sa.Select[Any]) -> Any:
    with store.read() as connection:
        return connection.scalar(query)


def _first(store: Store, query: sa.Select[Any]) -> dict[str, Any] | None:
    with store.read() as connection:
        row = connection.execute(query.limit(1)).mappings().first()
    return dict(row) if row else None


def _newest_night(store: Store) -> dict[str, Any] | None:
    query = sa.select(t.nights).where(t.nights.c.state != "skipped")
    return _first(store, query.order_by(t.nights.c.night.desc()))

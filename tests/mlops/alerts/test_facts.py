"""Facts are read from the record, and are unknown when it says nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from mlops import clock, releases
from mlops import store_tables as t
from mlops.alerts.facts import FACTS, Fact
from mlops.monitoring import MetricsCollector, PipelineMetrics
from mlops.store import Store
from rag.settings import Home, Settings

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with clock.told_by(NOW), Store(home) as store:
        yield store


def fact(home: Home, store: Store, name: str) -> list[Fact]:
    return list(FACTS[name](home, Settings(), store))


def test_an_empty_record_knows_nothing_but_the_disk(home: Home, store: Store) -> None:
    known = {name for name in FACTS if fact(home, store, name)}
    assert known == {"disk_free_mb", "trial_stale"}


def test_ratings_and_runs_come_with_their_intervals(home: Home, store: Store) -> None:
    for rating in (1, 2, 2, 3, 1, 2):
        store.record_feedback(question="q", answer="a", rating=rating)
    (found,) = fact(home, store, "rating_mean")
    assert found.n == 6 and found.low < found.value < found.high
    for status in ("completed",) * 3 + ("failed",) * 3:
        MetricsCollector(home=home).log_pipeline_metrics(PipelineMetrics(status=status))
    (found,) = fact(home, store, "pipeline_success")
    assert found.value == 0.5 and 0 < found.low < 0.3 and 0.7 < found.high < 1


def test_hours_since_a_good_night(home: Home, store: Store) -> None:
    def night(day: str, state: str, ago: float) -> None:
        at = clock.stamp(NOW - timedelta(hours=ago))
        with store.write() as connection:
            connection.execute(
                sa.insert(t.nights).values(
                    night=day, zone="UTC", state=state, source="schedule", owner="x:1", attempts=1,
                    started_at=at, heartbeat_at=at, ended_at=at if state == "done" else None,
                    steps={"pipeline": {"state": "failed", "detail": {"error": "full"}}}
                    if state == "failed" else {},
                )
            )  # fmt: skip

    night("2026-05-02", "done", 58)
    assert fact(home, store, "night_missing")[0].value == pytest.approx(58, abs=0.1)
    night("2026-05-03", "failed", 34)
    (failed,) = fact(home, store, "night_failed")
    assert failed.value == 1.0 and failed.details["error"] == "full"
    night("2026-05-04", "running", 0.2)
    assert fact(home, store, "night_missing") == [], "one is being made: wait for its end"


def test_a_rollback_is_told_until_something_else_is_promoted(home: Home, store: Store) -> None:
    for name in ("one", "two"):
        releases.register(store, name, run_id=None)
        releases.promote(store, name, by="test")
    assert fact(home, store, "rollback")[0].value == 0.0
    releases.rollback(store, by="ratings", reason="worse")
    (found,) = fact(home, store, "rollback")
    assert (found.value, found.details["by"]) == (1.0, "ratings")
    releases.promote(store, "two", by="a person")
    assert fact(home, store, "rollback")[0].value == 0.0


def test_failures_of_the_last_day(home: Home, store: Store) -> None:
    for _ in range(3):
        store.record_error("q", "r", RuntimeError("planted"))
    assert fact(home, store, "error_rate")[0].value == 1.0
    with clock.told_by(NOW + timedelta(days=2)):
        assert fact(home, store, "error_rate") == []


def test_pages_that_are_lost_are_a_drop(home: Home, store: Store) -> None:
    collector = MetricsCollector(home=home)
    for ago, failed in ((3, 0), (2, 0), (1, 10)):
        at = clock.stamp(NOW - timedelta(days=ago))
        by_status = {"ok": 100 - failed, "failed": failed}
        collector.log_pipeline_metrics(PipelineMetrics(timestamp=at, pages_by_status=by_status))
    assert fact(home, store, "coverage_drop")[0].value == pytest.approx(0.1)


def test_a_night_under_way_takes_back_nothing_it_has_not_done(home: Home, store: Store) -> None:
    done = {"state": "done", "detail": {}}
    broken = {"state": "failed", "detail": {"error": "planted"}}
    for day, state, steps in (
        ("2026-05-03", "done", {"pipeline": done, "trials": broken, "backup": broken}),
        ("2026-05-04", "running", {"pipeline": done, "trials": done}),
    ):
        with store.write() as connection:
            connection.execute(
                sa.insert(t.nights).values(
                    night=day, zone="UTC", state=state, source="schedule", owner="x:1", attempts=1,
                    started_at=clock.stamp(), heartbeat_at=clock.stamp(), steps=steps,
                )
            )  # fmt: skip
    found = {f.subject: f.value for f in fact(home, store, "step_failed")}
    assert found == {"trials": 0.0, "backup": 1.0}


def test_a_drift_that_cannot_be_looked_at_is_unknown(home: Home, store: Store) -> None:
    def look(detector: str, *, drifted: bool, note: str = "") -> None:
        with store.write() as connection:
            connection.execute(
                sa.insert(t.drifts).values(
                    at=clock.stamp(), detector=detector, drifted=drifted, n_reference=1,
                    n_window=1, window={}, examples=[], note=note,
                )
            )  # fmt: skip

    look("topics", drifted=True)
    look("scores", drifted=True)
    look("scores", drifted=False, note="too_few")
    found = {one.subject: one.value for one in fact(home, store, "drift")}
    assert found["topics"] == 1.0 and math.isnan(found["scores"])

"""What Prometheus is told: well formed, true to the record, the same from every process."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from mlops import clock, prometheus, releases
from mlops.store import Store
from rag.settings import PROJECT_ROOT, Home
from tests.mlops.test_figures import add

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _always_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prometheus, "FRESH_S", -1.0)


def scrape(registry: CollectorRegistry) -> dict[str, float]:
    """Samples by name and labels, through the library's own parser."""
    told, kind = prometheus.exposition(registry, "text/plain")
    assert kind.startswith("text/plain")
    found = {}
    for family in text_string_to_metric_families(told.decode()):
        assert family.documentation, family.name
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    assert found.pop("rag_disk_free_bytes{}") > 0, "it moves by itself"
    return found


def test_before_the_first_run_there_is_the_machine_only(home: Home) -> None:
    found = scrape(prometheus.registry_of(home))
    assert found == {"rag_database_bytes{}": 0}
    assert not home.database.exists()


def test_answers_are_counted_once_however_often_it_is_scraped(home: Home) -> None:
    registry, other = prometheus.registry_of(home), prometheus.registry_of(home)
    with Store(home) as store:
        with clock.told_by(NOW):
            add(store, "a", seconds=0.03, stages={"find": 0.02})
            add(store, "b", seconds=0.3, outcome="nothing", reason="off_domain")
            first = scrape(registry)
        assert first["rag_answer_seconds_count{outcome=answer}"] == 1
        assert first["rag_answer_seconds_bucket{le=0.025,outcome=answer}"] == 0
        assert first["rag_answer_seconds_bucket{le=0.05,outcome=answer}"] == 1
        assert first["rag_stage_seconds_count{stage=find}"] == 1
        assert first["rag_answers_total{outcome=nothing,reason=off_domain}"] == 1
        with clock.told_by(NOW + timedelta(minutes=2)):
            scrape(registry)
            add(store, "c", seconds=4.0)
            second = scrape(registry)
            assert second == scrape(registry) == scrape(other)
        assert second["rag_answer_seconds_count{outcome=answer}"] == 2
        assert second["rag_answer_seconds_sum{outcome=answer}"] == pytest.approx(4.03)


SCRAPES = """
import sys
from datetime import datetime
from pathlib import Path
from mlops import clock, prometheus
from rag.settings import Home
with clock.told_by(datetime.fromisoformat(sys.argv[2])):
    told, _ = prometheus.exposition(prometheus.registry_of(Home(Path(sys.argv[1]))), "text/plain")
sys.stdout.buffer.write(told)
"""


def test_two_processes_tell_the_same(home: Home) -> None:
    with clock.told_by(NOW), Store(home) as store:
        add(store, "a", seconds=0.03, stages={"find": 0.02})
        add(store, "b", stages=None)  # the column then holds JSON's null
        command = [sys.executable, "-c", SCRAPES, str(home.root), NOW.isoformat()]
        there = subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True)
        here, _ = prometheus.exposition(prometheus.registry_of(home), "text/plain")
    assert steady(there.stdout) == steady(here)
    assert b'rag_answers_total{outcome="answer",reason=""} 2.0' in here


def steady(told: bytes) -> list[str]:
    """Without what the machine does by itself."""
    moving = ("rag_disk_free_bytes ", "rag_database_bytes ")
    return [line for line in told.decode().splitlines() if not line.startswith(moving)]


def test_counters_begin_again_with_the_month(home: Home) -> None:
    registry = prometheus.registry_of(home)
    with Store(home) as store:
        with clock.told_by(NOW):
            add(store, "a")
            assert scrape(registry)["rag_answer_seconds_count{outcome=answer}"] == 1
        with clock.told_by(NOW + timedelta(days=20)):
            assert "rag_answer_seconds_count{outcome=answer}" not in scrape(registry)
            add(store, "b")
            assert scrape(registry)["rag_answer_seconds_count{outcome=answer}"] == 1


def test_the_release_in_service_and_ratings_are_told(home: Home) -> None:
    with clock.told_by(NOW), Store(home) as store:
        for name in ("r1", "r2"):
            releases.register(store, name, run_id=None)
            releases.promote(store, name, by="test")
        releases.rollback(store, by="test")
        store.record_feedback(question="q", answer="a", rating=2)
        found = scrape(prometheus.registry_of(home))
    assert found["rag_release_info{release=r1}"] == 1
    assert found["rag_ratings_total{rating=2}"] == 1
    assert found["rag_rollbacks_total{}"] == 1


def test_openmetrics_is_given_to_who_asks_for_it(home: Home) -> None:
    told, kind = prometheus.exposition(
        prometheus.registry_of(home), "application/openmetrics-text; version=1.0.0"
    )
    assert kind.startswith("application/openmetrics-text")
    assert told.endswith(b"# EOF\n")

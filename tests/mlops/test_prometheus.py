"""What Prometheus is told: well formed, true to the record, the same from every process."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from mlops import clock, prometheus, releases
from mlops.store import Store
from rag.settings import Home
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


def scrape_elsewhere(home: Home, told: multiprocessing.Queue[dict[str, float]]) -> None:
    with clock.told_by(NOW):
        told.put(scrape(prometheus.registry_of(home)))


def test_two_processes_tell_the_same(home: Home) -> None:
    with clock.told_by(NOW), Store(home) as store:
        add(store, "a", seconds=0.03, stages={"find": 0.02})
        add(store, "b", stages=None)  # the column then holds JSON's null
        context = multiprocessing.get_context("spawn")
        told: multiprocessing.Queue[dict[str, float]] = context.Queue()
        other = context.Process(target=scrape_elsewhere, args=(home, told))
        other.start()
        there = told.get(timeout=60)
        other.join(60)
        here = scrape(prometheus.registry_of(home))
        assert here.keys() == there.keys()
        moving = {"rag_database_bytes{}"}  # as SQLite writes its log back
        assert {k: here[k] for k in here if k not in moving} == {
            k: there[k] for k in there if k not in moving
        }
    assert there["rag_answers_total{outcome=answer,reason=}"] == 2


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

"""Metrics with the guide's keys, and a health that says what to type."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mlops.monitoring import (
    HealthChecker,
    MetricsCollector,
    PipelineMetrics,
    RAGMetrics,
    ready,
    statistics,
)
from mlops.store import Store
from rag.settings import Home


def test_before_the_first_run_the_guide_s_format_strings_hold(home: Home) -> None:
    stats = MetricsCollector().get_statistics(days=7)
    assert (stats["pipeline_runs"], stats["rag_queries"]) == (0, 0)
    assert f"{stats['pipeline']['success_rate']:.1f}%" == "nan%"
    assert statistics(home)["pipeline"]["success_rate"] is None
    json.dumps(statistics(home), allow_nan=False)
    assert not home.database.exists(), "reading creates nothing"


def test_a_refused_release_is_a_completed_run(home: Home) -> None:
    collector = MetricsCollector()
    for status, decision in [("completed", "promoted"), ("completed", "rejected"), ("failed", "")]:
        collector.log_pipeline_metrics(PipelineMetrics(status=status, decision=decision))
    stats = collector.get_statistics()
    assert stats["pipeline_runs"] == 3
    assert stats["pipeline"]["success_rate"] == pytest.approx(100 * 2 / 3)
    assert stats["pipeline"]["rejected"] == 1


def test_questions_and_ratings_are_averaged(home: Home) -> None:
    collector = MetricsCollector()
    for seconds, rating in [(0.1, 4), (0.3, None)]:
        collector.log_rag_metrics(
            RAGMetrics(question="q", response_time=seconds, answer_length=100, num_sources=2,
                       user_rating=rating)
        )  # fmt: skip
    with Store(home) as store:
        store.record_feedback(question="q", answer="a", rating=1)
    rag = collector.get_statistics()["rag"]
    assert rag["avg_response_time"] == pytest.approx(0.2)
    assert (rag["ratings"], rag["avg_rating"]) == (2, pytest.approx(2.5))
    assert [row["num_sources"] for row in collector.get_rag_metrics()] == [2, 2]


def test_what_is_older_than_asked_does_not_count(home: Home) -> None:
    old = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    collector = MetricsCollector()
    collector.log_pipeline_metrics(PipelineMetrics(timestamp=old, status="failed"))
    collector.log_rag_metrics(RAGMetrics(timestamp=old, question="q"))
    assert math.isnan(collector.get_statistics(days=7)["pipeline"]["success_rate"])
    assert collector.get_statistics(days=9)["pipeline"]["success_rate"] == 0.0
    assert len(collector.get_rag_metrics(days=9)) == 1


def test_a_local_time_without_a_zone_is_understood(home: Home) -> None:
    collector = MetricsCollector()
    collector.log_rag_metrics(RAGMetrics(timestamp=datetime.now().isoformat(), question="q"))
    assert len(collector.get_rag_metrics(days=1)) == 1


def test_exports_are_one_json_object_a_line(home: Home, tmp_path: Path) -> None:
    MetricsCollector().log_pipeline_metrics(PipelineMetrics(ocr_confidence=math.nan))
    text = (home.metrics / "pipeline_metrics.jsonl").read_text("utf-8")
    assert json.loads(text)["ocr_confidence"] is None
    own = MetricsCollector(metrics_dir=tmp_path / "own")
    own.log_rag_metrics(RAGMetrics(question="q"))
    assert len(own.get_rag_metrics()) == 1
    assert MetricsCollector().get_rag_metrics() == []


def test_health_before_the_first_run_says_what_to_type(home: Home) -> None:
    health = HealthChecker().check_health()
    json.dumps(health, allow_nan=False)
    assert health["status"] == "unhealthy"
    assert health["checks"]["database"]["remedy"] == "python mlops/pipeline.py"
    assert not ready(home)
    assert not home.storage.exists(), "checking creates nothing"


def test_health_says_when_a_folder_cannot_be_written(home: Home) -> None:
    (home.root / "mlops").mkdir()
    home.metrics.write_text("a file where the folder should be")
    finding = HealthChecker().check_health()["checks"]["metrics"]
    assert finding["status"] == "warning"
    assert str(home.metrics) in finding["message"]
    assert finding["remedy"]


def test_a_failed_run_degrades(home: Home) -> None:
    MetricsCollector().log_pipeline_metrics(PipelineMetrics(status="failed"))
    checks = HealthChecker().check_health()["checks"]
    assert checks["last_run"]["code"] == "run_failed"
    assert checks["success_rate"]["status"] == "warning"

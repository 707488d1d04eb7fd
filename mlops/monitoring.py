"""Metrics and health, as the guide has them; run as a file, it prints a report to read.

The database is the record; ``mlops/metrics/*.jsonl`` are exports, one JSON object a line.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __package__ in (None, ""):  # run as a file: put the project root, not mlops/, first on the path
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from mlops.launch import ensure_environment

    ensure_environment(__file__)

import json
import math
import os
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from statistics import fmean
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.figures import NOTHING, of_questions, of_ratings, read
from mlops.health import check
from mlops.metrics_export import append_line, finite, json_safe
from mlops.record_keeping import keep
from mlops.store import Store, now
from rag.settings import Home, find_home

PIPELINE_EXPORT = "pipeline_metrics.jsonl"
RAG_EXPORT = "rag_metrics.jsonl"
__all__ = [
    "HealthChecker", "MetricsCollector", "PipelineMetrics", "RAGMetrics", "append_line",
    "export_run", "keep", "ready", "statistics",
]  # fmt: skip
STATES = {"success": "completed", "completed": "completed", "failed": "failed"}


@dataclass
class PipelineMetrics:
    """One run of the pipeline. Rates and confidences are 0..1, times in seconds."""

    timestamp: str = ""
    run_id: str = ""
    status: str = "completed"  # completed, failed, interrupted
    documents_processed: int = 0
    documents_failed: int = 0
    ocr_success_rate: float | None = None
    ocr_confidence: float | None = None
    execution_time: float = 0.0
    validation_results: dict[str, Any] = field(default_factory=dict)
    pages: int = 0
    pages_by_status: dict[str, int] = field(default_factory=dict)
    chunks: int = 0
    seconds_by_stage: dict[str, float] = field(default_factory=dict)
    decision: str | None = None
    release: str | None = None


@dataclass
class RAGMetrics:
    """One question. Time in seconds, length in characters."""

    timestamp: str = ""
    question: str = ""
    response_time: float = 0.0
    answer_length: int = 0
    num_sources: int = 0
    user_rating: int | None = None  # 1..5
    user_feedback: str | None = None
    outcome: str = "answer"
    release: str = ""
    answer_id: str = ""


class MetricsCollector:
    """Reads and writes metrics; without arguments, those of ``RAG_HOME`` or the project.

    A folder of one's own (``metrics_dir``) is a ledger of its own: its database lies in it.
    """

    def __init__(self, metrics_dir: str | Path | None = None, *, home: Home | None = None) -> None:
        self.home = home or find_home()
        self.metrics_dir = Path(metrics_dir) if metrics_dir is not None else self.home.metrics
        own = self.metrics_dir.resolve() != self.home.metrics.resolve()
        self._database = self.metrics_dir / "metrics.db" if own else self.home.database

    def log_pipeline_metrics(self, metrics: PipelineMetrics) -> None:
        """Record a run that was not recorded by the pipeline itself."""
        metrics.run_id = metrics.run_id or uuid.uuid4().hex
        metrics.timestamp = metrics.timestamp or now()
        values = {
            "started_at": _utc(metrics.timestamp), "ended_at": now(), "pid": os.getpid(),
            "state": STATES.get(metrics.status, metrics.status),
            "decision": metrics.decision, "release_id": metrics.release,
            "documents": metrics.documents_processed,
            "documents_failed": metrics.documents_failed, "pages": metrics.pages,
            "chunks": metrics.chunks, "pages_by_status": metrics.pages_by_status,
            "ocr_success_rate": finite(metrics.ocr_success_rate),
            "mean_confidence": finite(metrics.ocr_confidence),
            "seconds": metrics.execution_time,
            "validation": json_safe(metrics.validation_results),
        }  # fmt: skip
        with self._store() as store, store.write() as connection:
            connection.execute(sa.delete(t.runs).where(t.runs.c.run_id == metrics.run_id))
            connection.execute(sa.insert(t.runs).values(run_id=metrics.run_id, **values))
        append_line(self.metrics_dir / PIPELINE_EXPORT, asdict(metrics))

    def log_rag_metrics(self, metrics: RAGMetrics) -> None:
        """Record a question that the service did not record itself."""
        metrics.answer_id = metrics.answer_id or uuid.uuid4().hex
        metrics.timestamp = metrics.timestamp or now()
        with self._store() as store, store.write() as connection:
            connection.execute(
                sa.insert(t.queries).values(
                    answer_id=metrics.answer_id, at=_utc(metrics.timestamp),
                    question=metrics.question, outcome=metrics.outcome, reason="",
                    release_id=metrics.release, seconds=metrics.response_time,
                    answer_chars=metrics.answer_length, sources=metrics.num_sources,
                    rating=metrics.user_rating, feedback_text=metrics.user_feedback,
                )
            )  # fmt: skip
        append_line(self.metrics_dir / RAG_EXPORT, asdict(metrics))

    def get_pipeline_metrics(self, days: float = 7) -> list[dict[str, Any]]:
        """The runs of the last days, oldest first, with the fields of ``PipelineMetrics``."""
        if not self._database.is_file():
            return []
        with self._store() as store:
            return [asdict(metrics) for metrics in _runs(store, _since(days))]

    def get_rag_metrics(self, days: float = 7) -> list[dict[str, Any]]:
        """The questions of the last days, oldest first, with the fields of ``RAGMetrics``."""
        if not self._database.is_file():
            return []
        with self._store() as store:
            return [asdict(metrics) for metrics in _questions(store, _since(days))]

    def get_statistics(self, days: float = 7) -> dict[str, Any]:
        """What the guide prints; a mean of nothing is nan, so that its format strings hold.

        Returns:
            ``pipeline_runs``, ``rag_queries``, ``pipeline`` (``success_rate`` in percent) and
            ``rag``: means and ratings, and percentiles (``p50`` to ``p99``) of the response time,
            by stage, release, language and arm (``mlops.figures``).
        """
        runs = self.get_pipeline_metrics(days)
        questions = self._questions(days)
        return {
            "days": days,
            "pipeline_runs": len(runs),
            "rag_queries": questions["queries"],
            "pipeline": _of_runs(runs),
            "rag": questions,
        }

    def get_recent(self, days: float = 7) -> dict[str, Any]:
        """Of the statistics, what health looks at: runs and ratings, without every question."""
        rated = of_questions(NOTHING)
        if self._database.is_file():
            with self._store() as store:
                rated = of_ratings(store, _since(days))
        return {"pipeline": _of_runs(self.get_pipeline_metrics(days)), "rag": rated}

    def _questions(self, days: float) -> dict[str, Any]:
        if not self._database.is_file():
            return of_questions(NOTHING)
        with self._store() as store:
            return of_questions(read(store, _since(days)))

    def _store(self) -> Store:
        return Store(self.home, database=self._database)


class HealthChecker:
    """Says whether the service can answer, and what to type where something is wrong."""

    def __init__(self, home: Home | None = None) -> None:
        self.home = home or find_home()

    def check_health(self, *, deep: bool = False, language: str = "") -> dict[str, Any]:
        """Look at the record, the release and its model, the nights, the folders and the disk.

        A sample of the release is read again, every byte with ``deep``; see ``mlops.health``.
        """
        recent = MetricsCollector(home=self.home).get_recent
        return check(self.home, recent, deep=deep, language=language)


def statistics(home: Home, days: float = 7) -> dict[str, Any]:
    """``get_statistics`` for JSON: what is not a number is null."""
    safe = json_safe(MetricsCollector(home=home).get_statistics(days))
    return dict(safe)


def ready(home: Home) -> bool:
    """Whether a question would be answered now."""
    return bool(HealthChecker(home).check_health()["status"] != "unhealthy")


def export_run(store: Store, home: Home, run_id: str) -> None:
    """Append one run of the record to the export."""
    for metrics in _runs(store, ""):
        if metrics.run_id == run_id:
            append_line(home.metrics / PIPELINE_EXPORT, asdict(metrics))


def _runs(store: Store, since: str) -> list[PipelineMetrics]:
    query = (
        sa.select(t.runs)
        .where(t.runs.c.started_at >= since, t.runs.c.state != "running")
        .order_by(t.runs.c.started_at)
    )
    with store.read() as connection:
        timings: dict[str, dict[str, float]] = {}
        for row in connection.execute(sa.select(t.stage_timings)):
            timings.setdefault(row.run_id, {})[row.stage] = row.seconds
        return [
            PipelineMetrics(
                timestamp=row.started_at, run_id=row.run_id, status=row.state,
                documents_processed=row.documents or 0,
                documents_failed=row.documents_failed or 0,
                ocr_success_rate=row.ocr_success_rate, ocr_confidence=row.mean_confidence,
                execution_time=row.seconds or 0.0, validation_results=row.validation or {},
                pages=row.pages or 0, pages_by_status=row.pages_by_status or {},
                chunks=row.chunks or 0, seconds_by_stage=timings.get(row.run_id, {}),
                decision=row.decision, release=row.release_id,
            )
            for row in connection.execute(query)
        ]  # fmt: skip


def _questions(store: Store, since: str) -> list[RAGMetrics]:
    query = sa.select(t.queries).where(t.queries.c.at >= since).order_by(t.queries.c.at)
    latest = {
        row["answer_id"]: (row["rating"], row["feedback_text"])
        for row in store.feedback()
        if row["answer_id"]
    }
    with store.read() as connection:
        return [
            RAGMetrics(
                timestamp=row.at, question=row.question, response_time=row.seconds,
                answer_length=row.answer_chars, num_sources=row.sources,
                user_rating=latest.get(row.answer_id, (row.rating, None))[0],
                user_feedback=latest.get(row.answer_id, (None, row.feedback_text))[1],
                outcome=row.outcome, release=row.release_id, answer_id=row.answer_id,
            )
            for row in connection.execute(query)
        ]  # fmt: skip


def _of_runs(runs: list[dict[str, Any]]) -> dict[str, Any]:
    completed = [run for run in runs if run["status"] == "completed"]
    last = completed[-1] if completed else None
    return {
        "runs": len(runs),
        "completed": len(completed),
        "success_rate": 100 * len(completed) / len(runs) if runs else math.nan,
        "avg_execution_time": _mean(run["execution_time"] for run in completed),
        "avg_ocr_confidence": _mean(run["ocr_confidence"] for run in completed),
        "avg_ocr_success_rate": _mean(run["ocr_success_rate"] for run in completed),
        "documents_processed": last["documents_processed"] if last else 0,
        "documents_failed": last["documents_failed"] if last else 0,
        "pages_by_status": last["pages_by_status"] if last else {},
        "seconds_by_stage": last["seconds_by_stage"] if last else {},
        "rejected": sum(run["decision"] == "rejected" for run in completed),
    }


def _mean(values: Any) -> float:
    known = [float(value) for value in values if value is not None]
    return fmean(known) if known else math.nan


def _since(days: float) -> str:
    return clock.stamp(clock.now() - timedelta(days=days))


def _utc(timestamp: str) -> str:
    """Any ISO time as the tables hold it; one without a zone is local time."""
    return clock.stamp(clock.read(timestamp))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the report of ``python mlops/monitoring.py``."""
    import argparse

    from mlops.charts import daily, days_shown, legible
    from mlops.report_text import monitoring_report

    parser = argparse.ArgumentParser(
        prog="python mlops/monitoring.py",
        description="État du service et chiffres des derniers jours.",
    )
    parser.add_argument("--days", type=int, default=7, help="jours à compter (7)")
    parser.add_argument("--json", action="store_true", help="pour un programme")
    asked = parser.parse_args(argv)
    home = find_home()
    stats = MetricsCollector(home=home).get_statistics(days=max(1, asked.days))
    health = HealthChecker(home).check_health()
    if asked.json:
        told = {"statistics": json_safe(stats), "health": health}
        sys.stdout.write(json.dumps(told) + "\n")  # in ASCII: any terminal holds it
        return 0
    series = {}
    if home.database.is_file():
        with Store(home) as store:
            series = daily(store, days_shown(asked.days))
    encoding = sys.stdout.encoding
    report = monitoring_report(home, stats, health, series, encoding=encoding)
    sys.stdout.write(legible(report, encoding))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Stage 7: the account of a run is closed, exported and reported."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from mlops import releases
from mlops import store_tables as t
from mlops.monitoring import export_run
from mlops.runs import Job, RunReport, end_run, record_stage, stage_seconds
from mlops.stage_results import READ, Chunked, EmbeddingResults
from mlops.store import Store
from mlops.verdict import Decision, Validation

log = logging.getLogger(__name__)


def record_metrics(
    job: Job,
    chunked: Chunked,
    embedded: EmbeddingResults,
    verdict: Validation,
    decision: Decision,
) -> RunReport:
    """Close the account of the run, export it, and say what was done."""
    begun = time.monotonic()
    job.progress.start("metrics", 0)
    with Store(job.home) as store:
        with store.read() as connection:
            before = connection.scalar(
                sa.select(t.promotions.c.id).where(
                    t.promotions.c.release_id == embedded.release_id,
                    t.promotions.c.at
                    >= sa.select(t.runs.c.started_at)
                    .where(t.runs.c.run_id == job.run_id)
                    .scalar_subquery(),
                )
            )
        record_stage(job, "metrics", time.monotonic() - begun)
        outcome = "promoted" if before else "unchanged" if decision.promote else "rejected"
        report = _report(job, chunked, embedded, verdict, decision, outcome, store)
        end_run(store, job, state="completed", **_columns(report))
        export_run(store, job.home, report.run_id)
    job.progress.finish()
    log.info("run %s: %s, release %s", job.run_id, outcome, embedded.release_id)
    return report


def _report(
    job: Job,
    chunked: Chunked,
    embedded: EmbeddingResults,
    verdict: Validation,
    decision: Decision,
    outcome: str,
    store: Store,
) -> RunReport:
    read = chunked.processed.read
    by_status = dict(read.pages_by_status)
    pages = sum(by_status.values())
    good = sum(by_status.get(status.value, 0) for status in READ)
    return RunReport(
        run_id=job.run_id,
        decision=outcome,
        reasons=decision.reasons,
        reserves=decision.reserves,
        release_id=embedded.release_id,
        champion_id=releases.champion_id(store),
        documents=embedded.documents,
        refusals=read.collected.refusals,
        duplicates=sum(len(source.also_at) for source in read.collected.sources),
        vanished=read.collected.vanished,
        pages=pages,
        pages_by_status=by_status,
        pages_read=read.pages_read,
        chunks=embedded.chunks,
        chunks_embedded=embedded.chunks_embedded,
        mean_confidence=read.mean_confidence,
        ocr_success_rate=good / pages if pages else None,
        seconds=round(time.monotonic() - job.started, 3),
        seconds_by_stage=stage_seconds(store, job),
        uses_sample=read.collected.uses_sample,
        measured=verdict["measured"],
        lexical_only=embedded.lexical_only,
        validation=verdict,
    )


def _columns(report: RunReport) -> dict[str, Any]:
    return {
        "decision": report.decision,
        "release_id": report.release_id,
        "documents": report.documents,
        "documents_failed": len(report.refusals),
        "pages": report.pages,
        "pages_read": report.pages_read,
        "chunks": report.chunks,
        "chunks_embedded": report.chunks_embedded,
        "pages_by_status": dict(report.pages_by_status),
        "ocr_success_rate": report.ocr_success_rate,
        "mean_confidence": report.mean_confidence,
        "validation": dict(report.validation),
        "report": {
            "reasons": list(report.reasons),
            "reserves": list(report.reserves),
            "vanished": list(report.vanished),
            "duplicates": report.duplicates,
            "refusals": [asdict(refusal) for refusal in report.refusals],
            "uses_sample": report.uses_sample,
        },
    }

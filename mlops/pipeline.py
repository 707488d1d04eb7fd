"""The Prefect flow: the seven stages as tasks, a face over the plain functions of ``steps``.

``python mlops/pipeline.py`` runs it once and prints a report. Exit code: 0 done, 1 failed,
2 a person is asked (another run, vanished files, nothing to read), 3 the release was refused.
"""

# ruff: noqa: E402  (the path and Prefect's telemetry come first)
from __future__ import annotations

import sys
from pathlib import Path

if __package__ in (None, ""):  # run as a file: put the project root, not mlops/, first on the path
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from mlops.launch import ensure_environment

    ensure_environment(__file__)

import functools
import logging
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from mlops import quiet_prefect  # isort: skip  (before Prefect: no telemetry, no chatter)

quiet_prefect.switch_off_telemetry()

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext, TaskRunContext

from mlops import steps, validation
from mlops.closing import record_metrics
from mlops.runs import RunReport, recorded_run
from mlops.store import Store
from rag.errors import RagError, RunRefused
from rag.progress import Progress
from rag.settings import Home, Settings, find_home

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


def as_task(step: Callable[P, R], name: str, *, retries: int = 0) -> Callable[P, R]:
    """Wrap a stage: nothing is persisted (results are references), nothing is cached twice."""
    wrapped: Any = task(
        name=name, retries=retries, retry_delay_seconds=5, persist_result=False,
        cache_policy=NO_CACHE,
    )(step)  # fmt: skip
    return face(wrapped, step)


def face(wrapped: Callable[..., R], plain: Callable[P, R]) -> Callable[P, R]:
    """Inside a flow the task; outside the plain function (a task there starts a server, 20 s)."""

    @functools.wraps(plain)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        inside = FlowRunContext.get() is not None or TaskRunContext.get() is not None
        return wrapped(*args, **kwargs) if inside else plain(*args, **kwargs)

    return call


collect_documents_task = as_task(steps.collect_documents, "collect_documents")
read_pages_task = as_task(steps.read_pages, "read_pages", retries=1)
post_process_task = as_task(steps.post_process, "post_process")
chunk_documents_task = as_task(steps.chunk_documents, "chunk_documents")
embed_chunks_task = as_task(steps.embed_chunks, "embed_chunks", retries=1)
validate_run_task = as_task(steps.validate, "validate_pipeline")
validate_pipeline_task = as_task(validation.validate, "validate_pipeline")
record_metrics_task = as_task(record_metrics, "record_metrics")


@flow(
    name="rag-mlops-pipeline",
    validate_parameters=False,
    persist_result=False,
    description="Read, correct, chunk, embed, validate; promote only what passed.",
)
def rag_mlops_pipeline(
    home: str | None = None,
    accept_vanished: bool = False,
) -> RunReport:
    """The seven stages on one home (``RAG_HOME`` or the project); returns what was done."""
    place = find_home(home)
    return _run(place, Settings.load(place), Lines(), accept_vanished)


def _run(
    home: Home, settings: Settings, progress: Progress | None, accept_vanished: bool
) -> RunReport:
    with recorded_run(
        home, settings, progress=progress, accept_vanished=accept_vanished
    ) as job:  # fmt: skip
        collected = collect_documents_task(job)
        read = read_pages_task(job, collected)
        processed = post_process_task(job, read)
        chunked = chunk_documents_task(job, processed)
        embedded = embed_chunks_task(job, chunked)
        verdict = validate_run_task(job, embedded)
        decision = steps.settle(job, embedded, verdict)
        return record_metrics_task(job, chunked, embedded, verdict, decision)


class Lines:
    """Progress as lines on standard error: a bar where it is a terminal, else one line a stage."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._stage, self._total, self._done, self._begun = "", 0, 0, 0.0

    def start(self, stage: str, total: int) -> None:
        """A stage begins."""
        self._stage, self._total, self._done, self._begun = stage, total, 0, time.monotonic()
        self._show(end="")

    def advance(self, n: int = 1) -> None:
        """So many more units are done."""
        self._done += n
        if self._live:
            self._show(end="")

    def finish(self) -> None:
        """The stage is over."""
        self._show(end="\n")

    def _show(self, *, end: str) -> None:
        from mlops.report_text import STAGE_NAMES

        if not self._live and not end:
            return
        spent = time.monotonic() - self._begun
        text = STAGE_NAMES.get(self._stage, self._stage)
        if self._total:
            speed = self._done / spent if spent else 0.0
            text += f" : {self._done}/{self._total}, {speed:.1f}/s"
            if self._done and self._done < self._total:
                text += f", reste {(self._total - self._done) / speed:.0f} s"
        clear = "\r\x1b[K" if self._live else ""
        sys.stderr.write(f"{clear}{text}{f' ({spent:.1f} s)' if end else ''}{end}")
        sys.stderr.flush()


def main() -> int:
    """Run the flow once for ``RAG_HOME`` or the project, and print what was done."""
    from mlops import report_text, run_log
    from mlops.charts import legible

    try:
        home = find_home()
        run_log.configure(home)
        report = _with_prefect_or_without(home)
    except RunRefused as refused:
        sys.stderr.write(f"\n{refused}\n")
        return 2
    except RagError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nArrêté. Relancez la même commande : elle reprend où elle en était.\n")
        return 130
    sys.stdout.write(legible(report_text.run_report(report), sys.stdout.encoding))
    return 3 if report.decision == "rejected" else 0


def _with_prefect_or_without(home: Home) -> RunReport:
    """A Prefect that cannot start does not stop the night: the same functions run without it."""
    before = _last_run_id(home)
    try:
        return rag_mlops_pipeline(str(home.root))
    except RagError:
        raise
    except Exception as error:  # the edge: whatever Prefect may raise
        if _last_run_id(home) != before:
            raise  # the stages had begun: the failure is theirs
        log.warning("Prefect could not start (%s): running without it", error)
        return steps.ingest(home, Settings.load(home), progress=Lines())


def _last_run_id(home: Home) -> str | None:
    if not home.database.is_file():
        return None
    with Store(home) as store:
        run = store.last_run()
    return str(run["run_id"]) if run else None


if __name__ == "__main__":
    raise SystemExit(main())

"""One run of the pipeline: what its stages share, what is recorded of it, what it reports."""

from __future__ import annotations

import contextlib
import logging
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.run_lock import run_lock
from mlops.store import Store, now
from mlops.verdict import Validation
from rag.progress import Progress, Silent
from rag.records import Refusal
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

STAGES = ("collect", "read", "post_process", "chunk", "embed", "validate", "metrics")


@dataclass(frozen=True, slots=True)
class Job:
    """What every stage of a run is given beside the result of the stage before."""

    home: Home
    settings: Settings
    run_id: str
    started: float  # time.monotonic() of this process
    progress: Progress = field(default_factory=Silent)
    accept_vanished: bool = False


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, for people and for ``--json``."""

    run_id: str
    decision: str  # "promoted", "unchanged", "rejected"
    reasons: tuple[str, ...]  # why it was rejected, in words
    reserves: tuple[str, ...]  # what did not pass although it was promoted
    release_id: str
    champion_id: str | None  # in service now
    documents: int
    refusals: tuple[Refusal, ...]
    duplicates: int  # further paths with the bytes of a document
    vanished: tuple[str, ...]
    pages: int
    pages_by_status: Mapping[str, int]
    pages_read: int
    chunks: int
    chunks_embedded: int
    mean_confidence: float | None  # 0..1 over pages with words; None when there are none
    ocr_success_rate: float | None  # 0..1: pages read or blank, of all
    seconds: float
    seconds_by_stage: Mapping[str, float]
    uses_sample: bool
    measured: bool  # against a golden set
    lexical_only: bool
    validation: Validation


@contextlib.contextmanager
def recorded_run(
    home: Home,
    settings: Settings,
    *,
    progress: Progress | None = None,
    accept_vanished: bool = False,
) -> Iterator[Job]:
    """Hold the lock and keep the account of one run, however it ends.

    Raises:
        AlreadyRunning: another run holds the lock; nothing is recorded.
    """
    with run_lock(home), Store(home) as store:
        _close_the_dead(store)
        job = Job(
            home, settings, uuid.uuid4().hex, time.monotonic(), progress or Silent(),
            accept_vanished,
        )  # fmt: skip
        with store.write() as connection:
            connection.execute(
                sa.insert(t.runs).values(
                    run_id=job.run_id, started_at=now(), state="running", pid=os.getpid()
                )
            )
        log.info("run %s begins in %s", job.run_id, home.root)
        try:
            yield job
        except BaseException as error:
            stopped = isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit))
            state = "interrupted" if stopped else "failed"
            end_run(store, job, state=state, error=f"{type(error).__name__}: {error}")
            log.error("run %s %s: %s", job.run_id, state, error)
            raise


def end_run(store: Store, job: Job, *, state: str, **values: Any) -> None:
    """Close the account of a run."""
    with store.write() as connection:
        connection.execute(
            sa.update(t.runs)
            .where(t.runs.c.run_id == job.run_id)
            .values(
                state=state, ended_at=now(), seconds=time.monotonic() - job.started, **values
            )
        )  # fmt: skip


def stage_seconds(store: Store, job: Job) -> dict[str, float]:
    """Seconds spent in each stage so far."""
    query = sa.select(t.stage_timings).where(t.stage_timings.c.run_id == job.run_id)
    with store.read() as connection:
        found = {row.stage: row.seconds for row in connection.execute(query)}
    return {name: round(found[name], 3) for name in STAGES if name in found}


@contextlib.contextmanager
def stage(job: Job, name: str) -> Iterator[None]:
    """Time a stage, and record it (the last attempt, when it was retried)."""
    begun = time.monotonic()
    log.info("stage %s begins", name)
    yield
    record_stage(job, name, time.monotonic() - begun)


def record_stage(job: Job, name: str, seconds: float, units: int = 0) -> None:
    """Keep how long a stage took."""
    log.info("stage %s: %.2f s", name, seconds)
    where = (t.stage_timings.c.run_id == job.run_id) & (t.stage_timings.c.stage == name)
    with Store(job.home) as store, store.write() as connection:
        connection.execute(sa.delete(t.stage_timings).where(where))
        connection.execute(
            sa.insert(t.stage_timings).values(
                run_id=job.run_id, stage=name, seconds=seconds, units=units
            )
        )


def _close_the_dead(store: Store) -> None:
    """We hold the lock: a run still said to be running was killed."""
    with store.write() as connection:
        connection.execute(
            sa.update(t.runs)
            .where(t.runs.c.state == "running")
            .values(state="interrupted", ended_at=now(), error="the process died")
        )

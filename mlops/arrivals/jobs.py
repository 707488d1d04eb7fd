"""Jobs of the library, one JSON file each under ``storage/jobs``: a restart forgets none."""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from mlops import clock
from rag import codec
from rag.cache import fingerprint
from rag.errors import StoreUnavailable
from rag.settings import Home

Kind = Literal["upload", "reread", "restore", "sample"]
KEPT_S = 30 * 24 * 3600  # then a job that is over is forgotten
OVER = ("done", "failed")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of one file that was sent."""

    name: str  # as sent, made safe; as kept when it was taken
    state: str  # "taken", "already", "deleted", "refused"
    document_id: str = ""  # SHA-256; "" when refused
    pages: int = 0
    code: str = ""  # of a refusal: "wrong_type", "too_large"…


@dataclass(frozen=True, slots=True)
class Job:
    """One run of the ingestion that somebody asked for, and how far it is."""

    job_id: str
    kind: str  # of Kind
    by: str
    created_at: str
    state: str = "queued"  # "queued", "reading", "indexing", "done", "failed"
    ended_at: str = ""
    stage: str = ""  # of the pipeline
    units: int = 0  # of that stage (pages, chunks); 0 when it has none
    units_done: int = 0
    pages: int = 0  # that this run must read
    pages_read: int = 0
    files: tuple[Arrival, ...] = ()
    documents: tuple[str, ...] = ()  # that it is about
    decision: str = ""  # "promoted", "unchanged", "rejected"
    release_id: str = ""
    reasons: tuple[str, ...] = ()  # why the release was rejected
    code: str = ""  # of the error that ended it
    message: str = ""  # English, for the log
    details: str = "{}"  # JSON, of the error

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in OVER


class Jobs:
    """The jobs of one home; safe to share between threads of one process."""

    def __init__(self, home: Home) -> None:
        self._folder = home.storage / "jobs"
        self._lock = threading.RLock()
        self._live: dict[str, Job] = {}  # not over: looked at often, written at each change

    def make(
        self, kind: Kind, *, by: str, files: tuple[Arrival, ...] = (), documents: tuple[str, ...]
    ) -> Job:
        """A new job, queued."""
        job = Job(uuid.uuid4().hex, kind, by, clock.stamp(), files=files, documents=documents)
        return self.put(job)

    def put(self, job: Job) -> Job:
        """Keep a job as it is now."""
        with self._lock:
            self._write(f"{job.job_id}.json", codec.dumps(job))
            if job.over:
                self._live.pop(job.job_id, None)
            else:
                self._live[job.job_id] = job
        return job

    def change(self, job_id: str, **values: Any) -> Job:
        """Change some fields of a job that is there."""
        with self._lock:
            job = self.get(job_id)
            assert job is not None
            return self.put(replace(job, **values))

    def get(self, job_id: str) -> Job | None:
        """That job; None when there is none."""
        if not job_id.isalnum():
            return None
        with self._lock:
            return self._live.get(job_id) or self._read(self._folder / f"{job_id}.json")

    def all(self) -> list[Job]:
        """Every job, newest first."""
        found = (self._read(path) for path in self._folder.glob("*.json"))
        return sorted((j for j in found if j), key=lambda j: (j.created_at, j.job_id), reverse=True)

    def under_way(self) -> list[Job]:
        """The jobs that are not over, oldest first; no file is read."""
        with self._lock:
            return sorted(self._live.values(), key=lambda j: (j.created_at, j.job_id))

    def prune(self) -> None:
        """Forget what is over since long, and keys as old."""
        for path in [*self._folder.glob("*.json"), *self._folder.glob("key-*")]:
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > KEPT_S:
                    path.unlink()

    # --- the same request twice ---------------------------------------------------------------

    def answered(self, key: str) -> dict[str, Any] | None:
        """What was answered to a request with this key; None when it is new, or has no key."""
        if not key:
            return None
        try:
            found: dict[str, Any] = json.loads((self._folder / _key_name(key)).read_bytes())
        except (OSError, ValueError):
            return None
        return found

    def note_answer(self, key: str, answer: dict[str, Any]) -> None:
        """Keep an answer for the next request with this key."""
        if key:
            self._write(_key_name(key), json.dumps(answer, ensure_ascii=False).encode())

    # --- files ----------------------------------------------------------------------------------

    def _write(self, name: str, data: bytes) -> None:
        """Readers see the old file or the new one."""
        beside = self._folder / f".{name}.{os.getpid()}-{threading.get_ident()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(data)
            beside.replace(self._folder / name)
        except OSError as error:
            raise StoreUnavailable(
                f"{self._folder} cannot be written ({error}): check space and permissions",
                code="store_unwritable",
            ) from error

    def _read(self, path: Path) -> Job | None:
        try:
            job: Job = codec.loads(Job, path.read_bytes())
        except (OSError, ValueError):
            return None
        return job


def _key_name(key: str) -> str:
    return f"key-{fingerprint(key)}"

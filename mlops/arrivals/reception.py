"""The queue of jobs: one at a time, each in a child; what a restart cut off begins again."""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

from mlops import clock
from mlops.arrivals.jobs import Job, Jobs
from mlops.arrivals.receiving import sweep
from rag.settings import PROJECT_ROOT, Home, Settings

log = logging.getLogger(__name__)

LOCKED_S = 3.0  # how often to look whether another run has ended
READING = ("collect", "read")
_CHILD = f"import sys; sys.path.insert(0, {str(PROJECT_ROOT)!r}); " + (
    "from mlops.arrivals.child import main; main()"
)


class Reception:
    """Does the jobs of a home in the order they came, until it is stopped."""

    def __init__(self, home: Home, settings: Settings, *, locked_s: float = LOCKED_S) -> None:
        self.jobs = Jobs(home)
        self._home, self._settings, self._locked_s = home, settings, locked_s
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._child: subprocess.Popen[str] | None = None
        self.placing = threading.Lock()  # one request at a time asks for a job

    @property
    def stopped(self) -> bool:
        """Whether the service is closing."""
        return self._stopped.is_set()

    def start(self) -> None:
        """Take up what an earlier service left, then wait for work."""
        sweep(self._home)
        self.jobs.prune()
        for job in reversed(self.jobs.all()):
            if not job.over:
                self.submit(replace(job, state="queued", stage="", units=0, units_done=0))
        self._thread = threading.Thread(target=self._work, name="reception", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the child; its job begins again at the next start."""
        self._stopped.set()
        self._queue.put(None)
        if (child := self._child) is not None:
            child.kill()
        if self._thread is not None:
            self._thread.join(10)

    def submit(self, job: Job) -> Job:
        """Queue a job."""
        self.jobs.put(job)
        self._queue.put(job.job_id)
        return job

    def _work(self) -> None:
        while (job_id := self._queue.get()) is not None and not self.stopped:
            job = self.jobs.get(job_id)
            try:
                while job is not None and not job.over and not self.stopped:
                    job = self._once(job)
            except Exception as error:
                log.exception("job %s failed", job_id)
                self._failed(job_id, {"code": "error", "message": str(error), "details": {}})

    def _once(self, job: Job) -> Job | None:
        """Try a job; back in the queue when another run holds the collection."""
        ended = self._run(job)
        if self.stopped:
            return None
        if ended.get("error", {}).get("code") == "already_running":
            self.jobs.change(job.job_id, state="queued", stage="waiting")
            self._stopped.wait(self._locked_s)
            return self.jobs.get(job.job_id)
        if report := ended.get("report"):
            return self._done(job.job_id, report)
        return self._failed(job.job_id, ended.get("error") or _DIED)

    def _run(self, job: Job) -> dict[str, Any]:
        """What the child told last."""
        wanted = {
            "home": str(self._home.root),
            "settings": self._settings.model_dump(mode="json"),
            "forget": list(job.documents) if job.kind == "reread" else [],
        }
        self._child = child = subprocess.Popen(
            [sys.executable, "-P", "-c", _CHILD],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env=os.environ,
        )  # fmt: skip
        last: dict[str, Any] = {}
        with child:
            assert child.stdin and child.stdout
            child.stdin.write(json.dumps(wanted) + "\n")
            child.stdin.flush()
            for line in child.stdout:
                last = json.loads(line)
                if "stage" in last:
                    self._told(job.job_id, last)
            child.stdin.close()
        self._child = None
        return last

    def _told(self, job_id: str, told: dict[str, Any]) -> None:
        stage, units, done = str(told["stage"]), int(told["units"]), int(told["done"])
        values: dict[str, Any] = {"stage": stage, "units": units, "units_done": done}
        values["state"] = "reading" if stage in READING else "indexing"
        if stage == "read" and (units or done):
            values |= {"pages": units, "pages_read": done}
        self.jobs.change(job_id, **values)

    def _done(self, job_id: str, report: dict[str, Any]) -> Job:
        rejected = report["decision"] == "rejected"
        return self.jobs.change(
            job_id,
            state="failed" if rejected else "done",
            code="rejected" if rejected else "",
            decision=report["decision"],
            release_id=report["release_id"],
            reasons=tuple(str(reason) for reason in report["reasons"]),
            ended_at=clock.stamp(),
        )

    def _failed(self, job_id: str, error: dict[str, Any]) -> Job:
        log.error("job %s: %s", job_id, error.get("message"))
        return self.jobs.change(
            job_id,
            state="failed",
            code=str(error.get("code") or "error"),
            message=str(error.get("message") or ""),
            details=json.dumps(error.get("details") or {}, ensure_ascii=False, default=str),
            ended_at=clock.stamp(),
        )


_DIED = {"code": "crashed", "message": "the child process ended by itself", "details": {}}

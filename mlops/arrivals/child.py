"""One run of the ingestion in a process of its own, so that the service keeps answering.

Its input is one line of JSON (what to do) and stays open: when it closes, the parent is gone and so
is the child. It tells, one line of JSON each on its output: a stage, a report, or an error.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from rag.errors import RagError
from rag.settings import Home, Settings

TELL_EVERY_S = 0.2


class Told:
    """Progress as lines of JSON."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._stage, self._total, self._done, self._last = "", 0, 0, 0.0

    def start(self, stage: str, total: int) -> None:
        """A stage begins."""
        self._stage, self._total, self._done = stage, total, 0
        self._tell()

    def advance(self, n: int = 1) -> None:
        """So many more units are done."""
        self._done += n
        if time.monotonic() - self._last >= TELL_EVERY_S:
            self._tell()

    def finish(self) -> None:
        """The stage is over."""
        self._tell()

    def _tell(self) -> None:
        self._last = time.monotonic()
        say(self._out, {"stage": self._stage, "units": self._total, "done": self._done})


def say(out: TextIO, told: dict[str, Any]) -> None:
    """Write one line."""
    out.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
    out.flush()


def main() -> None:
    """Do what the input says."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is not for the parent
    wanted = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        say(out, {"report": run(wanted, Told(out))})
    except RagError as error:
        told = {"code": error.code, "message": str(error), "details": error.details}
        say(out, {"error": told})


def run(wanted: dict[str, Any], progress: Told) -> dict[str, Any]:
    """Forget the readings of what is to be read again, then ingest."""
    from mlops import run_log, steps
    from mlops.run_lock import run_lock
    from rag.cache import StageCache
    from rag.reading import forget

    home, settings = Home(Path(wanted["home"])), Settings(**wanted["settings"])
    run_log.configure(home)
    if wanted["forget"]:
        with run_lock(home):  # nobody is reading them now
            for document_id in wanted["forget"]:
                forget(document_id, StageCache(home.cache))
    report = steps.ingest(home, settings, progress=progress)
    return {
        "decision": report.decision,
        "release_id": report.champion_id or report.release_id,
        "reasons": list(report.reasons),
        "refusals": [[refusal.path, refusal.code] for refusal in report.refusals],
    }


def _end_with_parent() -> None:
    while sys.stdin.read(1):
        pass
    os._exit(1)  # the operating system frees the lock, and children end with their input


if __name__ == "__main__":
    main()

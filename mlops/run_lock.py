"""One run at a time: an operating-system lock, which a dead process cannot keep."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import datetime

from rag.errors import AlreadyRunning, StoreUnavailable
from rag.settings import Home


@contextlib.contextmanager
def run_lock(home: Home) -> Iterator[None]:
    """Hold the pipeline of this home.

    The lock belongs to the process, not to the file: after ``kill -9`` the next run takes it at
    once, whatever the file beside it says.

    Raises:
        AlreadyRunning: another process holds it; says which, and since when.
        StoreUnavailable: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    holder = home.storage / "run.json"
    try:
        home.storage.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home.storage / "run.lock")
        lock.acquire(timeout=0)
    except Timeout:
        pid, since = _holder_of(home)
        raise AlreadyRunning(pid, since) from None
    except OSError as error:
        raise StoreUnavailable(
            f"{home.storage} cannot be written ({error}). Wanted: a folder that you may write. "
            f"Run: chmod -R u+rwX {home.storage}",
            code="store_unwritable",
            path=str(home.storage),
        ) from error
    try:
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        holder.write_text(json.dumps({"pid": os.getpid(), "since": since}), "utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder_of(home: Home) -> tuple[int | None, str]:
    try:
        found = json.loads((home.storage / "run.json").read_text("utf-8"))
        return int(found["pid"]), str(found["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, "?"

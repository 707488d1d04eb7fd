"""New files are read as they come: the folder is watched, and looked at twice a minute.

The system tells of changes; where it cannot (network disks), the look finds them. A file that is
still being copied is waited for.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from rag.errors import AlreadyRunning
from rag.settings import Home

log = logging.getLogger(__name__)

LOOK_S = 30.0  # between two looks, when nothing was told
QUIET_S = 2.0  # without a change, for a copy to be taken as ended
LONGEST_S = 600.0  # a file that grows for longer is read as it is, and again later

State = dict[str, tuple[int, int]]  # path → size, time of change


def state_of(folder: Path) -> State:
    """Every file of a folder, by what tells that it changed; hidden ones are left out."""
    found: State = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.startswith("."):
                continue
            path = Path(place, name)
            try:
                stat = path.stat()
            except OSError:
                continue  # it went away meanwhile
            found[str(path.relative_to(folder))] = (stat.st_size, stat.st_mtime_ns)
    return found


def settled(
    folder: Path, stop: threading.Event, *, quiet_s: float = QUIET_S, longest_s: float = LONGEST_S
) -> State:
    """The state of a folder once nothing moved for a while."""
    begun, before = time.monotonic(), state_of(folder)
    while not stop.wait(quiet_s):
        now = state_of(folder)
        if now == before or time.monotonic() - begun > longest_s:
            return now
        before = now
    return before


def watch(
    home: Home,
    ingest: Callable[[], Any],
    *,
    stop: threading.Event | None = None,
    look_s: float = LOOK_S,
    quiet_s: float = QUIET_S,
) -> Generator[Any, None, None]:
    """Ingest at once, then whenever the documents changed; yields what each run reports.

    Args:
        home: its ``data`` is watched.
        ingest: does one run; AlreadyRunning is tried again at the next look.
        stop: set to end; Ctrl-C ends as well, by KeyboardInterrupt.
        look_s: longest time before a change is seen.
        quiet_s: without a change, for a copy to be taken as ended.
    """
    from watchfiles import watch as changes

    stop = stop or threading.Event()
    home.data.mkdir(parents=True, exist_ok=True)
    read: State | None = None
    wakes = changes(
        home.data, stop_event=stop, yield_on_timeout=True, rust_timeout=int(look_s * 1000),
        debounce=int(quiet_s * 1000), step=200, raise_interrupt=True,
    )  # fmt: skip
    while not stop.is_set():
        now = settled(home.data, stop, quiet_s=quiet_s)
        if now != read and not stop.is_set():
            try:
                report = ingest()
            except AlreadyRunning as error:
                log.info("another run is under way, which may read the same: %s", error)
            else:
                read = now
                yield report
        if next(wakes, None) is None:
            return

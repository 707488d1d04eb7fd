"""The lease of a night: its date, one row of ``nights``, taken in one transaction.

Whoever holds it says so every minute. A holder that died (its process is gone, or it was silent too
long) loses it, and the night is taken up where it stopped: steps that were done are not done again.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.store import Store

BEAT_S = 60.0
SILENT = timedelta(minutes=10)  # after which a holder on another machine is taken for dead
FINISHED = ("done", "skipped")


@dataclass(frozen=True, slots=True)
class Lease:
    """A night held by this process."""

    night: date
    attempts: int
    steps: dict[str, Any]  # of an attempt that died: step → {state, seconds, detail}
    run_id: str | None = None


def owner() -> str:
    """This process, as other machines and later processes can recognise it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def take(store: Store, night: date, *, zone: str, source: str) -> Lease | None:
    """Take a night; None when it is done, or held by somebody who lives."""
    moment = clock.stamp()
    mine = {"owner": owner(), "state": "running", "heartbeat_at": moment, "source": source}
    with store.write() as connection:
        query = sa.select(t.nights).where(t.nights.c.night == night.isoformat())
        row = connection.execute(query).mappings().first()
        if row is None:
            connection.execute(
                sa.insert(t.nights).values(
                    night=night.isoformat(), zone=zone, attempts=1, started_at=moment, steps={},
                    **mine,
                )
            )  # fmt: skip
            return Lease(night, 1, {})
        if row["state"] in FINISHED or (row["state"] == "running" and _lives(dict(row))):
            return None
        attempts = row["attempts"] + 1
        connection.execute(
            sa.update(t.nights)
            .where(t.nights.c.night == night.isoformat())
            .values(attempts=attempts, ended_at=None, **mine)
        )
        done = {n: s for n, s in (row["steps"] or {}).items() if s.get("state") == "done"}
        return Lease(night, attempts, done, row["run_id"])


def _lives(row: dict[str, Any]) -> bool:
    """Heard of lately and, on this machine, a process that is there and is not this one."""
    host, _, process = str(row["owner"]).rpartition(":")
    if clock.now() - clock.read(row["heartbeat_at"]) >= SILENT:
        return False
    if host == socket.gethostname() and process.isdigit():
        return int(process) != os.getpid() and _process_lives(int(process))
    return True


def _process_lives(process: int) -> bool:
    import psutil  # type: ignore[import-untyped]

    return bool(psutil.pid_exists(process))


def update(store: Store, night: date, **values: Any) -> None:
    """Note something of a night, and that its holder lives."""
    with store.write() as connection:
        connection.execute(
            sa.update(t.nights)
            .where(t.nights.c.night == night.isoformat())
            .values(heartbeat_at=clock.stamp(), **values)
        )


def note_skipped(store: Store, nights: list[date], *, zone: str) -> None:
    """Nights that nobody ran and that are too old to be caught up: accounted for, once."""
    moment = clock.stamp()
    with store.write() as connection:
        known = set(connection.scalars(sa.select(t.nights.c.night)))
        for night in nights:
            if night.isoformat() not in known:
                connection.execute(
                    sa.insert(t.nights).values(
                        night=night.isoformat(), zone=zone, state="skipped", source="none",
                        owner="", attempts=0, started_at=moment, heartbeat_at=moment,
                        ended_at=moment, steps={},
                    )
                )  # fmt: skip


def last_night(store: Store) -> date | None:
    """The newest night of the record, whatever became of it."""
    with store.read() as connection:
        found = connection.scalar(sa.select(sa.func.max(t.nights.c.night)))
    return date.fromisoformat(str(found)) if found else None


@contextmanager
def beating(store: Store, night: date, every_s: float = BEAT_S) -> Iterator[None]:
    """Say every minute that this process lives, while the block runs."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(every_s):
            try:
                update(store, night)
            except Exception:  # noqa: BLE001  a beat that is missed is made up by the next
                continue

    thread = threading.Thread(target=beat, name="night-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)

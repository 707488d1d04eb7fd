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
SAME_BIRTH_S = 120  # between two readings of one birth: the machine's clock may be set meanwhile
FINISHED = ("done", "skipped")


@dataclass(frozen=True, slots=True)
class Lease:
    """A night held by this process."""

    night: date
    attempts: int
    steps: dict[str, Any]  # of an attempt that died: step → {state, seconds, detail}
    run_id: str | None = None


def owner() -> str:
    """This process, as other machines and later processes can recognise it: host:pid@birth.

    The birth (seconds, Unix) tells it from another that is given its number after a restart.
    """
    return f"{socket.gethostname()}:{os.getpid()}@{_birth(os.getpid())}"


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
    process, _, birth = process.partition("@")
    if clock.now() - clock.read(row["heartbeat_at"]) >= SILENT:
        return False
    if host == socket.gethostname() and process.isdigit():
        return int(process) != os.getpid() and _process_lives(int(process), birth)
    return True


def _process_lives(process: int, birth: str) -> bool:
    """Whether it is there and, when the record says when it was born, is the same."""
    import psutil  # type: ignore[import-untyped]

    try:
        born = _birth(process)
    except psutil.AccessDenied:  # somebody else's: there, and no more is known
        return True
    if born is None or not birth:
        return born is not None
    return abs(born - int(birth)) <= SAME_BIRTH_S


def _birth(process: int) -> int | None:
    """When a process began; None when there is none, or only what is left of one."""
    import psutil

    try:
        found = psutil.Process(process)
        return None if found.status() == psutil.STATUS_ZOMBIE else int(found.create_time())
    except psutil.NoSuchProcess:
        return None


def update(store: Store, night: date, **values: Any) -> None:
    """Note something of a night, and that its holder lives."""
    with store.write() as connection:
        connection.execute(
            sa.update(t.nights)
            .where(t.nights.c.night == night.isoformat())
            .values(heartbeat_at=clock.stamp(), **values)
        )


def note_abandoned(store: Store, wanted: date) -> None:
    """Nights before this one whose holder died and that nobody took up: they failed."""
    earlier = sa.and_(t.nights.c.state == "running", t.nights.c.night < wanted.isoformat())
    with store.write() as connection:
        rows = connection.execute(sa.select(t.nights).where(earlier)).mappings().all()
        for row in rows:
            if not _lives(dict(row)):
                connection.execute(
                    sa.update(t.nights)
                    .where(t.nights.c.night == row["night"])
                    .values(state="failed", ended_at=row["heartbeat_at"])
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

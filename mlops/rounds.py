"""The rounds made between two nights, while the service runs: trials, ratings, alerts.

A night decides once a day; a canary that harms readers, a full disk or a missed night should not
wait for it. Any process may make the rounds: a lock of the operating system lets one at a time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.settings import Home, Settings

if TYPE_CHECKING:
    from mlops.store import Store

log = logging.getLogger(__name__)

EVERY_S = 300.0
FIRST_AFTER_S = 20.0  # a service that starts has better to do


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did; ``failed`` names the parts that could not be done."""

    made: bool  # False: another process is making it, or nothing was ever ingested
    failed: tuple[str, ...] = ()


def make(home: Home, settings: Settings) -> Round:
    """Look once at everything; a part that fails is logged and leaves the others alone."""
    from filelock import FileLock, Timeout

    from mlops.store import Store

    if not home.database.is_file():
        return Round(False)
    try:
        with FileLock(home.storage / "rounds.lock", timeout=0), Store(home) as store:
            return Round(True, tuple(_parts(home, settings, store)))
    except Timeout:
        return Round(False)


def _parts(home: Home, settings: Settings, store: Store) -> list[str]:
    """Do each part; return the names of those that failed."""
    from mlops.alerts import deliver, evaluate
    from mlops.trials import decide, watch_ratings

    parts: dict[str, Callable[[Home, Settings, Store], Any]] = {
        "trials": decide,
        "ratings": watch_ratings,
        "alerts": evaluate,
        "delivery": deliver,
    }
    failed = []
    for name, part in parts.items():
        try:
            part(home, settings, store)
        except Exception:
            log.exception("rounds: %s failed", name)
            failed.append(name)
    return failed


class Rounds:
    """Makes the rounds in a thread of its own until it is stopped."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        *,
        every_s: float = EVERY_S,
        first_after_s: float = FIRST_AFTER_S,
    ) -> None:
        self._home, self._settings = home, settings
        self._waits = first_after_s, every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._walk, name="rounds", daemon=True)

    def start(self) -> None:
        """Begin; the first round is made after ``first_after_s`` seconds."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; a round under way is waited for, ten seconds at most."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _walk(self) -> None:
        wait, every = self._waits
        while not self._stop.wait(wait):
            try:
                make(self._home, self._settings)
            except Exception:
                log.exception("the rounds could not be made")
            wait = every

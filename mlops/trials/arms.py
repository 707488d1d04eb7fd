"""The release on trial as the service sees it: who gets it, and what becomes of a failure."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.store import Store
from mlops.trials.deciding import broken
from mlops.trials.records import Trial, arm_of, current
from mlops.trials.shadowing import Shadow
from rag.engine import Engine
from rag.errors import RagError
from rag.records import Answer, Filters
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

STATES = ("champion", "canary", "shadow")


@dataclass(frozen=True, slots=True)
class Now:
    """What answers at this moment, and what is on trial beside it."""

    champion: str | None
    challenger: str | None


def releases_now(store: Store) -> Now:
    """Both in one query: it is asked at every question."""
    query = sa.select(t.releases.c.release_id, t.releases.c.state).where(
        t.releases.c.state.in_(STATES)
    )
    champion = challenger = None
    with store.read() as connection:
        for release_id, state in connection.execute(query):
            if state == "champion":
                champion = str(release_id)
            else:
                challenger = str(release_id)
    return Now(champion, challenger)


class OnTrial:
    """Follows the trial under way; does nothing when there is none."""

    def __init__(self, home: Home, settings: Settings, make: Callable[[str], Engine]) -> None:
        """``make`` opens the engine of a release."""
        self._home, self._settings, self._make = home, settings, make
        self._lock = threading.Lock()
        self._trial: Trial | None = None
        self._engine: Engine | None = None
        self._shadow: Shadow | None = None

    def follow(self, store: Store, now: Now) -> Trial | None:
        """Take up the trial under way, or let the one that ended go."""
        trial = self._trial
        if (trial.challenger if trial else None) == now.challenger:
            return trial
        with self._lock:
            self._let_go()
            trial = current(store) if now.challenger else None
            if trial is None or trial.challenger != now.challenger:
                return None  # it ended meanwhile
            self._trial = trial
            if trial.kind == "shadow":
                self._shadow = Shadow(self._home, trial, self.engine)
            return trial

    def arm(self, reader: str) -> str:
        """Empty unless a canary is under way."""
        trial = self._trial
        if trial is None or trial.kind != "canary":
            return ""
        return arm_of(reader, trial.challenger, trial.share)

    def engine(self) -> Engine:
        """The challenger's, opened at the first question that it gets.

        Raises:
            RagError: the trial ended, or the release cannot be opened.
        """
        with self._lock:
            if self._trial is None:
                raise RagError("no release is on trial")
            if self._engine is None:
                self._engine = self._make(self._trial.challenger)
            return self._engine

    def failed(self, store: Store, question: str, reader: str, error: Exception) -> None:
        """Note that the challenger could not answer; one that does not open ends the trial."""
        log.warning("the release on trial failed: %s", error, exc_info=error)
        trial = self._trial
        if trial is None:
            return
        try:
            if self._engine is None:
                broken(store, self._settings, trial.challenger, str(error))
            else:
                store.record_error(question, trial.challenger, error, reader=reader, arm="canary")
        except Exception:
            log.exception("the failure of the release on trial was not recorded")

    def shown(self, answer: Answer, history: Sequence[str], filters: Filters | None) -> None:
        """Give what a reader was shown to the challenger that answers in silence."""
        shadow = self._shadow
        if shadow is not None:
            shadow.offer(answer, history, filters)

    def close(self) -> None:
        """Stop answering in silence."""
        with self._lock:
            shadow, self._shadow, self._trial, self._engine = self._shadow, None, None, None
        if shadow is not None:
            shadow.close()

    def _let_go(self) -> None:
        shadow, self._shadow, self._trial, self._engine = self._shadow, None, None, None
        if shadow is not None:
            threading.Thread(target=shadow.close, name="shadow ends", daemon=True).start()

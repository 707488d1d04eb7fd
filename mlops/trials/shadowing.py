"""A challenger that answers in silence, in a thread of its own: no reader waits for it."""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.store import Store
from mlops.trials.records import ARMS, Trial
from rag.engine import Engine
from rag.records import Answer, Filters, Outcome
from rag.settings import Home

log = logging.getLogger(__name__)

WAITING = 32  # questions; more are dropped and counted

Asked = tuple[Answer, Sequence[str], Filters | None]


class Shadow:
    """Asks the challenger what readers asked, and notes how its answers differ."""

    def __init__(self, home: Home, trial: Trial, engine: Callable[[], Engine]) -> None:
        """Start the thread.

        Args:
            home: where the record is.
            trial: the shadow under way.
            engine: opens the challenger's engine, in that thread.
        """
        self.trial = trial
        self.dropped = 0
        self._home = home
        self._engine = engine
        self._asked: queue.Queue[Asked | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._walk, name="shadow", daemon=True)
        self._thread.start()

    def offer(self, answer: Answer, history: Sequence[str], filters: Filters | None) -> None:
        """Give a question that was just answered; never waits."""
        drawn = hashlib.sha256(answer.answer_id.encode()).digest()
        if int.from_bytes(drawn[:8], "big") % ARMS >= self.trial.share * ARMS:
            return
        try:
            self._asked.put_nowait((answer, history, filters))
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """Stop after the question under way; those that wait are dropped."""
        while True:
            try:
                self._asked.put_nowait(None)
                break
            except queue.Full:
                self._asked.get_nowait()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=10)

    def _walk(self) -> None:
        with Store(self._home) as store:
            while (asked := self._asked.get()) is not None:
                try:
                    self._one(store, *asked)
                except Exception:
                    log.exception("an answer in silence could not be noted")

    def _one(
        self, store: Store, shown: Answer, history: Sequence[str], filters: Filters | None
    ) -> None:
        try:
            silent = self._engine().ask(shown.question, history=history, filters=filters)
        except Exception:
            log.exception("the release on trial failed in silence")
            silent = None
        if not _recorded(store, shown.answer_id):  # without it, nothing to be compared with
            return
        with store.write() as connection:
            connection.execute(
                sa.insert(t.shadow_answers).values(**_row(self.trial, shown, silent))
            )


def _recorded(store: Store, answer_id: str, waits: int = 20) -> bool:
    """Whether the answer shown is in the record, which is written a moment after it is given."""
    pause = threading.Event()
    query = sa.select(t.queries.c.answer_id).where(t.queries.c.answer_id == answer_id)
    for _ in range(waits):
        with store.read() as connection:
            if connection.scalar(query) is not None:
                return True
        pause.wait(0.1)
    return False


def _row(trial: Trial, shown: Answer, silent: Answer | None) -> dict[str, object]:
    ours, theirs = _pages(shown), _pages(silent) if silent else []
    both = set(ours) | set(theirs)
    return {
        "trial_id": trial.id,
        "answer_id": shown.answer_id,
        "at": clock.stamp(),
        "outcome": silent.outcome.value if silent else "error",
        "same_outcome": silent is not None and silent.outcome is shown.outcome,
        "same_first": ours[:1] == theirs[:1],
        "overlap": len(set(ours) & set(theirs)) / len(both) if both else 1.0,
        "seconds": silent.seconds if silent else 0.0,
    }


def _pages(answer: Answer) -> list[tuple[str, int]]:
    """The pages an answer shows, best first; none when nothing was found."""
    if answer.outcome is Outcome.NOTHING:
        return []
    return [(page.document_id, page.index) for page in answer.pages]

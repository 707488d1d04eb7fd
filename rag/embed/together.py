"""Questions that come at the same moment go through the model together.

Unpacking the weights of e5 is more than half of the price of a short question; a second question
in the same pass pays for its own sums only. Nobody waits for company: what has gathered while the
pass before was under way makes the next one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(eq=False)
class _Asked(Generic[Item, Result]):
    """One item and the thread that waits for it."""

    item: Item
    turn: threading.Event = field(default_factory=threading.Event)  # done, or first in the queue
    result: tuple[Result, ...] = ()  # one, once done without an error
    error: BaseException | None = None
    done: bool = False


class Together(Generic[Item, Result]):
    """Runs what several threads ask in one pass after another, first come first served.

    Args:
        run: items → their results, in order.
        most: items of one pass.
    """

    def __init__(self, run: Callable[[Sequence[Item]], Sequence[Result]], most: int) -> None:
        self._run, self._most = run, most
        self._lock = threading.Lock()
        self._waiting: deque[_Asked[Item, Result]] = deque()
        self._busy = False

    def ask(self, item: Item) -> Result:
        """Return the result of one item; what is raised for it is raised here, and only here."""
        mine: _Asked[Item, Result] = _Asked(item)
        with self._lock:
            self._waiting.append(mine)
            first, self._busy = not self._busy, True
        if not first:
            mine.turn.wait()
        if not mine.done:
            self._pass()
        if mine.error is not None:
            raise mine.error
        (result,) = mine.result
        return result

    def _pass(self) -> None:
        """Serve the first of the queue and who came after; then it is the next one's turn."""
        with self._lock:
            count = min(self._most, len(self._waiting))
            batch = [self._waiting.popleft() for _ in range(count)]
        try:
            self._serve(batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            for one in batch:
                one.done = True
                one.turn.set()
            if following is not None:
                following.turn.set()

    def _serve(self, batch: Sequence[_Asked[Item, Result]]) -> None:
        try:
            results = self._run([one.item for one in batch])
        except BaseException as error:  # noqa: BLE001 - it is raised where it was asked for
            if len(batch) == 1 or not isinstance(error, Exception):
                for one in batch:
                    one.error = error
                return
            for one in batch:  # whose fault was it?
                self._serve([one])
            return
        for one, result in zip(batch, results, strict=True):
            one.result = (result,)

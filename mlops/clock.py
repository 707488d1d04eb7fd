"""What time it is: one place to ask, so that a month can be lived through in a test.

Times of the record are UTC; durations are measured with ``time.monotonic`` and never from here.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

Clock = Callable[[], datetime]

_lock = threading.Lock()
_clock: Clock | None = None


def now() -> datetime:
    """The present moment, in UTC."""
    clock = _clock
    return datetime.now(UTC) if clock is None else clock().astimezone(UTC)


def stamp(moment: datetime | None = None) -> str:
    """A moment (now, unless given) as the tables hold it: text that sorts as time."""
    return (now() if moment is None else moment.astimezone(UTC)).isoformat(timespec="milliseconds")


def read(text: str) -> datetime:
    """A moment from the tables, in UTC; one without a zone is local time.

    Raises:
        ValueError: it is not an ISO 8601 time.
    """
    return datetime.fromisoformat(text).astimezone(UTC)


@contextlib.contextmanager
def told_by(clock: Clock | datetime) -> Iterator[None]:
    """Within the block the whole process lives at that moment, or by that clock (for tests)."""
    global _clock
    moment = clock
    with _lock:
        before, _clock = _clock, (lambda: moment) if isinstance(moment, datetime) else moment
    try:
        yield
    finally:
        with _lock:
            _clock = before

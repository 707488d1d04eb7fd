"""Small charts for a terminal: one character a day, in whatever its encoding can draw."""

from __future__ import annotations

import contextlib
import math
import shutil
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.store import Store

BLOCKS, PLAIN = "▁▂▃▄▅▆▇█", "_.-=+*#@"
NONE = {BLOCKS: "·", PLAIN: " "}
BESIDE = 45  # columns that the words beside a chart take
WORDED = {"✅": "[ok]", "⚠️ ": "[!]", "⚠": "[!]", "❌": "[x]", "’": "'", "—": "-", "·": "."}


def sparkline(values: Sequence[float], *, encoding: str | None = "utf-8") -> str:
    """One character a value, from the lowest to the highest; a dot for what is not measured."""
    signs = BLOCKS if _draws(encoding) else PLAIN
    known = [value for value in values if math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    low = min(low, 0.0)
    scale = (len(signs) - 1) / (high - low) if high > low else 0.0
    return "".join(
        signs[round((value - low) * scale)] if math.isfinite(value) else NONE[signs]
        for value in values
    )


def _draws(encoding: str | None) -> bool:
    try:
        BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def legible(text: str, encoding: str | None) -> str:
    """The text as an encoding can hold it: letters without their accents rather than a fault."""
    kind = encoding or "ascii"
    try:
        text.encode(kind)
    except LookupError:
        kind = "ascii"
    except UnicodeEncodeError:
        pass
    else:
        return text
    for sign, plain in WORDED.items():
        text = text.replace(sign, plain)
    return "".join(_held(character, kind) for character in text)


def _held(character: str, encoding: str) -> str:
    for shown in (character, unicodedata.normalize("NFKD", character)[:1]):
        with contextlib.suppress(UnicodeEncodeError):
            shown.encode(encoding)
            return shown
    return "?"


def days_shown(asked: float, width: int = 0) -> int:
    """How many days a chart has room for, of those asked for: a week at least.

    Args:
        asked: days.
        width: columns of the terminal; 0 is the one this process writes to.
    """
    width = width or shutil.get_terminal_size().columns
    return max(7, min(math.ceil(asked), width - BESIDE))


def days_of(count: int) -> list[str]:
    """The last days, UTC, oldest first, as the tables begin a moment."""
    today: datetime = clock.now()
    return [(today - timedelta(days=n)).date().isoformat() for n in reversed(range(count))]


def daily(store: Store, days: int) -> dict[str, list[float]]:
    """Figures of each of the last days: questions, p95_s, ratings (mean), runs, confidence."""
    names = days_of(days)
    q, f, r = t.queries.c, t.feedback.c, t.runs.c
    with store.read() as connection:
        asked = _by_day(connection, q.at, q.seconds, names[0])
        given = _by_day(connection, f.at, f.rating, names[0], f.withdrawn_at.is_(None))
        runs = _by_day(connection, r.started_at, r.mean_confidence, names[0])
    return {
        "questions": [float(len(asked.get(day, ()))) for day in names],
        "p95_s": [_p95(asked.get(day, [])) for day in names],
        "ratings": [_mean(given.get(day, [])) for day in names],
        "runs": [float(len(runs.get(day, ()))) for day in names],
        "confidence": [_mean(runs.get(day, [])) for day in names],
    }


def _by_day(
    connection: sa.Connection,
    at: sa.Column[Any],
    value: sa.Column[Any],
    first: str,
    *where: sa.ColumnElement[bool],
) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    query = sa.select(sa.func.substr(at, 1, 10), value).where(at >= first, *where)
    for day, number in connection.execute(query):
        found.setdefault(day, []).append(math.nan if number is None else float(number))
    return found


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else math.nan


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[math.ceil(0.95 * len(values)) - 1] if values else math.nan

"""The picture of a verdict: where each measure stands, its interval, and the floor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.release_schemas import MeasureOut

WIDTH, LEFT, RIGHT = 360, 14, 346  # units of the drawing; the page scales it
TOP, ROW, BOTTOM = 6, 52, 26
STEPS = 5  # marks of the axis, at most


@dataclass(frozen=True, slots=True)
class Drawn:
    """One measure; x of what is known of it, None where it is not."""

    measure: MeasureOut
    y: float  # of its line
    before: float | None
    after: float
    low: float | None
    high: float | None
    floor: float | None
    worse: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing ``width`` × ``height``, its rows, and the marks of its axis (x, share)."""

    width: int
    height: int
    left: int
    right: int
    rows: tuple[Drawn, ...]
    marks: tuple[tuple[float, float], ...]


def draw(measured: Sequence[MeasureOut]) -> Picture | None:
    """The measures of all questions, on one axis of shares; None when there is none."""
    shown = [one for one in measured if not one.where and one.after is not None]
    if not shown:
        return None
    known = [
        value
        for one in shown
        for value in (one.before, one.after, one.low, one.high, one.floor)
        if value is not None
    ]
    least = max(0.0, math.floor(10 * min(known) - 1e-9) / 10)
    least = min(least, 0.9)

    def at(value: float | None) -> float | None:
        if value is None:
            return None
        return round(LEFT + (value - least) / (1 - least) * (RIGHT - LEFT), 1)

    rows = []
    for n, one in enumerate(shown):
        after = at(one.after)
        assert after is not None  # chosen above
        worse = one.before is not None and (one.after or 0.0) < one.before - 1e-9
        rows.append(
            Drawn(
                one, TOP + ROW * n + 34, at(one.before), after, at(one.low), at(one.high),
                at(one.floor), worse,
            )
        )  # fmt: skip
    tenths = round((1 - least) * 10)
    step = math.ceil(tenths / STEPS) / 10
    marks = []
    value = 1.0
    while value >= least - 1e-9:
        x = at(value)
        assert x is not None
        marks.append((x, round(value, 2)))
        value -= step
    height = TOP + ROW * len(rows) + BOTTOM
    return Picture(WIDTH, height, LEFT, RIGHT, tuple(rows), tuple(marks))

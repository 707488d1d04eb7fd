"""Where to draw a series: points, gaps, interval bands, few round ticks. Templates draw it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mlops.series import Point

WIDTH, HEIGHT = 640, 190  # of the drawing, in its own units
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 28
Across = Callable[[int], float]
Up = Callable[[float], float]
LABELS = 6  # dates below, at most


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of one series or more on one axis."""

    width: int
    height: int
    lines: tuple[tuple[str, ...], ...]  # of each series: runs of points without a gap
    dots: tuple[tuple[tuple[float, float], ...], ...]  # of each series: days alone
    bands: tuple[str, ...]  # intervals of the first series: polygons
    bars: tuple[tuple[float, float, float, float], ...]  # x, y, width, height
    ticks: tuple[tuple[float, float], ...]  # height, value
    days: tuple[tuple[float, str], ...]  # place, ISO date


def draw(
    *series: Sequence[Point], low: float | None = 0.0, high: float | None = None, bars: bool = False
) -> Chart | None:
    """Lay out a chart; None when no day was measured.

    Args:
        series: points of the same days, oldest first.
        low: bottom of the axis; None lets the values say.
        high: top of the axis; None lets the values say.
        bars: draw the first series as bars.
    """
    known = [v for points in series for p in points for v in (p.value, p.low, p.high)
             if v is not None]  # fmt: skip
    if not known or (bars and not any(known)):
        return None
    ticks = rounded(min(known) if low is None else low, max(known) if high is None else high)
    bottom, top = ticks[0], ticks[-1]
    count = len(series[0])
    step = (WIDTH - LEFT - RIGHT) / max(1, count)

    def x(n: int) -> float:
        return round(LEFT + step * (n + 0.5), 1)

    def y(value: float) -> float:
        share = (min(max(value, bottom), top) - bottom) / (top - bottom)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)

    every = math.ceil(count / LABELS)
    return Chart(
        WIDTH,
        HEIGHT,
        tuple(_lines(points, x, y) for points in series) if not bars else (),
        tuple(_alone(points, x, y) for points in series) if not bars else (),
        _bands(series[0], x, y),
        tuple(
            (round(x(n) - 0.4 * step, 1), y(p.value), round(0.8 * step, 1),
             round(y(bottom) - y(p.value), 1))
            for n, p in enumerate(series[0])
            if p.value
        ) if bars else (),
        tuple((y(value), value) for value in ticks),
        tuple((x(n), series[0][n].day) for n in range((count - 1) % every, count, every)),
    )  # fmt: skip


def rounded(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round values from at most ``low`` to at least ``high``: steps of 1, 2 or 5 times ten to n."""
    if not high > low:
        high = low + 1.0
    raw = (high - low) / wanted
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(m * size for m in (1, 2, 5, 10) if m * size >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def _runs(points: Sequence[Point]) -> list[list[int]]:
    """Days measured one after the other, without a gap."""
    found: list[list[int]] = []
    for n, point in enumerate(points):
        if point.value is None:
            continue
        if found and found[-1][-1] == n - 1:
            found[-1].append(n)
        else:
            found.append([n])
    return found


def _lines(points: Sequence[Point], x: Across, y: Up) -> tuple[str, ...]:
    return tuple(
        " ".join(f"{x(n)},{y(points[n].value or 0.0)}" for n in run)
        for run in _runs(points)
        if len(run) > 1
    )


def _alone(points: Sequence[Point], x: Across, y: Up) -> tuple[tuple[float, float], ...]:
    return tuple(
        (x(run[0]), y(points[run[0]].value or 0.0)) for run in _runs(points) if len(run) == 1
    )


def _bands(points: Sequence[Point], x: Across, y: Up) -> tuple[str, ...]:
    found = []
    for run in _runs(points):
        held = [n for n in run if points[n].low is not None]
        if len(held) > 1:
            upper = [f"{x(n)},{y(points[n].high or 0.0)}" for n in held]
            lower = [f"{x(n)},{y(points[n].low or 0.0)}" for n in reversed(held)]
            found.append(" ".join(upper + lower))
    return tuple(found)

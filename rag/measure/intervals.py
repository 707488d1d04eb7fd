"""How sure a mean is: bootstrap intervals, paired differences, and what could have been seen.

Everything is drawn with a fixed seed: the same values always give the same interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2000
Z_95 = 1.959964  # two-sided 5 %
Z_80 = 0.841621  # power 80 %

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its 95 % bootstrap interval; all nan when nothing was measured."""

    mean: float
    low: float
    high: float
    n: int = field(default=0, compare=False)  # values it is made from

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean gain in pairs, its interval, and the least gain that these pairs would have shown."""

    before: float
    after: float
    gain: Estimate
    detectable: float  # seen in 80 % of such comparisons at 5 %; nan below two pairs

    @property
    def seen(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.gain.low > 0 or self.gain.high < 0


UNMEASURED = Estimate(math.nan, math.nan, math.nan)


def known(values: Sequence[float]) -> list[float]:
    """The values that could be measured."""
    return [value for value in values if not math.isnan(value)]


def interval(values: Sequence[float], *, rounds: int = ROUNDS, seed: int = 0) -> Estimate:
    """Mean and percentile bootstrap over questions (Efron & Tibshirani, 1993, ch. 13)."""
    if not values:
        return UNMEASURED
    data = np.asarray(values, np.float64)
    rng = np.random.default_rng(seed)
    step = max(1, 1_000_000 // len(data))  # rounds drawn at once, so that memory stays small
    means = np.concatenate(
        [
            data[rng.integers(0, len(data), (min(step, rounds - done), len(data)))].mean(axis=1)
            for done in range(0, rounds, step)
        ]
    )
    low, high = _bounds(means)
    return Estimate(float(data.mean()), low, high, len(data))


def interval_of(
    measure: Callable[[Floats, Floats], float],
    first: Sequence[float],
    second: Sequence[float],
    *,
    rounds: int = 500,
    seed: int = 0,
) -> Estimate:
    """A measure of two independent samples (an area under a curve), each drawn again."""
    if not first or not second:
        return UNMEASURED
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    rng = np.random.default_rng(seed)
    drawn = np.array(
        [
            measure(a[rng.integers(0, len(a), len(a))], b[rng.integers(0, len(b), len(b))])
            for _ in range(rounds)
        ]
    )
    low, high = _bounds(drawn)
    return Estimate(measure(a, b), low, high, len(a) + len(b))


def interval_of_rows(
    measure: Callable[[Floats], float], rows: Floats, *, rounds: int = 500, seed: int = 0
) -> Estimate:
    """A measure of one sample of rows, shape (n, columns), the rows drawn again together."""
    if not len(rows):
        return UNMEASURED
    rng = np.random.default_rng(seed)
    drawn = np.array([measure(rows[rng.integers(0, len(rows), len(rows))]) for _ in range(rounds)])
    low, high = _bounds(drawn)
    return Estimate(measure(rows), low, high, len(rows))


def paired(before: Sequence[float], after: Sequence[float]) -> Difference:
    """Gain of ``after`` over ``before``, question by question; pairs with a nan are left out.

    ``detectable`` is (z₀.₉₇₅ + z₀.₈) · s / √n, s the deviation of the gains: a real gain of that
    size is seen four times in five (Cohen, 1988, ch. 2, for paired means).

    Raises:
        ValueError: the two are not as long.
    """
    pairs = [
        (b, a) for b, a in zip(before, after, strict=True) if not (math.isnan(b) or math.isnan(a))
    ]
    gains = [a - b for b, a in pairs]
    n = len(pairs)
    if not n:
        return Difference(math.nan, math.nan, UNMEASURED, math.nan)
    detectable = math.nan
    if n > 1:
        detectable = (Z_95 + Z_80) * float(np.std(gains, ddof=1)) / math.sqrt(n)
    return Difference(
        sum(b for b, _ in pairs) / n, sum(a for _, a in pairs) / n, interval(gains), detectable
    )


def half_width(share: float, n: int) -> float:
    """Half of the 95 % interval of a share measured on n questions (Wilson, 1927); nan for none."""
    if n < 1:
        return math.nan
    square = Z_95**2
    spread = math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return Z_95 * spread / (1 + square / n)


def _bounds(drawn: Floats) -> tuple[float, float]:
    measured = drawn[~np.isnan(drawn)]
    if not len(measured):
        return math.nan, math.nan
    low, high = np.quantile(measured, (0.025, 0.975))
    return float(low), float(high)

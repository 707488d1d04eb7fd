"""Two releases on the same questions: is one shown to be worse, better, or not worse by a margin?

Everything is paired, question by question, and drawn with a fixed seed. What is "shown" is a
permutation test (Fisher, 1935) under its level; what is "not worse" is a confidence bound of the
mean difference within a margin (non-inferiority; Piaggio et al., JAMA 2012). Many comparisons at
once are corrected by Holm's procedure (1979). NaN is never a value: pairs that hold one are counted
as missing, and a comparison without pairs shows nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.measure.intervals import Z_80, Estimate, paired

EXACT = 12  # pairs that differ, up to which every sign is tried
ROUNDS = 10_000
Z_95_ONE = 1.644854  # one-sided 5 %

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure and which way is better."""

    name: str
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure on the questions that both were asked; positive differences are gains.

    Attributes:
        metric: its name.
        where: "" for all questions, else "slice=part".
        gain: mean gain (positive is better, whichever way the measure goes), 95 % interval.
        p_harm: of a mean gain this low or lower if the two were alike (one-sided).
        p_gain: the same for this high or higher.
        bound: the mean gain is above this, at the level asked for (one-sided); nan under one pair.
        detectable: the loss that these pairs would have shown four times in five; nan under two.
        changed: questions whose value differs.
        missing: questions that one of the two has no value for.
    """

    metric: str
    where: str
    before: float
    after: float
    gain: Estimate
    p_harm: float
    p_gain: float
    bound: float
    detectable: float
    changed: int
    missing: int

    @property
    def n(self) -> int:
        """Pairs compared."""
        return self.gain.n


def compare(
    metric: Metric,
    before: Mapping[str, float],
    after: Mapping[str, float],
    *,
    where: str = "",
    level: float = 0.05,
) -> Comparison:
    """Compare two releases by one measure.

    Args:
        metric: what is measured.
        before: question → value, of the release in service.
        after: the same of the challenger; a question it lacks counts as missing.
        where: name of the slice that the questions are of.
        level: of the one-sided bound, 0..1.
    """
    sign = 1.0 if metric.higher_is_better else -1.0
    names = sorted(before)
    old = [before[name] for name in names]
    new = [after.get(name, math.nan) for name in names]
    pairs = [(o, n) for o, n in zip(old, new, strict=True) if not (math.isnan(o) or math.isnan(n))]
    gains = np.array([sign * (n - o) for o, n in pairs], np.float64)
    found = paired([sign * o for o in old], [sign * n for n in new])
    return Comparison(
        metric=metric.name,
        where=where,
        before=sign * found.before,
        after=sign * found.after,
        gain=found.gain,
        p_harm=sign_flips(-gains),
        p_gain=sign_flips(gains),
        bound=lower_bound(gains, level),
        detectable=smallest_shown(gains),
        changed=int(np.count_nonzero(gains)),
        missing=len(names) - len(pairs),
    )


def sign_flips(gains: Floats, *, rounds: int = ROUNDS, seed: int = 0) -> float:
    """One-sided p-value of a mean gain this high, were each gain's sign a coin's toss.

    Args:
        gains: shape (n,), finite. Those that are zero change nothing and are left out.
        rounds: signs drawn when there are more than ``EXACT`` gains; all are tried otherwise.
        seed: of the draws.

    Returns:
        (1 + draws as high) / (1 + draws), so never 0; 1.0 when nothing differs.

    Source: Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 2005, ch. 3;
    the added one is Phipson & Smyth, 2010. Exact enumeration needs no such addition.
    """
    data = gains[gains != 0]
    n = len(data)
    if not n:
        return 1.0
    seen = float(data.sum()) - 1e-12
    if n <= EXACT:
        bits = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        return float(np.mean((1.0 - 2.0 * bits) @ data >= seen))
    rng = np.random.default_rng(seed)
    above, step = 0, max(1, 2_000_000 // n)
    for start in range(0, rounds, step):
        signs = rng.integers(0, 2, (min(step, rounds - start), n)) * 2 - 1
        above += int(np.count_nonzero(signs @ data >= seen))
    return (1 + above) / (1 + rounds)


def lower_bound(gains: Floats, level: float, *, rounds: int = ROUNDS, seed: int = 0) -> float:
    """What the mean gain exceeds but for a chance of ``level``: percentile bootstrap, one-sided.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13. nan for no pair.
    """
    n = len(gains)
    if not n:
        return math.nan
    rng = np.random.default_rng(seed)
    step = max(1, 2_000_000 // n)
    means = [
        gains[rng.integers(0, n, (min(step, rounds - start), n))].mean(axis=1)
        for start in range(0, rounds, step)
    ]
    return float(np.quantile(np.concatenate(means), level))


def smallest_shown(gains: Floats) -> float:
    """The mean loss that so many pairs, as spread, show four times in five at 5 % one-sided.

    (z₀.₉₅ + z₀.₈) · s / √n (Cohen, 1988, ch. 2). When nothing differs the spread is unknown, and
    the rule of three says what could hide: one question in n/3 lost outright. nan below two pairs.
    """
    n = len(gains)
    if n < 2:
        return math.nan
    spread = float(np.std(gains, ddof=1))
    return (Z_95_ONE + Z_80) * spread / math.sqrt(n) if spread else min(1.0, 3.0 / n)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given: below a level, the chance of one false is below it.

    Source: Holm, Scandinavian Journal of Statistics 6, 1979.
    """
    order = sorted(range(len(p_values)), key=lambda n: p_values[n])
    adjusted, highest = [1.0] * len(p_values), 0.0
    for rank, n in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[n]))
        adjusted[n] = highest
    return adjusted


def level_of_each(changed: Sequence[int], level: float) -> float:
    """The level at which each of several sign-flip tests may show something, ``level`` for all.

    A test with ``d`` differing pairs cannot give a p-value below 2⁻ᵈ: those that could not show
    anything do not count (Tarone, Biometrics 46, 1990). The smallest K such that at most K tests
    can reach ``level`` / K; then every test is held to ``level`` / K.

    Args:
        changed: differing pairs of each test.
        level: of all the tests together, 0..1.
    """
    least = [2.0**-count for count in changed]
    for k in range(1, len(least) + 1):
        if sum(p <= level / k for p in least) <= k:
            return level / k
    return level


def not_worse(comparison: Comparison, margin: float) -> bool:
    """Whether a mean loss beyond ``margin`` is ruled out, at the level of the comparison.

    NaN, and a comparison with missing questions, rule nothing out.
    """
    return comparison.missing == 0 and bool(comparison.bound >= -margin)

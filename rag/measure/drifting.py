"""Did something change between two samples? A p-value, and how much, for each kind of value.

All tests look for the change that does harm (a share that rose, values that fell) and are drawn
with fixed seeds; the topics of questions are compared whichever way they moved. A size of effect
stands beside each p-value: on many questions, what nobody would notice is "significant" too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS, BATCH = 5_000, 500
ENOUGH = 50  # permutations beyond what was seen: the rest cannot bring p under ENOUGH / ROUNDS

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shift:
    """What changed: ``effect`` in the unit that each function says, ``p`` one-sided."""

    statistic: float
    p: float
    effect: float


def share_rose(before: tuple[int, int], after: tuple[int, int]) -> Shift:
    """Whether a share rose; pairs are (count, of). Effect: Cohen's h, positive for a rise.

    Source: Fisher's exact test; Cohen, Statistical Power Analysis, 1988, ch. 6.
    """
    from scipy.stats import fisher_exact

    (a, n), (b, m) = before, after
    if n < 1 or m < 1:
        return Shift(math.nan, 1.0, math.nan)
    found = fisher_exact([[b, m - b], [a, n - a]], alternative="greater")
    h = 2 * math.asin(math.sqrt(b / m)) - 2 * math.asin(math.sqrt(a / n))
    return Shift(float(found.statistic), float(found.pvalue), h)


def values_fell(before: Sequence[float], after: Sequence[float]) -> Shift:
    """Whether values fell. Effect: Cliff's delta, -1..1, positive for a fall.

    Source: Mann & Whitney, 1947, with ties; Cliff, Psychological Bulletin 114, 1993.
    """
    from scipy.stats import mannwhitneyu

    old, new = _finite(before), _finite(after)
    if len(old) < 2 or len(new) < 2:
        return Shift(math.nan, 1.0, math.nan)
    found = mannwhitneyu(new, old, alternative="less")
    delta = 1 - 2 * float(found.statistic) / (len(old) * len(new))
    return Shift(float(found.statistic), float(found.pvalue), delta)


def topics_moved(before: Floats, after: Floats, *, seed: int = 0) -> tuple[Shift, list[int]]:
    """Whether two sets of unit vectors are about the same things.

    The statistic is the squared maximum mean discrepancy with a Gaussian kernel whose width is the
    median distance, and its p-value comes from permutations, fewer when it is plainly large. The
    effect is its unbiased estimate as a distance, over the two sets' own nearness: 0 for the same
    topics, 1 for nothing in common. It grows with the share of questions that are on another
    topic, more slowly the less the model tells topics apart (docs/drift.md).

    Args:
        before: shape (n, d), unit rows; its mean is taken off, for models whose vectors all lie in
            a narrow cone.
        after: shape (m, d), unit rows.
        seed: of the permutations.

    Returns:
        The shift, and the rows of ``after``, the most typical of the change first.

    Source: Gretton et al., A Kernel Two-Sample Test, JMLR 13, 2012 (the witness function orders);
    Besag & Clifford, Sequential Monte Carlo p-values, Biometrika 78, 1991 (when to stop).
    """
    n, m = len(before), len(after)
    if n < 2 or m < 2:
        return Shift(math.nan, 1.0, math.nan), []
    both = np.vstack([before, after]) - before.mean(axis=0)
    both /= np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-9)
    squared = np.maximum(0.0, 2.0 - 2.0 * (both @ both.T))
    width = float(np.median(squared[squared > 1e-9])) if (squared > 1e-9).any() else 1.0
    kernel = np.exp(-squared / width)
    np.fill_diagonal(kernel, 0.0)
    signs = np.concatenate([np.full(n, -1.0 / n), np.full(m, 1.0 / m)])
    seen = float(signs @ kernel @ signs)
    rng = np.random.default_rng(seed)
    above = done = 0
    while done < ROUNDS and above < ENOUGH:
        drawn = rng.permuted(np.tile(signs, (BATCH, 1)), axis=1)
        done += BATCH
        above += int(np.count_nonzero(np.einsum("ij,ij->i", drawn @ kernel, drawn) >= seen - 1e-12))
    within = kernel[:n, :n].sum() / (n * (n - 1)) + kernel[n:, n:].sum() / (m * (m - 1))
    apart = max(0.0, float(within - 2 * kernel[:n, n:].mean()))
    effect = math.sqrt(apart / within) if within else 0.0
    witness = kernel[n:, n:].sum(axis=1) / (m - 1) - kernel[n:, :n].sum(axis=1) / n
    order = np.argsort(-witness, kind="stable").tolist()
    return Shift(seen, (1 + above) / (1 + done), effect), order


def _finite(values: Sequence[float]) -> Floats:
    data = np.asarray(values, np.float64)
    return data[np.isfinite(data)]

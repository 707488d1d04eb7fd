"""Whether a system knows what it does not know: curves and areas over its own score.

A question is a pair (score, right): the probability that the system gave, and whether what it would
show first is right. A question that the collection does not answer is never right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.measure.intervals import Floats

BINS = 10


@dataclass(frozen=True, slots=True)
class Point:
    """Answering every question that scores at least ``score``: how many, and how many wrong."""

    score: float
    coverage: float  # share of the questions answered
    risk: float  # share of the answered that is wrong


def auroc(positive: Sequence[float] | Floats, negative: Sequence[float] | Floats) -> float:
    """Chance that an answerable question scores above an unanswerable one; ties count half.

    Nan without one of each. By ranks (Mann & Whitney, 1947): time O(n log n).
    """
    if not len(positive) or not len(negative):
        return math.nan
    above = np.sort(np.asarray(negative, np.float64))
    values = np.asarray(positive, np.float64)
    wins = np.searchsorted(above, values, "left") + np.searchsorted(above, values, "right")
    return float(wins.sum()) / 2 / (len(values) * len(above))


def risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> tuple[Point, ...]:
    """The curve of El-Yaniv & Wiener (JMLR 2010), surest first; equal scores enter together."""
    pairs = sorted(zip(scores, right, strict=True), reverse=True)
    points: list[Point] = []
    wrong = 0
    for count, (score, good) in enumerate(pairs, 1):
        wrong += not good
        if count == len(pairs) or pairs[count][0] != score:
            points.append(Point(score, count / len(pairs), wrong / count))
    return tuple(points)


def area_under_risk(rows: Floats) -> float:
    """Mean risk over all coverages (Geifman, Uziel & El-Yaniv, ICLR 2019); lower is better.

    Args:
        rows: shape (n, 2): score, and 1 where right. Equal scores share their mean risk.

    Returns:
        0 when every right answer scores above every wrong one and none is wrong; nan without rows.
    """
    if not len(rows):
        return math.nan
    ordered = rows[np.argsort(-rows[:, 0], kind="stable")]
    # equal scores in a row: every order of them counts alike, so each takes their mean
    _, group = np.unique(-ordered[:, 0], return_inverse=True)
    mean = np.bincount(group, weights=ordered[:, 1]) / np.bincount(group)
    wrong = np.cumsum(1.0 - mean[group])
    return float(np.mean(wrong / np.arange(1, len(rows) + 1)))


def calibration_error(rows: Floats, bins: int = BINS) -> float:
    """Expected calibration error: |said − true| over bins of equal width (Guo et al., ICML 2017).

    Args:
        rows: shape (n, 2): probability said, and 1 where it was so.
        bins: how many parts of [0, 1].
    """
    if not len(rows):
        return math.nan
    at = np.clip((rows[:, 0] * bins).astype(int), 0, bins - 1)
    counts = np.bincount(at, minlength=bins)
    said = np.bincount(at, weights=rows[:, 0], minlength=bins)
    true = np.bincount(at, weights=rows[:, 1], minlength=bins)
    return float(np.abs(said - true).sum() / counts.sum())

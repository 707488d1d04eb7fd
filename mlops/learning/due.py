"""When readers are not content enough to retrain: the guide's plain rule, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol

MAX_CORRECTION_RATE = 0.20  # of feedback; above, the guide retrains


class Judgement(Protocol):
    """What is needed of a feedback."""

    @property
    def rating(self) -> int: ...
    @property
    def corrected_answer(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Due:
    """Whether a retraining is due, why, and with what uncertainty; true in a condition when it is.

    Attributes:
        reasons: codes: "too_few", "low_rating", "many_corrections", "content".
        mean: of the ratings, 1..5; nan for none.
        low: 95 % interval of the mean (bootstrap, seed fixed); nan under two ratings.
        high: its other end.
        chance: probability that the mean of ten or more such ratings falls below the threshold
            although the true mean is above it: how often the plain rule fires by chance, at most.
    """

    due: bool
    reasons: tuple[str, ...]
    feedbacks: int
    mean: float
    low: float
    high: float
    correction_rate: float  # 0..1
    chance: float

    def __bool__(self) -> bool:
        return self.due


def judge(new: Sequence[Judgement], min_feedbacks: int, min_avg_rating: float) -> Due:
    """Apply the rule: enough feedback, and a low mean or many corrections.

    The rule stays as plain as the guide has it, though ten ratings fire it by chance one time in
    nine at a true mean of 3.5: the gate is what protects, this only says when to look.
    """
    ratings = [float(one.rating) for one in new]
    rate = sum(bool(one.corrected_answer) for one in new) / len(new) if new else 0.0
    mean = fmean(ratings) if ratings else math.nan
    low, high, chance = _uncertainty(ratings, min_avg_rating)
    if not ratings or len(ratings) < min_feedbacks:
        return Due(False, ("too_few",), len(new), mean, low, high, rate, chance)
    reasons = [
        code
        for code, fires in (
            ("low_rating", mean < min_avg_rating),
            ("many_corrections", rate > MAX_CORRECTION_RATE),
        )
        if fires
    ]
    return Due(
        bool(reasons), tuple(reasons) or ("content",), len(new), mean, low, high, rate, chance
    )


def _uncertainty(ratings: Sequence[float], threshold: float) -> tuple[float, float, float]:
    """Interval of the mean, and how probable a true mean at or above the threshold is."""
    if len(ratings) < 2:
        return math.nan, math.nan, math.nan
    import numpy as np

    rng = np.random.default_rng(0)
    drawn = rng.choice(np.array(ratings), (2000, len(ratings))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high), float((drawn >= threshold).mean())

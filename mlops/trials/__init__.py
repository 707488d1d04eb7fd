"""Trials: a challenger answers in silence, or a share of readers, before it answers everybody."""

from __future__ import annotations

from mlops.trials.deciding import Outcome, abandon, broken, decide, watch_ratings
from mlops.trials.records import Trial, arm_of, begin, current, last

__all__ = [
    "Outcome", "Trial", "abandon", "arm_of", "begin", "broken", "current", "decide", "last",
    "watch_ratings",
]  # fmt: skip

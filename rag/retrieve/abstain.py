"""Can the collection answer this question? A probability, from signals that mean the same for all.

Signals are absolute: fused scores are relative to one question, and useless here (DESIGN). What a
cosine is worth depends on the collection, so it is counted from what questions that have nothing
to do with photography get there (``elsewhere.txt``), measured when the release is built and kept
in it. Weights come from ``abstention.json``, fitted by ``benchmarks/abstention.py`` (its docstring
says on which questions), by logistic regression.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rag.records import Outcome

Floats = NDArray[np.float32]

ANSWER, NEAREST = "answer", "nearest"  # names of the two thresholds, on the probability
SHIFT = "shift"  # added to the logit, of this collection
ELSEWHERE, CENTERS = "elsewhere", "centers"  # arrays of a release, see rag.calibrating
BACKGROUND = ("cosine", "late")  # signals that are counted from a background: <name>.mean, .sd


@dataclass(frozen=True, slots=True)
class Signals:
    """What is measured of one question; nan for what cannot be."""

    coverage: float  # of the question's weight, the share that one of the best pages holds, 0..1
    first: float  # the same of the very best page
    present: float  # share that stands anywhere in the collection
    agree: float  # 1 when the best passage by words is among the nearest by meaning, else 0
    concepts: float  # how many words or phrases the question has
    foreign: float  # 1 when the question is not in French, else 0
    foreign_coverage: float  # coverage of such a question, 0 for a French one
    cosine: float = math.nan  # the best, in deviations from the background
    center: float = math.nan  # nearer the collection than other subjects: difference of cosines
    elsewhere: float = math.nan  # best cosine less the mean of the three nearest of elsewhere.txt
    late: float = math.nan  # best agreement piece by piece, in deviations from the background
    margin: float = math.nan  # of it over the tenth

    @property
    def case(self) -> str:
        """Which weights serve: "full", "dense" (no pieces), "lexical" (no vectors)."""
        if math.isnan(self.cosine) or math.isnan(self.elsewhere):
            return "lexical"
        return "dense" if math.isnan(self.late) else "full"


NAMES = tuple(field.name for field in fields(Signals))
OF_CASE = {  # signals that each case weighs
    "full": NAMES,
    "dense": NAMES[:-2],
    "lexical": NAMES[:7],
}


@cache
def fitted() -> Mapping[str, float]:
    """The weights and thresholds of ``abstention.json``: "full.coverage", "full.bias"."""
    text = (files("rag.retrieve") / "abstention.json").read_text("utf-8")
    return {str(name): float(value) for name, value in json.loads(text)["values"].items()}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All that decides of a refusal, as a release holds it."""

    values: Mapping[str, float]

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Thresholds:
        """What a release does not say keeps its fitted value."""
        return cls({**fitted(), **values})

    def deviations(self, name: str, value: float) -> float:
        """A raw value as deviations from this collection's background."""
        mean = self.values.get(f"{name}.mean", math.nan)
        return (value - mean) / self.values.get(f"{name}.sd", math.nan)

    def logit(self, signals: Signals) -> float:
        """How answerable, before the collection's own shift; nan when a signal of its case is."""
        case = signals.case
        total = self.values[f"{case}.bias"]
        for name in OF_CASE[case]:
            value: float = getattr(signals, name)
            total += self.values[f"{case}.{name}"] * value
        return total

    def balanced(self, signals: Signals) -> float:
        """The logit before the threshold was put where few answerable questions are lost."""
        return self.logit(signals) + self.values[f"{signals.case}.floor"]

    def probability(self, signals: Signals, taught: float = 0.0) -> float:
        """The probability that the collection answers, 0..1; 0 when it cannot be said.

        Args:
            signals: of the question.
            taught: shift of the logit that readers taught (``mlops.learning.calibration``).
        """
        logit = self.logit(signals) + self.values.get(SHIFT, 0.0) + taught
        return 0.0 if math.isnan(logit) else 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def outcome(self, probability: float) -> Outcome:
        """Answer, nearest pages or nothing."""
        if probability >= self.values[ANSWER]:
            return Outcome.ANSWER
        return Outcome.NEAREST if probability >= self.values[NEAREST] else Outcome.NOTHING


def background(values: Sequence[float]) -> tuple[float, float]:
    """Centre and spread by median and median deviation: a few answerable ones change nothing."""
    found = np.array([value for value in values if math.isfinite(value)])
    if not len(found):
        return math.nan, math.nan
    middle = float(np.median(found))
    spread = 1.4826 * float(np.median(np.abs(found - middle)))
    return middle, max(spread, 0.004)


def elsewhere() -> tuple[str, ...]:
    """Plain questions about anything but photography, written for this."""
    text = (files("rag.retrieve") / "elsewhere.txt").read_text("utf-8")
    return tuple(text.split("\n")[:-1])

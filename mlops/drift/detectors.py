"""One function a detector: what changed between the reference and the window, and three examples.

Each gives None when there is too little to compare.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mlops.drift.samples import Asked, Sample
from rag.index.release import Release
from rag.measure.drifting import Floats, Shift, share_rose, topics_moved, values_fell

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """What a detector found, before many comparisons are allowed for."""

    shift: Shift
    n_reference: int
    n_window: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What detectors are given beside the samples."""

    release: Release
    vectors: Callable[[Sequence[str]], Floats]  # unit rows
    method: str  # of the release in service


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector and its thresholds: ``effect`` in the unit of its test."""

    name: str
    run: Callable[[Sample, Sample, Context], Seen | None]
    effect: float  # smaller changes are not told
    fewest: tuple[int, int] = field(default=(40, 20))  # in the reference, in the window


def topics(before: Sample, after: Sample, context: Context) -> Seen | None:
    """Questions about other things than before."""
    old, new = ([a.question for a in side.asked] for side in (before, after))
    shift, order = topics_moved(context.vectors(old), context.vectors(new))
    return Seen(shift, len(old), len(new), _distinct(new[n] for n in order))


def vocabulary(before: Sample, after: Sample, context: Context) -> Seen | None:
    """Words that the collection does not have: share of each question's terms."""
    old, new = ([_unknown(a, context) for a in side.asked] for side in (before, after))
    raw = values_fell([-share for share in old], [-share for share in new])
    rise = float(np.mean(new)) - float(np.mean(old)) if old and new else math.nan
    rose = Shift(raw.statistic, raw.p, rise)
    order = sorted(range(len(new)), key=lambda n: -new[n])
    return Seen(rose, len(old), len(new), _distinct(after.asked[n].question for n in order))


def _unknown(asked: Asked, context: Context) -> float:
    from rag.french.analysis import analyse

    terms = analyse(asked.question)
    known = context.release.bm25.terms
    return sum(known.number(term) is None for term in terms) / len(terms) if terms else 0.0


def abstention(before: Sample, after: Sample, context: Context) -> Seen | None:
    """Questions that get no answer."""
    old, new = ([a for a in side.asked if a.outcome != "answer"] for side in (before, after))
    shift = share_rose((len(old), len(before.asked)), (len(new), len(after.asked)))
    examples = _distinct(a.question for a in reversed(new))
    return Seen(shift, len(before.asked), len(after.asked), examples)


def scores(before: Sample, after: Sample, context: Context) -> Seen | None:
    """How sure answers are; only where the method of the release in service answered."""
    old, new = (
        [a for a in side.asked if a.method == context.method != "" and not math.isnan(a.score)]
        for side in (before, after)
    )
    shift = values_fell([a.score for a in old], [a.score for a in new])
    order = sorted(new, key=lambda a: a.score)
    return Seen(shift, len(old), len(new), _distinct(a.question for a in order))


def reading(before: Sample, after: Sample, context: Context) -> Seen | None:
    """How sure the reading (OCR) of new documents is, against those that were there."""
    old, new = ([confidence for confidence, _ in side.pages] for side in (before, after))
    examples = _distinct(name for _, name in sorted(after.pages))
    return Seen(values_fell(old, new), len(old), len(new), examples)


def ratings(before: Sample, after: Sample, context: Context) -> Seen | None:
    """What readers think of the answers; effect in stars."""
    old, new = ([float(rating) for rating, _ in side.ratings] for side in (before, after))
    found = values_fell(old, new)
    fall = float(np.mean(old)) - float(np.mean(new)) if old and new else math.nan
    examples = _distinct(question for _, question in sorted(after.ratings))
    return Seen(Shift(found.statistic, found.p, fall), len(old), len(new), examples)


def _distinct(texts: Any) -> tuple[str, ...]:
    """The first three different ones."""
    return tuple(dict.fromkeys(texts))[:EXAMPLES]


DETECTORS = (
    Detector("topics", topics, 0.10),  # of 1: nothing in common
    Detector("vocabulary", vocabulary, 0.05),  # rise of the share of unknown terms
    Detector("abstention", abstention, 0.20),  # Cohen's h: 10 % to 17 %, or 30 % to 40 %
    Detector("scores", scores, 0.20),  # Cliff's delta
    Detector("reading", reading, 0.30, fewest=(20, 10)),  # Cliff's delta
    Detector("ratings", ratings, 0.30, fewest=(20, 10)),  # stars
)

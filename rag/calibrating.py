"""What refusing means in one collection, measured when its release is built.

Two parts. Arrays: the vectors of questions from elsewhere and the two centres, put into the release
so that a question can be compared with both. Thresholds: the background of the raw signals, and a
shift of the logit when questions from elsewhere, or the golden questions, show that this collection
is judged too kindly or too harshly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embed.embedder import Embedder
from rag.finding import Finder
from rag.index.dense import Floats
from rag.index.release import Release
from rag.judging import Judge
from rag.photographs import Photographs
from rag.retrieve.abstain import (
    ANSWER,
    CENTERS,
    ELSEWHERE,
    SHIFT,
    Signals,
    Thresholds,
    background,
    elsewhere,
    fitted,
)
from rag.understanding import reader_of

VERSION = "2"
STRANGERS = 0.97  # share of the questions from elsewhere that must not be answered
LOWEST = -1.5  # shift, at most
FEWEST = 20  # golden questions of each kind without which they shift nothing
REACH = 3.0  # how far golden questions may move the shift
ODDS = 2.0  # answerable questions for one that is not, as in the fit: people ask what they hope for
SHRINK = 1.0  # standard deviation of the shift that is expected before looking


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and whether the collection answers it."""

    question: str
    answerable: bool


def arrays(
    vectors: Floats, ranks: NDArray[np.bool_], query: Callable[[str], Floats]
) -> dict[str, NDArray[Any]]:
    """The vectors that a question is compared with, for ``ReleaseContent.arrays``.

    Args:
        vectors: of the chunks, unit rows, shape (chunks, width).
        ranks: which of them rank, shape (chunks,).
        query: question → unit vector.
    """
    if not ranks.any():
        return {}
    others = np.array([query(question) for question in elsewhere()], np.float32)
    centers = np.array([vectors[ranks].mean(axis=0), others.mean(axis=0)], np.float32)
    return {ELSEWHERE: others, CENTERS: centers}


def thresholds(
    release: Release, embedder: Embedder | None, golden: Sequence[Labelled] = ()
) -> dict[str, float]:
    """Measure a release that has no thresholds yet.

    Args:
        release: with the ``arrays`` above, where it has vectors.
        embedder: of its vectors.
        golden: the collection's own questions, where it has some.

    Returns:
        Everything that ``Thresholds`` needs, for ``ReleaseContent.thresholds``.
    """
    finder = Finder(release, embedder, frozenset)
    reader = reader_of(release, Photographs(release, frozenset).read_filters)
    found = [(q := reader.understand(text), finder.find(q, 1)) for text in elsewhere()]
    values = dict(fitted())
    raw = {
        "cosine": [f.dense.max() if f.dense is not None else math.nan for _, f in found],
        "late": [f.late.scores.max() if f.late is not None and len(f.late) else math.nan
                 for _, f in found],
    }  # fmt: skip
    for name, measured in raw.items():
        middle, spread = background([float(value) for value in measured])
        if not math.isnan(middle):
            values |= {f"{name}.mean": round(middle, 5), f"{name}.sd": round(spread, 5)}
    judge = Judge(finder, Thresholds.of(values))
    strangers = [judge.signals(query, f) for query, f in found]
    values[SHIFT] = round(_shift(judge.thresholds, strangers), 4)
    asked = [
        (judge.signals(q := reader.understand(g.question), finder.find(q, 10)), g.answerable)
        for g in golden
    ]
    values[SHIFT] = round(_refined(values[SHIFT], Thresholds.of(values), asked), 4)
    return values


def _shift(given: Thresholds, strangers: Sequence[Signals]) -> float:
    """Lower the logit until questions from elsewhere are refused; never raise it."""
    logits = [value for s in strangers if not math.isnan(value := given.logit(s))]
    if not logits:
        return 0.0
    floor = math.log(given.values[ANSWER] / (1 - given.values[ANSWER]))
    highest = float(np.quantile(logits, STRANGERS))
    return max(LOWEST, min(0.0, floor - highest))


def _refined(shift: float, given: Thresholds, asked: Sequence[tuple[Signals, bool]]) -> float:
    """Bring the shift to where the golden questions want it, as far as they are many.

    The most probable shift of the balanced logit under a normal prior around the first one: the
    threshold stays as far from balance as it was fitted to be. Never above the first one: what
    questions from elsewhere are refused by is not given up.
    Source: Platt scaling (1999) of the intercept alone, with shrinkage.
    """
    logits = np.array([given.balanced(signals) for signals, _ in asked])
    answers = np.array([answerable for _, answerable in asked], bool)
    known = np.isfinite(logits)
    logits, answers = logits[known], answers[known]
    if min(answers.sum(), (~answers).sum()) < FEWEST:
        return shift
    tried = np.linspace(shift - REACH, shift + REACH, 401)
    signs = np.where(answers, 1.0, -1.0)
    share = np.where(answers, ODDS / answers.sum(), 1 / (~answers).sum())
    weights = share * len(answers) / (ODDS + 1)
    loss = np.logaddexp(0, -signs * (logits + tried[:, None])) @ weights
    wanted = float(tried[np.argmin(loss + ((tried - shift) / SHRINK) ** 2 / 2)])
    return min(shift, wanted)

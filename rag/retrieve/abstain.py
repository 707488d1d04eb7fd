"""Can the collection answer this question? Decided on signals that mean the same for every one.

Two signals: the share of the question's weight (idf) that one of the best pages holds, and the
greatest cosine, counted from what questions that have nothing to do with photography get from
this very collection (cosines of e5 live between 0.78 and 0.90, and where depends on the text).
Fused scores are relative to one question, and useless here (DESIGN).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rag.records import Outcome, Verdict

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How signals become a score in 0..1, and where the three answers part; data in a release.

    score = logistic(bias + coverage_weight × coverage + cosine_weight × z), with
    z = (cosine - cosine_mean) / cosine_sd; a question in another language, or a release without
    vectors, is judged on the one signal that it has. Fitted by logistic regression (answerable
    weighted 1.25) on ``benchmarks/abstention.jsonl`` over two old books and on the sample's golden
    set: what is said of a refusal on those two is in-sample.
    """

    bias: float = -6.4
    coverage_weight: float = 5.9
    cosine_weight: float = 2.4
    lexical_bias: float = -3.8  # without vectors
    lexical_weight: float = 8.0
    foreign_bias: float = -2.0  # without coverage
    foreign_weight: float = 0.9
    cosine_mean: float = 0.80  # of the collection: set by ``calibrate``
    cosine_sd: float = 0.012
    answer: float = 0.50  # score from which it is answered
    nearest: float = 0.15  # and from which the nearest pages are worth showing as such

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Thresholds:
        """Take the known names; what a release does not say keeps its default."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: float(v) for name, v in values.items() if name in known})


def calibrate(vectors: Floats | None, embed: Callable[[str], Floats] | None) -> dict[str, float]:
    """Measure what questions from elsewhere get, to be stored in the release.

    Args:
        vectors: unit rows of the chunks that rank, shape (n, width); None without an embedder.
        embed: question → unit vector.

    Returns:
        ``cosine_mean`` and ``cosine_sd`` of their best cosines, by median and median deviation,
        so that a few which happen to be answerable change nothing; {} when there is nothing.
    """
    if vectors is None or embed is None or not len(vectors):
        return {}
    best = np.array([float((vectors @ embed(question)).max()) for question in elsewhere()])
    middle = float(np.median(best))
    spread = 1.4826 * float(np.median(np.abs(best - middle)))
    return {"cosine_mean": round(middle, 5), "cosine_sd": round(max(spread, 0.004), 5)}


def elsewhere() -> tuple[str, ...]:
    """Forty plain questions about anything but photography, written for this."""
    text = (files("rag.retrieve") / "elsewhere.txt").read_text("utf-8")
    return tuple(text.split("\n")[:-1])


def coverage(
    weights: Mapping[str, float], rows_of: Callable[[str], Sequence[int]], pages: Sequence[set[int]]
) -> float:
    """Return the largest share of the question's weight that one page holds, 0..1.

    Args:
        weights: idf of each term of the question.
        rows_of: the chunks that hold a term.
        pages: chunk rows of each of the best pages.
    """
    total = sum(weights.values())
    if total <= 0:
        return 0.0
    held = [0.0] * len(pages)
    for term, weight in weights.items():
        rows = set(rows_of(term))
        for n, page in enumerate(pages):
            if not rows.isdisjoint(page):
                held[n] += weight
    return max(held, default=0.0) / total


def decide(
    thresholds: Thresholds, *, coverage: float, cosine: float, french: bool = True
) -> Verdict:
    """Judge a question.

    Args:
        thresholds: of the release.
        coverage: 0..1, see ``coverage``.
        cosine: the greatest with any chunk that ranks; nan without an embedder.
        french: False exempts the question from coverage when there are vectors.
    """
    t = thresholds
    z = (cosine - t.cosine_mean) / t.cosine_sd
    if math.isnan(cosine):
        logit = t.lexical_bias + t.lexical_weight * coverage
    elif french:
        logit = t.bias + t.coverage_weight * coverage + t.cosine_weight * z
    else:
        logit = t.foreign_bias + t.foreign_weight * z
    score = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    signals = {"coverage": round(coverage, 4), "cosine": round(cosine, 4), "z": round(z, 3)}
    signals = {name: value for name, value in signals.items() if not math.isnan(value)}
    if score >= t.answer:
        return Verdict(Outcome.ANSWER, score, "", signals)
    if score >= t.nearest:
        return Verdict(Outcome.NEAREST, score, "weak_evidence", signals)
    return Verdict(Outcome.NOTHING, score, "nothing_found", signals)

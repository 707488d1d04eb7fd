"""Calibration of abstention from « should have answered » and « should not have ».

One number is trained: a shift of the logit, on top of what the release was calibrated with. It is
small by construction: normal prior around no change, bounded, kept only when it helps questions of
pages that it was not fitted on, and no person weighs more than ``SHARE`` of the whole.

Source: Platt scaling (1999) of the intercept alone, with shrinkage; as ``rag.calibrating``.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlops.learning.entries import EDITOR
from mlops.store import Store
from rag.engine import Engine
from rag.retrieve.abstain import ANSWER, SHIFT, Thresholds
from rag.retrieve.memory import bare

FEWEST = 10  # labels of different questions
PERSONS = 3  # that said so, unless an editor did
SHARE = 0.2  # of the weight, at most, of one person
SHRINK = 0.5  # standard deviation of the shift that is expected before looking
MOST = 1.0  # shift, at most, either way


@dataclass(frozen=True, slots=True)
class Label:
    """A question that should have been answered, or not; ``logit`` is above 0 when it is."""

    logit: float
    answerable: bool
    author: str
    page: str  # the first found: what is split on


def learn(store: Store, engine: Engine) -> dict[str, Any]:
    """Return the part of a release that holds the shift; {} for no change."""
    return fit(labels(store, engine))


def labels(store: Store, engine: Engine) -> list[Label]:
    """One label a person and question, the newest.

    Anonymous tokens, which cost nothing to change, and nobody known are one person together.
    """
    said: dict[tuple[str, str], Any] = {}
    for row in store.feedback():
        if row["wanted"] in ("answer", "refusal"):
            said[_person(row["author"] or ""), bare(row["question"])] = row
    given = Thresholds.of(engine.release.thresholds)
    floor = math.log(given.values[ANSWER] / (1 - given.values[ANSWER]))
    found = []
    for (author, _), row in sorted(said.items()):
        signals, first = engine.signals_and_page(row["question"])
        logit = given.logit(signals) + given.values.get(SHIFT, 0.0) - floor
        page = f"{first.document_id}:{first.index}" if first else ""
        if math.isfinite(logit):
            found.append(Label(logit, row["wanted"] == "answer", author, page))
    return found


def _person(author: str) -> str:
    return author if author == EDITOR or author.startswith("user:") else ""


def fit(given: Sequence[Label]) -> dict[str, Any]:
    """The shift that the labels want, or {} when they are few, of few, or it does not help."""
    authors = {label.author for label in given}
    if len(given) < FEWEST or (len(authors) < PERSONS and EDITOR not in authors):
        return {}
    weights = _weights(given)
    halves = np.array([_half(label.page) for label in given])
    if min(halves.sum(), (~halves).sum()) < FEWEST // 3:
        return {}
    logits = np.array([label.logit for label in given])
    signs = np.array([1.0 if label.answerable else -1.0 for label in given])
    gains = [
        _loss(0.0, logits[~kept], signs[~kept], weights[~kept])
        - _loss(
            _best(logits[kept], signs[kept], weights[kept]),
            logits[~kept], signs[~kept], weights[~kept],
        )
        for kept in (halves, ~halves)
    ]  # fmt: skip
    shift = round(_best(logits, signs, weights), 3)
    if not sum(gains) > 0 or abs(shift) < 0.01:
        return {}
    return {"shift": shift, "labels": len(given), "persons": len(authors)}


def _weights(given: Sequence[Label]) -> NDArray[np.float64]:
    """One a label, less for a person whose labels would weigh more than ``SHARE`` of all."""
    counts = Counter(label.author for label in given)
    cap = {a: n if a == EDITOR else min(n, max(1.0, SHARE * len(given))) for a, n in counts.items()}
    return np.array([cap[label.author] / counts[label.author] for label in given])


def _half(page: str) -> bool:
    return hashlib.sha256(page.encode()).digest()[0] % 2 == 0


def _loss(
    shift: float, logits: NDArray[np.float64], signs: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> float:  # fmt: skip
    return float((weights * np.logaddexp(0, -signs * (logits + shift))).sum())


def _best(
    logits: NDArray[np.float64], signs: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    """The most probable shift under the prior, on a grid: the same on every machine."""
    tried = np.linspace(-MOST, MOST, 401)
    losses = [_loss(float(s), logits, signs, weights) + (s / SHRINK) ** 2 / 2 for s in tried]
    return float(tried[int(np.argmin(losses))])

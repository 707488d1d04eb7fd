"""What a second look at the passages found weighs: five kinds of evidence, one sum.

Weights were fitted by a softmax over the passages of each question (cross-validated by base
question, benchmarks/questions/*-dev.jsonl and the golden set of the sample), then rounded: the
rounded ones lose nothing (docs/decisions/0007-ranking.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

COVERAGE = 2.0  # of the share of the question's concepts that the passage holds
HEADINGS = 1.5  # of the share that its headings hold
LATE = 0.5  # of the agreement piece by piece, in standard deviations
BESIDE = 0.2  # of each list, beside that, in standard deviations
WITHOUT = 0.3  # of each list where there is no such agreement
DEPTH = 100  # passages looked at again


def judge(
    lexical: Floats,
    dense: Floats | None,
    late: Floats | None,
    *,
    coverage: Floats,
    headings: Floats | None,
) -> Floats:
    """Return one score a passage, comparable within a question; all of shape (passages,).

    Args:
        lexical: 0..1 among the best by words, 0 for the others.
        dense: likewise by meaning; None without an embedder.
        late: agreement of the question's pieces; None where the release has none.
        coverage: share of what is asked that the passage holds, 0..1.
        headings: share that its headings hold; None in a release without them.
    """
    weight = WITHOUT if late is None else BESIDE
    total = COVERAGE * coverage + weight * standard(lexical)
    if dense is not None:
        total = total + weight * standard(dense)
    if late is not None:
        total = total + LATE * standard(late)
    if headings is not None:
        total = total + HEADINGS * headings
    return np.asarray(total, np.float32)


def standard(scores: Floats) -> Floats:
    """Count scores in standard deviations from their mean; equal ones all become 0."""
    spread = float(scores.std()) if len(scores) else 0.0
    if spread < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / spread, np.float32)

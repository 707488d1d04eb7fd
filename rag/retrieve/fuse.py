"""Two lists of scores become one, and ranked chunks become ranked pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

DEPTH = 100  # of each list, whose scores are normalised among themselves
FRENCH = 0.5  # weight of the dense side for a French question
FOREIGN = 0.9  # and for one in another language, whose words the documents do not hold


@dataclass(frozen=True, slots=True)
class Ranked:
    """Chunks found for a question, best first: rows and fused scores, both of shape (n,)."""

    rows: Rows
    scores: Floats


def best(scores: Floats, depth: int = DEPTH) -> Rows:
    """Return the rows of the largest scores, best first; -inf never, ties to the lower row."""
    if len(scores) > 4 * depth:  # a partition first: sorting 100,000 scores costs 10 ms
        floor = np.partition(scores, len(scores) - depth)[len(scores) - depth]
        among = np.flatnonzero(scores >= floor)
    else:
        among = np.arange(len(scores))
    order = among[np.argsort(-scores[among], kind="stable")][:depth]
    return order[np.isfinite(scores[order])]


def normalise(scores: Floats) -> Floats:
    """Bring scores to 0..1 by their own least and greatest; equal ones all become 1."""
    low, high = scores.min(), scores.max()
    if high - low < 1e-9:
        return np.ones_like(scores)
    scaled: Floats = (scores - low) / (high - low)
    return scaled


def fuse(lexical: Floats, dense: Floats | None, *, weight: float, depth: int = DEPTH) -> Ranked:
    """Rank chunks by the weighted sum of both scores, each normalised over its own best.

    Args:
        lexical: BM25 of every chunk, shape (n,); -inf for a chunk that may not rank.
        dense: cosine of every chunk, shape (n,), -inf likewise; None without an embedder.
        weight: of the dense side, 0..1; the lexical one gets the rest.
        depth: how many of each list take part.

    Returns:
        At most 2 × depth rows; a chunk absent from one list gets 0 from it.

    Source: the convex combination of Bruch, Gai & Ingber, ACM TOIS 2023 (arXiv:2210.11934), with
    min-max over the retrieved lists. Reciprocal ranks cost 0.04 MRR here.
    """
    total: dict[int, float] = {}
    found = np.where(lexical > 0, lexical, -np.inf).astype(np.float32)
    sides = [(found, 1.0 if dense is None else 1.0 - weight)]
    if dense is not None:
        sides.append((dense, weight))
    for scores, share in sides:
        rows = best(scores, depth)
        if len(rows):
            for row, score in zip(rows.tolist(), normalise(scores[rows]).tolist(), strict=True):
                total[row] = total.get(row, 0.0) + share * score
    order = sorted(total, key=lambda row: (-total[row], row))
    return Ranked(np.array(order, np.intp), np.array([total[r] for r in order], np.float32))


@dataclass(frozen=True, slots=True)
class Place:
    """A page that a chunk touches, and how far the chunk's score is that page's: 0..1."""

    document: int
    index: int
    share: float


def rank_pages(
    ranked: Ranked, places: Mapping[int, Iterable[Place]]
) -> list[tuple[Place, float, int]]:
    """Rank pages by their best chunk: (place, score, row of that chunk), best first.

    A chunk that crosses a page gives each of its pages its score times their share.
    """
    found: dict[tuple[int, int], tuple[Place, float, int]] = {}
    for row, score in zip(ranked.rows.tolist(), ranked.scores.tolist(), strict=True):
        for place in places.get(row, ()):
            key = (place.document, place.index)
            if key not in found or score * place.share > found[key][1]:
                found[key] = (place, score * place.share, row)
    return sorted(found.values(), key=lambda f: (-f[1], f[0].document, f[0].index))

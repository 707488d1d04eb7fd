"""Search over unit vectors: exact while that is quick, then by 8-bit codes and exact again.

Up to ``EXACT`` chunks one product of 32-bit numbers is quick enough (11 ms for 100,000 of width
384 on one core). Beyond, every vector is compared by its 8-bit codes, a quarter of the memory,
and the best few hundred again by the vectors themselves, which stay on disk: the first hundred
are then those of the exact search (``benchmarks/scale.py`` measures how many).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.index.arrays import mapped

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

EXACT = 200_000  # chunks up to which nothing is rounded
BLOCK = 512  # rows turned back into floats at once: they stay in the processor's cache
AGAIN = 4  # times the depth asked for that are compared exactly after the codes


def cosines(vectors: Floats, query: Floats) -> Floats:
    """Return the cosine of a question with every chunk.

    Args:
        vectors: shape (n, width), rows of unit length; n may be 0.
        query: shape (width,), unit length.

    Returns:
        Shape (n,).

    Raises:
        ValueError: the widths differ.
    """
    if vectors.shape[1] != query.shape[0]:
        raise ValueError(f"vectors of width {vectors.shape[1]}, a query of {query.shape[0]}")
    found: Floats = np.asarray(vectors @ query, np.float32)
    return found


@dataclass(frozen=True, slots=True)
class Codes:
    """Vectors rounded to 8 bits, each dimension by its own scale.

    Shapes: ``values`` (n, width), -127..127; ``scale`` (width,), what one step is worth.
    """

    values: NDArray[np.int8]
    scale: Floats

    @classmethod
    def of(cls, vectors: Floats) -> Codes:
        """Round vectors, a block at a time; shape (n, width), n may be 0."""
        largest = np.full(vectors.shape[1], 1e-12, np.float32)
        for start in range(0, len(vectors), BLOCK):
            np.maximum(largest, np.abs(vectors[start : start + BLOCK]).max(axis=0), out=largest)
        scale: Floats = np.asarray(largest / 127, np.float32)
        values = np.empty(vectors.shape, np.int8)
        for start in range(0, len(vectors), BLOCK):
            part = slice(start, start + BLOCK)
            values[part] = np.rint(vectors[part] / scale)
        return cls(values, scale)

    def save(self, folder: Path) -> None:
        """Write ``codes.*`` in an existing folder."""
        np.save(folder / "codes.values.npy", self.values)
        np.save(folder / "codes.scale.npy", self.scale)

    @classmethod
    def load(cls, folder: Path) -> Codes:
        """Open what ``save`` wrote, memory-mapped."""
        return cls(mapped(folder / "codes.values.npy"), mapped(folder / "codes.scale.npy"))

    def cosines(self, query: Floats) -> Floats:
        """Return about the cosine of a question with every chunk, shape (n,)."""
        weights = query * self.scale
        found = np.empty(len(self.values), np.float32)
        floats = np.empty((BLOCK, len(weights)), np.float32)
        for start in range(0, len(found), BLOCK):
            codes = self.values[start : start + BLOCK]
            part = floats[: len(codes)]
            part[...] = codes
            np.dot(part, weights, out=found[start : start + BLOCK])
        return found


class Dense:
    """Search by meaning among the vectors of one release; safe to share between threads.

    Args:
        vectors: opens them, shape (chunks, width), unit rows. With codes they are opened for each
            question and let go, so that the pages read for it do not pile up in memory.
        codes: the same rounded; None to compare exactly.
    """

    def __init__(self, vectors: Callable[[], Floats], codes: Codes | None = None) -> None:
        self._vectors, self._codes = vectors, codes

    def best(
        self, query: Floats, allowed: NDArray[np.bool_] | None = None, depth: int = 100
    ) -> tuple[Rows, Floats]:
        """Return the rows nearest to a question and their cosines, best first, ties by row.

        Args:
            query: shape (width,), unit length.
            allowed: which chunks may be returned, shape (chunks,); None for all.
            depth: how many at most.
        """
        if self._codes is None:
            found = cosines(self._vectors(), query)
            rows = top(_only(found, allowed), depth)
            return rows, found[rows]
        near = np.sort(top(_only(self._codes.cosines(query), allowed), AGAIN * depth))
        exact = self.cosines(query, near)
        order = top(exact, depth)
        return near[order], exact[order]

    def cosines(self, query: Floats, rows: NDArray[np.integer]) -> Floats:
        """Return the exact cosines of a question with a few chunks, shape (rows,)."""
        return cosines(self._vectors()[rows], query)


def _only(scores: Floats, allowed: NDArray[np.bool_] | None) -> Floats:
    if allowed is not None:
        np.copyto(scores, -np.inf, where=~allowed)
    return scores


def top(scores: Floats, k: int) -> Rows:
    """Return the rows of the k largest scores, best first; -inf never, ties to the lower row."""
    if k < 1:
        return np.zeros(0, np.intp)
    if len(scores) > 4 * k:  # a partition first: sorting 100,000 scores costs 10 ms
        floor = np.partition(scores, len(scores) - k)[len(scores) - k]
        among = np.flatnonzero(scores >= floor)
    else:
        among = np.arange(len(scores))
    order = among[np.argsort(-scores[among], kind="stable")][:k]
    best: Rows = order[np.isfinite(scores[order])]
    return best

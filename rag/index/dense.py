"""Exact search over unit vectors: one product, a few milliseconds for 10,000 chunks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]


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


class Dense:
    """Search by meaning among the vectors of one release.

    Args:
        vectors: shape (chunks, width), unit rows.
    """

    def __init__(self, vectors: Floats) -> None:
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self._vectors)

    def best(
        self, query: Floats, allowed: NDArray[np.bool_] | None = None, depth: int = 100
    ) -> tuple[Rows, Floats]:
        """Return the rows nearest to a question and their cosines, best first, ties by row.

        Args:
            query: shape (width,), unit length.
            allowed: which chunks may be returned, shape (chunks,); None for all.
            depth: how many at most.
        """
        found = cosines(self._vectors, query)
        if allowed is not None:
            found = np.where(allowed, found, np.float32(-np.inf))
        rows = top(found, depth)
        return rows, found[rows]

    def cosines(self, query: Floats, rows: Rows) -> Floats:
        """Return the exact cosines of a question with a few chunks, shape (rows,)."""
        return cosines(self._vectors[rows], query)


def top(scores: Floats, k: int) -> Rows:
    """Return the rows of the k largest scores, best first; -inf never, ties to the lower row."""
    if len(scores) > 4 * k:  # a partition first: sorting 100,000 scores costs 10 ms
        floor = np.partition(scores, len(scores) - k)[len(scores) - k] if k else np.inf
        among = np.flatnonzero(scores >= floor)
    else:
        among = np.arange(len(scores))
    order = among[np.argsort(-scores[among], kind="stable")][:k]
    best: Rows = order[np.isfinite(scores[order])]
    return best


def faults(vectors: Floats, tolerance: float = 1e-3) -> list[str]:
    """Say what is wrong with vectors that should be finite and of unit length."""
    found = []
    if not np.isfinite(vectors).all():
        found.append(f"{int((~np.isfinite(vectors)).any(axis=1).sum())} vectors are not finite")
    lengths = np.linalg.norm(vectors, axis=1)
    off = int((np.abs(lengths - 1) > tolerance).sum())
    if off:
        found.append(f"{off} vectors are not of unit length")
    return found

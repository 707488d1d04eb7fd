"""Late interaction: each word piece of a question finds its nearest in a passage, in context.

One vector for a whole passage blurs it; BM25 wants the same words. Here « rinçage » meets
« lavage » and "washing" by what surrounds them. Only passages already found are compared.

Source: MaxSim of Khattab & Zaharia, SIGIR 2020 (ColBERT), without its training: the states of e5
as they come, less their mean (``rag.embed.tokens`` says how they are kept in 4 bits).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

CODES, STARTS, STEPS = "tokens", "token-starts", "token-steps"  # arrays of a release


@dataclass(frozen=True, slots=True)
class Tokens:
    """The pieces of every chunk of a release.

    Attributes:
        codes: two axes a byte, each -7..7 from 8, the even one low; shape (pieces, axes / 2).
        starts: the pieces of a chunk are ``codes[starts[row]:starts[row + 1]]``.
        steps: what one step is worth on each axis, shape (axes,).
    """

    codes: NDArray[np.uint8]
    starts: NDArray[np.int64]
    steps: Floats

    def agreement(self, question: Floats, rows: NDArray[np.integer]) -> Floats:
        """Return the mean, over the question's pieces, of the nearest piece of each passage.

        Args:
            question: unit rows, shape (pieces, axes); at least one.
            rows: chunks, shape (n,).

        Returns:
            About -1..1, shape (n,); -1 for a chunk without pieces.
        """
        firsts, lengths = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        found = np.full(len(rows), -1, np.float32)
        held = lengths > 0
        if not held.any() or not len(question):
            return found
        firsts, lengths = firsts[held], lengths[held]
        codes = np.concatenate(
            [self.codes[a : a + n] for a, n in zip(firsts.tolist(), lengths.tolist(), strict=True)]
        )
        near = self.products(codes, question)
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        found[held] = np.maximum.reduceat(near, starts, axis=0).mean(axis=1)
        return found

    def products(self, codes: NDArray[np.uint8], question: Floats) -> Floats:
        """Return codes (n, axes / 2) times a question (pieces, axes): shape (n, pieces)."""
        weights = (question * self.steps).astype(np.float32)
        low = (codes & 15).astype(np.float32) @ weights[:, 0::2].T
        high = (codes >> 4).astype(np.float32) @ weights[:, 1::2].T
        products: Floats = low + high - 8 * weights.sum(axis=1)
        return products

"""How much a sentence of a passage means what is asked: word pieces against word pieces.

The release keeps a vector for each piece of its passages (``rag.embed.tokens``); those of one
sentence are compared with the question's as ``rag.retrieve.late`` compares whole passages, so
that nothing is embedded again but the question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rag.embed.cached import passage_text
from rag.embed.embedder import Embedder
from rag.embed.tokens import TokenEmbedder, with_tokens
from rag.index.release import Release
from rag.records import Hit
from rag.retrieve import late

Spans = Sequence[tuple[int, int]]
Agreement = Callable[[Hit, Spans], list[float]]
KEPT = 512  # passages whose pieces are remembered


@runtime_checkable
class Placed(Protocol):
    """An embedder that tells where its pieces stand."""

    def piece_places(self, text: str) -> list[int]:
        """Return where in a passage the word of each of its pieces begins."""


class Agreements:
    """Compares sentences of one release with questions; safe to call from several threads.

    Args:
        release: an open release.
        embedder: the one that made its vectors; without pieces, nothing is compared.
    """

    def __init__(self, release: Release, embedder: Embedder | None) -> None:
        arrays = [release.array(name) for name in (late.CODES, late.STARTS, late.STEPS)]
        codes, starts, steps = arrays
        self._tokens: late.Tokens | None = None
        if codes is not None and starts is not None and steps is not None:
            self._tokens = late.Tokens(codes, starts, steps)
        self._embedder = with_tokens(embedder)
        self._release = release
        self._places = lru_cache(maxsize=KEPT)(self._placed)

    def of(self, question: str) -> Agreement | None:
        """A hit and spans of its text → their agreement with the question; None without pieces."""
        tokens, able = self._tokens, self._embedder
        if tokens is None or able is None or not isinstance(able, Placed):
            return None
        pieces = _pieces(able, question)

        def agreement(hit: Hit, spans: Spans) -> list[float]:
            return self._compare(tokens, pieces, hit, spans)

        return agreement

    def _compare(
        self, tokens: late.Tokens, pieces: NDArray[np.float32], hit: Hit, spans: Spans
    ) -> list[float]:
        first, last = int(tokens.starts[hit.row]), int(tokens.starts[hit.row + 1])
        places = self._places(hit.row)
        if len(places) != last - first or not len(pieces):
            return [0.0] * len(spans)
        near = tokens.products(tokens.codes[first:last], pieces)
        out = []
        for start, end in spans:
            here = near[(places >= start) & (places < end)]
            out.append(float(here.max(axis=0).mean()) if len(here) else 0.0)
        return out

    def _placed(self, row: int) -> NDArray[np.int64]:
        """Where the pieces of a passage stand in its own text; headings come before, below 0."""
        chunk = self._release.chunk(row)
        text = passage_text(chunk)
        assert isinstance(self._embedder, Placed)
        places = np.array(self._embedder.piece_places(text), np.int64)
        return places - (len(text) - len(chunk.text))


def _pieces(embedder: TokenEmbedder, question: str) -> NDArray[np.float32]:
    return embedder.query_and_tokens(question)[1]

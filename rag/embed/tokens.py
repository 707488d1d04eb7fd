"""A vector for each word piece of a text, in 64 bytes: what a question's words are compared with.

The last states of e5, less their mean, stand along 128 axes that hold 86 % of their variance;
each is scaled to length 1 and rounded to 4 bits. Mean, axes and steps are data of the model
(``e5_tokens.npz``), measured once on the bundled sample: other books gave the same ranking with
them as with their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from rag.embed.embedder import Advance, Embedder, Floats
from rag.french.analysis import STOP

VERSION = "1"
Codes = NDArray[np.uint8]

_ENGLISH = frozenset(
    """a about after all am an and any are as at be been before being between but by can could did
    do does doing done down during each every for from get got had has have he her his how i if in
    into is it its just many may me might more most much must my no not of off on one only onto or
    our out over shall she should so some such than that the their them then there these they this
    those through to too under up upon us very was we were what when where which while who whom
    whose why will with without would you your""".split()  # noqa: SIM905
)
_LETTERS = re.compile(r"[^\W_]+")


class TokenEmbedder(Embedder, Protocol):
    """An embedder that gives a vector a word piece as well, out of the same pass."""

    def passages_and_tokens(
        self, texts: Sequence[str], progress: Advance | None = None
    ) -> tuple[Floats, list[Codes]]:
        """Return what ``passages`` does, and each text's codes, shape (pieces, 64)."""

    def query_and_tokens(self, text: str) -> tuple[Floats, Floats]:
        """Return what ``query`` does, and the question's pieces, shape (pieces, 128), unit rows."""

    @property
    def token_steps(self) -> Floats:
        """What one step of a code is worth on each axis, shape (128,)."""


def with_tokens(embedder: Embedder | None) -> TokenEmbedder | None:
    """Return the embedder if it gives pieces too; asked of its class, which costs nothing."""
    able = hasattr(type(embedder), "query_and_tokens")
    return cast(TokenEmbedder, embedder) if able else None


@dataclass(frozen=True, slots=True)
class Axes:
    """How states become codes. Shapes: mean (width,), axes (width, kept), steps (kept,)."""

    mean: Floats
    axes: Floats
    steps: Floats

    def project(self, states: Floats) -> Floats:
        """Return unit rows along the axes, shape (pieces, kept)."""
        seen = (states - self.mean) @ self.axes
        lengths = np.linalg.norm(seen, axis=1, keepdims=True)
        rows: Floats = np.asarray(seen / np.maximum(lengths, 1e-9), np.float32)
        return rows

    def pack(self, rows: Floats) -> Codes:
        """Round to -7..7 and put two axes in a byte, the even one low; shape (pieces, kept / 2)."""
        levels = np.clip(np.rint(rows / self.steps), -7, 7).astype(np.int8) + 8
        nibbles = levels.astype(np.uint8)
        packed: Codes = nibbles[:, 0::2] | (nibbles[:, 1::2] << 4)
        return packed


@cache
def axes() -> Axes:
    """Those of multilingual-e5-small."""
    with (files("rag.embed") / "e5_tokens.npz").open("rb") as file, np.load(file) as data:
        return Axes(
            data["mean"].astype(np.float32),
            data["axes"].astype(np.float32),
            data["steps"].astype(np.float32),
        )


def counted(pieces: Sequence[str]) -> list[int]:
    """Return which pieces are compared: those of words that say something; all if none does.

    Args:
        pieces: of one text, « ▁ » before the first of each word.
    """
    words = list(_words(pieces))
    kept = [n for word, where in words if _says_something(word) for n in where]
    return kept or [n for _, where in words for n in where]


def _words(pieces: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    word, where = "", list[int]()
    for n, piece in enumerate(pieces):
        if piece.startswith("▁") and where:
            yield word, where
            word, where = "", []
        word += piece.removeprefix("▁")
        where.append(n)
    if where:
        yield word, where


def _says_something(word: str) -> bool:
    parts = _LETTERS.findall(word.lower())
    return bool(parts) and parts[-1] not in STOP and parts[-1] not in _ENGLISH

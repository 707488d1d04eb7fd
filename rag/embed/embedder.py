"""Texts to vectors: the contract of every embedder, and the one registry of them."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import NotInstalled, SettingsError

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]
Advance = Callable[[int], None]  # told how many more texts are done


class Embedder(Protocol):
    """Turns passages and questions into unit vectors that can be compared by their product."""

    @property
    def name(self) -> str:
        """Enough to load the same model again."""

    @property
    def model_hash(self) -> str:
        """Changes whenever the same text would get another vector."""

    @property
    def width(self) -> int: ...

    def passages(self, texts: Sequence[str], progress: Advance | None = None) -> Floats:
        """Return one unit row a text, shape (n, width); ``progress`` is told as texts are done."""

    def query(self, text: str) -> Floats:
        """Return the unit vector of a question, shape (width,)."""


# name -> (module, class): the only place that knows every embedder
EMBEDDERS = {
    "e5": ("rag.embed.e5", "E5"),
    "remote": ("rag.embed.remote", "Remote"),
    "hashed": ("rag.embed.embedder", "HashedEmbedder"),
}


def load_embedder(
    name: str,
    *,
    threads: int = 1,
    url: str | None = None,
    model: str | None = None,
    key: str | None = None,
) -> Embedder | None:
    """Load an embedder by name; None means "rank by words only", and is said loudly.

    Args:
        name: one of ``EMBEDDERS``, or "none".
        threads: processor threads of a local model.
        url: where a remote model answers, e.g. ``http://127.0.0.1:11434/v1``.
        model: its name there.
        key: its API key, if it wants one.

    Raises:
        SettingsError: the name is not known, or "remote" without url and model.
    """
    if name == "none":
        log.warning("embedder 'none': questions are matched by their words only")
        return None
    if name not in EMBEDDERS:
        known = ", ".join((*EMBEDDERS, "none"))
        raise SettingsError(f"embedder {name!r} is not known. Choose one of: {known}.")
    where, what = EMBEDDERS[name]
    make = getattr(import_module(where), what)
    try:
        found: Embedder = (
            make(url=url, model=model, key=key)
            if name == "remote"
            else make(threads=threads)
            if name == "e5"
            else make()
        )
    except NotInstalled as error:
        log.warning("%s QUESTIONS ARE MATCHED BY THEIR WORDS ONLY until then.", error)
        return None
    return found


def unit(rows: Floats) -> Floats:
    """Scale rows to length 1; a row of zeros stays so."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Floats = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


class HashedEmbedder:
    """Words hashed to signed dimensions: no meaning, but texts that share words are near.

    For tests. Source: the hashing trick, Weinberger et al., ICML 2009.
    """

    def __init__(self, width: int = 64) -> None:
        self.width = width
        self.name = "hashed"
        self.model_hash = f"hashed-{width}"

    def passages(self, texts: Sequence[str], progress: Advance | None = None) -> Floats:
        rows = np.zeros((len(texts), self.width), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
                number = int.from_bytes(digest, "little")
                row[number % self.width] += 1.0 if number >> 63 else -1.0
            if not row.any():  # every word cancelled by another
                row[0] = 1.0
            if progress is not None:
                progress(1)
        return unit(rows)

    def query(self, text: str) -> Floats:
        first: Floats = self.passages([text])[0]
        return first

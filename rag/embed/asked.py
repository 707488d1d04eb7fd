"""What a question asks, apart from its words: vectors of e5 turned so that rewordings meet.

e5 puts two questions about one subject side by side, whatever they want of it; « combien » and
« pourquoi » weigh less than « fixage ». One linear map, fitted by ``benchmarks/asked.py`` on
groups of questions that people would answer alike, beside look-alikes that want another answer,
turns its vectors so that the answer wanted weighs more. The groups are of photography at large and
of no collection; what readers say never changes the map.

Source: supervised contrastive learning of a linear head over a frozen encoder (InfoNCE of van den
Oord et al., 2018, with hard negatives in the batch); unlike there, it starts from the identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

import numpy as np

from rag.embed.embedder import Embedder, Floats

FILE = "e5_asked.npz"


@dataclass(frozen=True, slots=True)
class Turn:
    """A map of question vectors. Shapes: mean (width,), weights (width, width)."""

    mean: Floats
    weights: Floats

    def __call__(self, vectors: Floats) -> Floats:
        """Turn vectors of questions, shape (n, width), into unit rows of the same shape."""
        turned = (np.asarray(vectors, np.float32) - self.mean) @ self.weights
        lengths = np.linalg.norm(turned, axis=-1, keepdims=True)
        rows: Floats = np.asarray(turned / np.maximum(lengths, 1e-9), np.float32)
        return rows


@cache
def turn() -> Turn:
    """That of multilingual-e5-small."""
    with (files("rag.embed") / FILE).open("rb") as file, np.load(file) as data:
        return Turn(data["mean"].astype(np.float32), data["weights"].astype(np.float32))


def turn_of(embedder: Embedder | None) -> Turn | None:
    """The map that goes with an embedder; None for one that has none."""
    return cast(Turn, embedder.turn) if hasattr(type(embedder), "turn") else None  # type: ignore[union-attr]

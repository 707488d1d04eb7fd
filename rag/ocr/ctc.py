"""From the recogniser's matrix to words: restricted CTC decoding, with places and confidence.

Source: greedy decoding of Graves et al., ICML 2006. Unlike RapidOCR's own: only the letters of
``rag.ocr.alphabet`` compete, the blank between words is favoured (the recogniser was trained mostly
on Chinese, which has none, and swallows them), and each word keeps its time steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

CTC_BLANK = 0  # the class that means "no new letter here"
SPACE_FAVOUR = 4.0  # measured on eight pages: blanks lost with 1, words cut with 10


@dataclass(frozen=True, slots=True)
class Letter:
    """One decoded character: where it was seen (time steps, half-open) and how surely."""

    text: str
    first: int
    last: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Classes:
    """The columns of the matrix that may come out, and what each stands for."""

    columns: npt.NDArray[np.intp]  # of the full matrix; the first is the CTC blank
    texts: tuple[str, ...]  # parallel; "" for the CTC blank

    @property
    def favour(self) -> Floats:
        """What each column is multiplied by when decoding, shape (classes,)."""
        return np.array([SPACE_FAVOUR if t == " " else 1.0 for t in self.texts], np.float32)


def choose_classes(characters: Sequence[str], alphabet: frozenset[str]) -> Classes:
    """Pick the columns to keep, from the model's own list of characters.

    Args:
        characters: the model's list, without the CTC blank (column 0) and without the space, that
            PP-OCR adds as the last column.
        alphabet: what may come out; the space always may.
    """
    kept = [(CTC_BLANK, "")]
    kept += [(i + 1, c) for i, c in enumerate(characters) if c in alphabet]
    kept.append((len(characters) + 1, " "))
    return Classes(np.array([i for i, _ in kept], np.intp), tuple(c for _, c in kept))


def decode(matrix: Floats, classes: Classes) -> list[Letter]:
    """Read one line.

    Args:
        matrix: shape (steps, classes), the kept columns of the recogniser's output, as
            probabilities over all of its classes (so rows may sum to less than 1).
        classes: what the columns stand for.

    Returns:
        Letters in order, spaces among them. The confidence of a letter is its highest probability
        within its run, taken before the space is favoured.
    """
    best = np.argmax(matrix * classes.favour, axis=1)
    edges = np.flatnonzero(np.diff(best)) + 1
    starts = np.concatenate(([0], edges))
    ends = np.concatenate((edges, [len(best)]))
    return [
        Letter(
            classes.texts[best[a]],
            int(a),
            int(b),
            min(1.0, float(matrix[a:b, best[a]].max())),
        )
        for a, b in zip(starts, ends, strict=True)
        if len(best) and best[a] != 0
    ]


def split_words(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Cut the letters of a line at its spaces; no word is empty."""
    words: list[list[Letter]] = [[]]
    for letter in letters:
        if letter.text == " ":
            words.append([])
        else:
            words[-1].append(letter)
    return [word for word in words if word]

"""The words of a collection as they are spelt there, with how often and under which term."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rag.index.arrays import mapped
from rag.index.words import Words

_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case, accents kept; no figures, no lone letter."""
    found: list[str] = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    return found


@dataclass(frozen=True, slots=True)
class Forms:
    """Distinct words, sorted; ``counts`` of each, and its row in ``Bm25.terms`` (-1: no term).

    Shapes: ``counts`` and ``terms`` (words,). Only passages that rank are counted.
    """

    words: Words
    counts: NDArray[np.int32]
    terms: NDArray[np.int32]

    def count(self, word: str) -> int:
        """How often the collection spells it so; 0 when never."""
        row = self.words.number(word)
        return 0 if row is None else int(self.counts[row])

    def spelt(self, term: int) -> list[str]:
        """The words that a term stands for, the most frequent first."""
        rows = np.flatnonzero(self.terms == term)
        return [self.words[int(row)] for row in rows[np.argsort(-self.counts[rows], kind="stable")]]


def gather(
    found: Counter[str], number: Mapping[str, int], analyse: Callable[[str], Sequence[str]]
) -> Forms:
    """Give each counted word the number of the one term that it is analysed to."""
    words = sorted(found)
    terms = []
    for word in words:
        analysed = analyse(word)
        terms.append(number.get(analysed[0], -1) if len(analysed) == 1 else -1)
    counts = np.array([found[word] for word in words], np.int32)
    return Forms(Words.of(words), counts, np.array(terms, np.int32))


def save(forms: Forms, folder: Path) -> None:
    """Write the forms as ``forms.*`` in an existing folder."""
    forms.words.save(folder / "forms.txt")
    np.save(folder / "forms.counts.npy", forms.counts)
    np.save(folder / "forms.terms.npy", forms.terms)


def load(folder: Path) -> Forms:
    """Open what ``save`` wrote, memory-mapped."""
    counts: Any = mapped(folder / "forms.counts.npy")
    return Forms(Words.load(folder / "forms.txt"), counts, mapped(folder / "forms.terms.npy"))

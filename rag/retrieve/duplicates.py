"""Copies of one text: two scans of a page, a book and its reprint. Shown once, all named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from rag.french.analysis import fold
from rag.records import Chunk

ALIKE = 0.80  # share of words in common: 0.9 between two readings with 1 % of letters wrong
SAME_FIGURES = 0.70  # a table of other figures is another table
FEWEST = 8  # words that can tell

_TOKEN = re.compile(r"[^\W\d_]{2,}|\d+")


@dataclass
class Copy:
    """One of the passages that are compared: its place in the ranking and what it says."""

    rank: int
    row: int
    chunk: Chunk
    others: list[Copy] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The best rank that a copy of this text has."""
        return min([self.rank, *(other.rank for other in self.others)])

    @cached_property
    def counted(self) -> Counted:
        """What is compared of it."""
        return _counted(self.chunk.text)


@dataclass(frozen=True, slots=True)
class Counted:
    """Words without accents and figures of a text, and how many words in all."""

    words: Counter[str]
    figures: Counter[str]
    total: int


@lru_cache(maxsize=512)
def _counted(text: str) -> Counted:
    """Count a text; kept, as a passage often comes twice."""
    tokens = Counter(_TOKEN.findall(fold(text)))
    words = Counter({token: n for token, n in tokens.items() if not token.isdigit()})
    figures = Counter(_TOKEN.findall(text))
    return Counted(
        words,
        Counter({token: n for token, n in figures.items() if token.isdigit()}),
        words.total(),
    )


def same_text(one: Copy, other: Copy) -> bool:
    """Tell whether two passages are readings of one text."""
    here, there = one.counted, other.counted
    sizes = sorted((here.total, there.total))
    if one.row == other.row or sizes[0] < FEWEST or sizes[0] < ALIKE * sizes[1]:
        return False
    return (
        jaccard(here.words, there.words) >= ALIKE
        and jaccard(here.figures, there.figures) >= SAME_FIGURES
    )


def jaccard(one: Counter[str], other: Counter[str]) -> float:
    """Shared over all, repeats counted; 1 for two empty ones."""
    shared = sum(min(one[token], other[token]) for token in one.keys() & other.keys())
    union = one.total() + other.total() - shared
    return shared / union if union else 1.0


def grouped(rows: Iterable[int], chunk: Callable[[int], Chunk], count: int) -> list[Copy]:
    """Walk down a ranking until there are ``count`` different texts.

    Args:
        rows: of chunks, best first; one may come twice (it touches two pages) and stays twice.
        chunk: opens one.
        count: of different texts wanted.

    Returns:
        The first of each text in the order of the ranking, the copy that was read best in its
        place, the rest under ``others``.
    """
    kept: list[Copy] = []
    for rank, row in enumerate(rows):
        copy = Copy(rank, row, chunk(row))
        at = next((n for n, seen in enumerate(kept) if same_text(seen, copy)), None)
        if at is None:
            if len(kept) == count:
                break
            kept.append(copy)
        elif copy.chunk.confidence > kept[at].chunk.confidence:
            worse = kept[at]
            copy.others, worse.others = [worse, *worse.others], []
            kept[at] = copy
        else:
            kept[at].others.append(copy)
    return kept

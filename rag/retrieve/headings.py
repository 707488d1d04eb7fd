"""What stands in the headings above each chunk: a title that says what is asked says where.

Terms are kept as 32-bit hashes, so that the index needs no table of its own and looking at a
hundred chunks opens none of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

TERMS, STARTS = "heading-terms", "heading-starts"  # arrays of a release


@dataclass(frozen=True, slots=True)
class Headings:
    """Hashed terms of each chunk's headings.

    Attributes:
        terms: increasing within a chunk, each once.
        starts: those of a chunk are ``terms[starts[row]:starts[row + 1]]``.
    """

    terms: NDArray[np.uint32]
    starts: NDArray[np.int64]

    def near(self, rows: NDArray[np.integer]) -> Near:
        """Return the headings of a few chunks, to be asked for many terms."""
        firsts, counts = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        which = np.repeat(np.arange(len(rows)), counts)
        at = np.arange(len(which)) + np.repeat(firsts - np.cumsum(counts) + counts, counts)
        return Near(self.terms[at], which, len(rows))


@dataclass(frozen=True, slots=True)
class Near:
    """Terms of a few chunks' headings, with the position of the chunk that each is of."""

    terms: NDArray[np.uint32]
    which: NDArray[np.int64]
    count: int

    def holds(self, term: str) -> NDArray[np.bool_]:
        """Tell in which chunks' headings a term stands, shape (chunks,)."""
        found = np.zeros(self.count, np.bool_)
        found[self.which[self.terms == hashed(term)]] = True
        return found


def index(
    paths: Iterable[Sequence[str]], analyse: Callable[[str], Sequence[str]]
) -> Mapping[str, NDArray[Any]]:
    """Return the arrays of a release for the heading paths of its chunks, by name."""
    terms, starts = list[int](), [0]
    known: dict[tuple[str, ...], list[int]] = {}
    for path in map(tuple, paths):
        if path not in known:
            known[path] = sorted({hashed(term) for heading in path for term in analyse(heading)})
        terms += known[path]
        starts.append(len(terms))
    return {TERMS: np.array(terms, np.uint32), STARTS: np.array(starts, np.int64)}


@lru_cache(maxsize=4096)
def hashed(term: str) -> int:
    """Return 32 bits that stand for a term."""
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "little")

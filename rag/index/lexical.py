"""BM25 as arrays: what each term is worth in each chunk, computed once, memory-mapped after.

Two fields, the chunk's text and the headings above it, are added before saturation, the headings
with a smaller weight (Robertson, Zaragoza & Taylor, CIKM 2004, "Simple BM25 extension to multiple
weighted fields"). Impacts are stored eagerly as bm25s does (Lù, arXiv:2407.03618): a query is a
sum of columns.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.index.arrays import mapped
from rag.index.words import Numbers, Words

Floats = NDArray[np.float32]
Rows = NDArray[np.int32]

K1 = 1.5
B = 0.75
BLOCK = 10_000  # chunks put in order at once
HEADING_WEIGHT = 0.5  # of a term in the heading path, against 1 in the text


def weigh(text: Sequence[str], headings: Sequence[str]) -> dict[str, float]:
    """Count the terms of one chunk; those of its headings count ``HEADING_WEIGHT``."""
    counts: dict[str, float] = defaultdict(float)
    for term in text:
        counts[term] += 1
    for term in headings:
        counts[term] += HEADING_WEIGHT
    return counts


def inverse_frequency(found_in: int, among: int) -> float:
    """Weight of a term found in ``found_in`` of ``among`` chunks; never negative.

    Source: Lucene's BM25Similarity, ln(1 + (N - n + 0.5) / (n + 0.5)).
    """
    return math.log(1 + (among - found_in + 0.5) / (found_in + 0.5))


@dataclass(frozen=True, slots=True)
class Bm25:
    """The postings of every term: rows[starts[t]:starts[t + 1]] and their impacts.

    Shapes: ``starts`` (terms + 1,), ``rows`` and ``impacts`` (postings,), ``idf`` (terms,).
    """

    terms: Words  # sorted
    starts: NDArray[np.int64]
    rows: Rows
    impacts: Floats
    idf: Floats
    size: int  # chunks, ranking or not
    ranked: int  # chunks that were indexed

    @property
    def number(self) -> Mapping[str, int]:
        """Row of each term in ``terms``; a look-up takes about 10 µs."""
        return Numbers(self.terms)

    def weight(self, term: str) -> float:
        """Inverse frequency of a term; a term that is nowhere weighs the most."""
        n = self.terms.number(term)
        return inverse_frequency(0, self.ranked) if n is None else float(self.idf[n])

    def postings(self, term: str) -> tuple[Rows, Floats]:
        """The chunks that hold a term, increasing, and its impact on each: views, not copies."""
        n = self.terms.number(term)
        part = slice(0, 0) if n is None else slice(self.starts[n], self.starts[n + 1])
        return self.rows[part], self.impacts[part]

    def worth(self, term: str, rows: NDArray[np.integer]) -> Floats:
        """Impact of a term on a few chunks, 0 where it does not stand; shape (rows,).

        Found by halving: what it costs does not grow with how common the term is.
        """
        holders, impacts = self.postings(term)
        if not len(holders):
            return np.zeros(len(rows), np.float32)
        at = np.minimum(np.searchsorted(holders, rows), len(holders) - 1)
        return np.where(holders[at] == rows, impacts[at], np.float32(0))

    def rows_of(self, term: str) -> Rows:
        """The chunks that hold a term, increasing."""
        return self.postings(term)[0]

    def scores(self, terms: Iterable[str]) -> Floats:
        """Return the score of every chunk, shape (size,); 0 where no term stands.

        A term asked twice counts once: people repeat a word for grammar, not for weight.
        """
        total = np.zeros(self.size, np.float32)
        for term in dict.fromkeys(terms):
            rows, impacts = self.postings(term)
            total[rows] += impacts
        return total


class Indexer:
    """Takes chunks one at a time, as weighted term counts; empty ones are not indexed.

    What is kept of a chunk is eight bytes a term, so that a million chunks fit in memory.

    Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009, eq. 3.15 with
    k1 = 1.5, b = 0.75.
    """

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._terms = array("i")
        self._counts = array("f")
        self._sizes = array("i")
        self._lengths = array("d")

    def add(self, chunk: Mapping[str, float]) -> None:
        """Take the next chunk."""
        number = self._number
        self._terms.extend([number.setdefault(term, len(number)) for term in chunk])
        self._counts.extend(chunk.values())
        self._sizes.append(len(chunk))
        self._lengths.append(sum(chunk.values()))

    def finish(self) -> Bm25:
        """Return the postings, by term then row."""
        lengths = np.array(self._lengths, np.float64)
        ranked = int((lengths > 0).sum())
        mean = float(lengths.sum() / ranked) if ranked else 1.0
        words = sorted(self._number)
        place = np.zeros(len(words), np.int32)  # from the order of meeting to that of spelling
        place[[self._number[word] for word in words]] = np.arange(len(words), dtype=np.int32)
        terms = place[np.frombuffer(self._terms, np.int32)] if words else np.zeros(0, np.int32)
        found = np.bincount(terms, minlength=len(words))
        idf = np.array([inverse_frequency(int(n), ranked) for n in found], np.float32)
        starts = np.concatenate(([0], np.cumsum(found))).astype(np.int64)
        saturation = K1 * (1 - B + B * lengths / mean)
        rows, impacts = self._sorted(terms, starts, saturation, idf)
        return Bm25(Words.of(words), starts, rows, impacts, idf, len(lengths), ranked)

    def _sorted(
        self, terms: Rows, starts: NDArray[np.int64], saturation: NDArray[np.float64], idf: Floats
    ) -> tuple[Rows, Floats]:
        """Put postings met by chunk in order of term, a block of chunks at a time."""
        rows, impacts = np.empty(len(terms), np.int32), np.empty(len(terms), np.float32)
        following = starts[:-1].copy()
        bounds = np.concatenate(([0], np.cumsum(self._sizes, dtype=np.int64))).astype(np.int64)
        for first in range(0, len(self._sizes), BLOCK):
            after = min(first + BLOCK, len(self._sizes))
            part = slice(bounds[first], bounds[after])
            owners = np.repeat(np.arange(first, after), np.diff(bounds[first : after + 1]))
            counts = np.array(self._counts[part], np.float64)
            worth = (counts * (K1 + 1) / (counts + saturation[owners])).astype(np.float32)
            order = np.argsort(terms[part], kind="stable")
            here = terms[part][order]
            met, begin, times = np.unique(here, return_index=True, return_counts=True)
            at = np.arange(len(here)) + np.repeat(following[met] - begin, times)
            rows[at], impacts[at] = owners[order], worth[order] * idf[here]
            following[met] += times
        return rows, impacts


def index(chunks: Iterable[Mapping[str, float]]) -> Bm25:
    """Build the postings of chunks given as weighted term counts."""
    indexer = Indexer()
    for chunk in chunks:
        indexer.add(chunk)
    return indexer.finish()


def save(bm25: Bm25, folder: Path) -> None:
    """Write the arrays as ``lexical.*`` in an existing folder."""
    bm25.terms.save(folder / "lexical.terms.txt")
    for name in ("starts", "rows", "impacts", "idf"):
        np.save(folder / f"lexical.{name}.npy", getattr(bm25, name))


def load(folder: Path, *, size: int, ranked: int) -> Bm25:
    """Open what ``save`` wrote, memory-mapped."""
    return Bm25(
        terms=Words.load(folder / "lexical.terms.txt"),
        starts=mapped(folder / "lexical.starts.npy"),
        rows=mapped(folder / "lexical.rows.npy"),
        impacts=mapped(folder / "lexical.impacts.npy"),
        idf=mapped(folder / "lexical.idf.npy"),
        size=size,
        ranked=ranked,
    )

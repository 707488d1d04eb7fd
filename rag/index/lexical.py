"""BM25 as arrays: what each term is worth in each chunk, computed once, memory-mapped after.

Two fields, the chunk's text and the headings above it, are added before saturation, the headings
with a smaller weight (Robertson, Zaragoza & Taylor, CIKM 2004, "Simple BM25 extension to multiple
weighted fields"). Impacts are stored eagerly as bm25s does (Lù, arXiv:2407.03618): a query is a
sum of columns.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int32]

K1 = 1.5
B = 0.75
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


@dataclass(frozen=True)
class Bm25:
    """The postings of every term: rows[starts[t]:starts[t + 1]] and their impacts.

    Shapes: ``starts`` (terms + 1,), ``rows`` and ``impacts`` (postings,), ``idf`` (terms,).
    """

    terms: Sequence[str]  # sorted
    starts: NDArray[np.int64]
    rows: Rows
    impacts: Floats
    idf: Floats
    size: int  # chunks, ranking or not
    ranked: int  # chunks that were indexed

    @cached_property
    def number(self) -> Mapping[str, int]:
        return {term: n for n, term in enumerate(self.terms)}

    def weight(self, term: str) -> float:
        """Inverse frequency of a term; a term that is nowhere weighs the most."""
        n = self.number.get(term)
        return inverse_frequency(0, self.ranked) if n is None else float(self.idf[n])

    def rows_of(self, term: str) -> Rows:
        """The chunks that hold a term, increasing."""
        n = self.number.get(term)
        if n is None:
            return np.zeros(0, np.int32)
        return self.rows[self.starts[n] : self.starts[n + 1]]

    def scores(self, terms: Iterable[str]) -> Floats:
        """Return the score of every chunk, shape (size,); 0 where no term stands.

        A term asked twice counts once: people repeat a word for grammar, not for weight.
        """
        total = np.zeros(self.size, np.float32)
        for term in dict.fromkeys(terms):
            n = self.number.get(term)
            if n is not None:
                part = slice(self.starts[n], self.starts[n + 1])
                total[self.rows[part]] += self.impacts[part]
        return total


def index(chunks: Iterable[Mapping[str, float]]) -> Bm25:
    """Build the postings of chunks given as weighted term counts; empty ones are not indexed.

    Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009, eq. 3.15 with
    k1 = 1.5, b = 0.75.
    """
    counts = [dict(chunk) for chunk in chunks]
    lengths = np.array([sum(chunk.values()) for chunk in counts], np.float64)
    ranked = int((lengths > 0).sum())
    mean = float(lengths.sum() / ranked) if ranked else 1.0
    postings: dict[str, list[tuple[int, float]]] = {}
    for row, chunk in enumerate(counts):
        saturation = K1 * (1 - B + B * lengths[row] / mean)
        for term, count in chunk.items():
            impact = count * (K1 + 1) / (count + saturation)
            postings.setdefault(term, []).append((row, impact))
    return _arrays(postings, len(counts), ranked)


def _arrays(postings: Mapping[str, list[tuple[int, float]]], size: int, ranked: int) -> Bm25:
    terms = sorted(postings)
    idf = np.array([inverse_frequency(len(postings[t]), ranked) for t in terms], np.float32)
    found = [len(postings[term]) for term in terms]
    flat = [pair for term in terms for pair in postings[term]]
    rows = np.array([row for row, _ in flat], np.int32)
    impacts = np.array([impact for _, impact in flat], np.float32) * np.repeat(idf, found)
    starts = np.concatenate(([0], np.cumsum(found))).astype(np.int64)
    return Bm25(terms, starts, rows, impacts.astype(np.float32), idf, size, ranked)


def save(bm25: Bm25, folder: Path) -> None:
    """Write the arrays as ``lexical.*`` in an existing folder."""
    (folder / "lexical.terms.txt").write_bytes(
        "\n".join(bm25.terms).encode("utf-8", "surrogatepass")
    )
    np.save(folder / "lexical.starts.npy", bm25.starts)
    np.save(folder / "lexical.rows.npy", bm25.rows)
    np.save(folder / "lexical.impacts.npy", bm25.impacts)
    np.save(folder / "lexical.idf.npy", bm25.idf)


def load(folder: Path, *, size: int, ranked: int) -> Bm25:
    """Open what ``save`` wrote, memory-mapped; the terms are read (a few hundred kB)."""
    text = (folder / "lexical.terms.txt").read_bytes().decode("utf-8", "surrogatepass")
    return Bm25(
        terms=text.split("\n") if text else [],
        starts=np.load(folder / "lexical.starts.npy"),
        rows=mapped(folder / "lexical.rows.npy"),
        impacts=mapped(folder / "lexical.impacts.npy"),
        idf=np.load(folder / "lexical.idf.npy"),
        size=size,
        ranked=ranked,
    )


def mapped(path: Path) -> Any:
    """Open a ``.npy`` file without reading it; an empty array cannot be mapped and is read."""
    empty = path.stat().st_size <= 128  # the header alone
    return np.load(path, mmap_mode=None if empty else "r", allow_pickle=False)

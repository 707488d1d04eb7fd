"""How well each passage says what is asked, in its words or in others: BM25 over concepts.

A concept counts once, by the best of its variants in the passage: five synonyms are no better
than the word itself. A variant that was not typed weighs less, and never more than the typed word
would: a rare synonym cannot drown the exact word (Query.concepts gives the weights).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.records import Concept, Origin
from rag.retrieve.fuse import Scored

Floats = NDArray[np.float32]
Rows = NDArray[np.int32]


class Postings(Protocol):
    """What is needed of ``rag.index.lexical.Bm25``."""

    @property
    def size(self) -> int: ...
    def postings(self, term: str) -> tuple[Rows, Floats]: ...
    def weight(self, term: str) -> float: ...
    def worth(self, term: str, rows: NDArray[np.integer]) -> Floats: ...


class ConceptScorer:
    """Sums concepts over postings; what a question does not touch costs nothing.

    Safe between threads: each has its own two accumulators of one number a chunk.
    """

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._own = threading.local()

    def score(
        self, concepts: Sequence[Concept], allowed: NDArray[np.bool_] | None, depth: int
    ) -> Scored:
        """Return the best passages for a question's concepts, best first.

        Args:
            concepts: of the question; one met twice counts once.
            allowed: which chunks may rank, shape (chunks,); None for all.
            depth: how many at most.
        """
        total = self._accumulator("total")
        touched = [
            rows for concept in dict.fromkeys(concepts) for rows in self._add(concept, total)
        ]
        found = [_taken(total, rows) for rows in touched]
        if not found:
            return Scored.none()
        rows, scores = (np.concatenate(parts) for parts in zip(*found, strict=True))
        if allowed is not None:
            kept = allowed[rows]
            rows, scores = rows[kept], scores[kept]
        return Scored.best(rows, scores, depth)

    def coverage(self, concepts: Sequence[Concept], rows: NDArray[np.integer]) -> Floats:
        """Return the share of what is asked that each of a few passages holds, 0..1."""
        return share_held(
            concepts, self._postings.weight, lambda term: self._postings.worth(term, rows) > 0
        )

    def _add(self, concept: Concept, total: Floats) -> Iterator[Rows]:
        """Add a concept to the total: of each chunk, its best variant there."""
        ways = list(self._ways(concept))
        if len(ways) == 1:
            rows, scores = ways[0]
            total[rows] += scores
            yield rows
            return
        best = self._accumulator("best")
        for rows, scores in ways:
            best[rows] = np.maximum(best[rows], scores)
        for rows, _ in ways:  # a row met again adds the zero that was left there
            total[rows] += best[rows]
            best[rows] = 0
            yield rows

    def _ways(self, concept: Concept) -> Iterator[tuple[Rows, Floats]]:
        """Return the chunks and scores of each variant that stands somewhere."""
        ceiling = sum(map(self._worth, _typed(concept)))
        for variant in concept.variants:
            if variant.origin is Origin.TYPED:  # every typed word counts, even alone
                rows, scores = self._sum(variant.terms)
                factor = variant.weight
            else:
                rows, scores = self._together(variant.terms)
                worth = sum(self._worth(term) for term in variant.terms)
                factor = variant.weight * (min(1.0, ceiling / worth) if ceiling and worth else 1.0)
            if len(rows):
                yield rows, scores * np.float32(factor)

    def _worth(self, term: str) -> float:
        """Inverse frequency of a term; 0 for one that stands nowhere."""
        return self._postings.weight(term) if len(self._postings.postings(term)[0]) else 0.0

    def _sum(self, terms: Sequence[str]) -> tuple[Rows, Floats]:
        """Return the chunks that hold any of the terms, and the sum of what they hold."""
        lists = [self._postings.postings(term) for term in dict.fromkeys(terms)]
        if len(lists) == 1:
            return lists[0]
        total = self._accumulator("sum")
        for rows, impacts in lists:
            total[rows] += impacts
        found = [_taken(total, rows) for rows, _ in lists]
        return np.concatenate([r for r, _ in found]), np.concatenate([s for _, s in found])

    def _together(self, terms: Sequence[str]) -> tuple[Rows, Floats]:
        """Return the chunks that hold all of the terms, and the sum of their impacts."""
        lists = [self._postings.postings(term) for term in dict.fromkeys(terms)]
        lists.sort(key=lambda found: len(found[0]))  # the rarest first: the others only narrow it
        rows, scores = lists[0]
        for others, impacts in lists[1:]:
            at = np.searchsorted(others, rows)
            both = at < len(others)
            both[both] = others[at[both]] == rows[both]
            rows, scores = rows[both], scores[both] + impacts[at[both]]
        return rows, scores

    def _accumulator(self, name: str) -> Floats:
        """Return this thread's own array of that name, all zeros between two questions."""
        found: Floats | None = getattr(self._own, name, None)
        if found is None:
            found = np.zeros(self._postings.size, np.float32)
            setattr(self._own, name, found)
        return found


def share_held(
    concepts: Sequence[Concept],
    weight: Callable[[str], float],
    holds: Callable[[str], NDArray[np.bool_]],
) -> Floats:
    """Return the share of what is asked that each passage holds, 0..1; (1,) zero for nothing.

    Args:
        concepts: each weighs what the rarest of its typed terms does.
        weight: inverse frequency of a term.
        holds: which passages hold a term, shape (passages,).
    """
    held, total = np.zeros(1, np.float32), 0.0
    for concept in dict.fromkeys(concepts):
        own = max((weight(t) for t in _typed(concept)), default=0.0)
        best = np.zeros(1, np.float32)
        for variant in concept.variants:
            stands = np.array([holds(term) for term in variant.terms])
            some = stands.mean(axis=0) if variant.origin is Origin.TYPED else stands.all(axis=0)
            best = np.maximum(best, np.float32(variant.weight) * some.astype(np.float32))
        held, total = held + np.float32(own) * best, total + own
    return np.asarray(held / total if total else held, np.float32)


def _typed(concept: Concept) -> list[str]:
    return [t for v in concept.variants if v.origin is Origin.TYPED for t in v.terms]


def _taken(total: Floats, rows: Rows) -> tuple[Rows, Floats]:
    """Take what was added at some rows and leave zeros; a row already taken is left out."""
    scores = total[rows]
    total[rows] = 0
    if scores.all():
        return rows, scores
    kept = scores > 0
    return rows[kept], scores[kept]

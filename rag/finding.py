"""From a query to ranked passages and pages, in one release."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embed.embedder import Embedder
from rag.index.dense import Floats, cosines
from rag.index.release import Release
from rag.records import Hit, PageHit, Query
from rag.retrieve import fuse
from rag.retrieve.fuse import Place, Ranked

EXCERPT = 240  # characters


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a query, and the raw scores that it comes from."""

    ranked: Ranked
    pages: tuple[tuple[Place, float, int], ...]  # place, score, row of its best chunk
    lexical: Floats  # of every chunk, -inf for one that may not rank; shape (chunks,)
    dense: Floats | None  # cosines, likewise


class Finder:
    """Ranks the passages of one release; safe to call from several threads.

    Args:
        release: an open release.
        embedder: the one that made its vectors; None to rank by words only.
        removed: asked at every question for the documents that were deleted.
    """

    def __init__(
        self, release: Release, embedder: Embedder | None, removed: Callable[[], frozenset[str]]
    ) -> None:
        self.release = release
        self._embedder = embedder
        self._removed = removed
        self._places, self._rows = _pages_of(release)

    def find(self, query: Query, k: int) -> Found:
        """Rank every passage that may answer; never empty-handed while there is one."""
        allowed = self._allowed()
        lexical = np.where(allowed, self.release.bm25.scores(query.terms), -np.inf)
        lexical = lexical.astype(np.float32)
        dense = self._dense(query.standalone, allowed)
        weight = fuse.FRENCH if query.language == "fr" else fuse.FOREIGN
        ranked = fuse.fuse(lexical, dense, weight=weight)
        if not len(ranked.rows):  # lexical only, and no term known: any page rather than none
            rows = np.flatnonzero(allowed)[:k]
            ranked = Ranked(rows, np.zeros(len(rows), np.float32))
        return Found(ranked, tuple(fuse.rank_pages(ranked, self._places)), lexical, dense)

    def rows_of(self, place: Place) -> set[int]:
        """The chunks that touch a page."""
        return self._rows[place.document, place.index]

    def hits(self, found: Found, count: int) -> tuple[Hit, ...]:
        """The best passages, opened."""
        return tuple(self._hit(found, n) for n in range(len(found.ranked.rows[:count])))

    def page_hits(self, found: Found, count: int) -> tuple[PageHit, ...]:
        """The best pages, with the beginning of what was found there."""
        return tuple(self._page_hit(*page) for page in found.pages[:count])

    def _allowed(self) -> NDArray[np.bool_]:
        """Chunks that may rank, those of deleted documents left out."""
        allowed = self.release.ranks.copy()
        for document_id in self._removed():
            number = self.release.numbers.get(document_id)
            if number is not None:
                allowed[self.release.page_map.rows_of_document(number)] = False
        return allowed

    def _dense(self, question: str, allowed: NDArray[np.bool_]) -> Floats | None:
        vectors = self.release.vectors
        if self._embedder is None or vectors is None or not len(vectors):
            return None
        found = cosines(vectors, self._embedder.query(question))
        return np.where(allowed, found, -np.inf).astype(np.float32)

    def _hit(self, found: Found, n: int) -> Hit:
        row = int(found.ranked.rows[n])
        return Hit(
            row=row,
            chunk=self.release.chunk(row),
            score=float(found.ranked.scores[n]),
            lexical=float(found.lexical[row]),
            dense=math.nan if found.dense is None else float(found.dense[row]),
        )

    def _page_hit(self, place: Place, score: float, row: int) -> PageHit:
        source = self.release.sources[place.document]
        chunk = self.release.chunk(row)
        start = min(p.start for p in chunk.pieces if p.index == place.index)
        text = chunk.text[start : start + EXCERPT]
        shown = text.rsplit(" ", 1)[0] + " …" if len(chunk.text) > start + EXCERPT else text
        return PageHit(source.document_id, source.name, place.index, score, shown)


def _pages_of(
    release: Release,
) -> tuple[Mapping[int, list[Place]], Mapping[tuple[int, int], set[int]]]:
    """Pages of each chunk with their share, and chunks of each page."""
    letters: dict[int, list[tuple[int, int, int]]] = {}
    rows: dict[tuple[int, int], set[int]] = {}
    for row, document, index, count in release.page_map.places.tolist():
        letters.setdefault(row, []).append((document, index, count))
        rows.setdefault((document, index), set()).add(row)
    places = {
        row: [Place(d, i, count / max(c for _, _, c in touched)) for d, i, count in touched]
        for row, touched in letters.items()
    }
    return places, rows

"""From a query to ranked passages and pages, in one release.

Two lists, by words (``rag.retrieve.concepts``) and by meaning (``rag.index.dense``), are fused;
their best are compared with the question piece by piece (``rag.retrieve.late``), and by a
reranker where one is configured. Nothing here walks over every chunk in Python: a million of them
cost a few passes over arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.embed.embedder import Embedder
from rag.embed.tokens import with_tokens
from rag.index.dense import Floats
from rag.index.release import Release
from rag.records import Chunk, Concept, Filters, Hit, PageHit, Query, Recalled
from rag.remembering import memory_of
from rag.retrieve import fuse, headings, late, masks, order
from rag.retrieve.concepts import ConceptScorer, share_held
from rag.retrieve.duplicates import Copy, grouped
from rag.retrieve.fuse import Place, Ranked, Scored
from rag.retrieve.memory import Entry, brought_forward
from rag.retrieve.neighbours import around
from rag.retrieve.rerank import Reranker, reranked

EXCERPT = 240  # characters


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a query, and the raw scores that it comes from."""

    ranked: Ranked
    pages: tuple[tuple[Place, float, int], ...]  # place, score, row of its best chunk
    lexical: Scored  # BM25 over concepts
    dense: Scored | None  # cosines
    late: Scored | None = None  # agreement of the question's pieces with each passage compared
    vector: Floats | None = None  # of the question
    notes: tuple[tuple[str, str], ...] = ()  # ("reranker", why it was not heard)
    recalled: Recalled | None = None  # the validated answer that brought a page forward


class Finder:
    """Ranks the passages of one release; safe to call from several threads.

    Args:
        release: an open release.
        embedder: the one that made its vectors; None to rank by words only.
        removed: asked at every question for the documents that were deleted.
        withdrawn: the same for the validated answers that were taken back.
        reranker: a model that judges question and passage together; usually none.
    """

    def __init__(
        self,
        release: Release,
        embedder: Embedder | None,
        removed: Callable[[], frozenset[str]],
        reranker: Reranker | None = None,
        *,
        withdrawn: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self._withdrawn = withdrawn
        self.release = release
        self._embedder = embedder
        self._removed = removed
        self._reranker = reranker
        self._lexical = ConceptScorer(release.bm25)
        self._memory = memory_of(release, embedder)

    def find(self, query: Query, k: int) -> Found:
        """Rank every passage that may answer; never empty-handed while there is one."""
        allowed = self._allowed(query.filters)
        vector, pieces = self._embedded(query.standalone)
        lexical = self._lexical.score(query.concepts, allowed, fuse.DEPTH)
        dense = None
        if vector is not None and self.release.dense is not None:
            dense = Scored(*self.release.dense.best(vector, allowed, fuse.DEPTH))
        weight = fuse.BOTH if query.language in fuse.KNOWN else fuse.FOREIGN
        ranked = fuse.fuse(lexical, dense, weight=weight)
        if not len(ranked):  # lexical only, and no term known: any page rather than none
            rows = np.flatnonzero(allowed)[:k]
            ranked = Ranked(rows, np.zeros(len(rows), np.float32))
        ranked, agreed = self._judged(query, ranked, lexical, dense, pieces)
        ranked, notes = reranked(self._reranker, query.standalone, ranked, self.release.chunk)
        pages = tuple(fuse.rank_pages(ranked, self.release.page_map))
        found = Found(ranked, pages, lexical, dense, agreed, vector, notes)
        return self._remembering(query, found, allowed)

    def _remembering(self, query: Query, found: Found, allowed: NDArray[np.bool_]) -> Found:
        """The same with the page of a validated answer brought forward, where one is meant."""
        memory = self._memory
        if memory is None or query.filters.photo:
            return found
        scores = {(p.document, p.index): score for p, score, _ in found.pages}
        best = max(scores.values(), default=0.0)

        def behind(entry: Entry) -> float:
            number = self.release.numbers[entry.document_id]
            score = scores.get((number, entry.index), 0.0)
            return score / best - 1 if best > 0 else -1.0

        recalled = memory.recall(
            query, found.vector, allowed=allowed, score_of=behind, without=self._withdrawn()
        )
        if recalled is None:
            return found
        entry = memory.entry(recalled.entry_id)
        place = Place(self.release.numbers[entry.document_id], entry.index, 1.0)
        ahead = [(p.document, p.index) for p, _, _ in found.pages[: recalled.place + 1]]
        if not recalled.sure and (place.document, place.index) in ahead:
            return found  # it brings nothing forward
        ranked, pages = brought_forward(found.ranked, found.pages, entry, place, recalled.place)
        return replace(found, ranked=ranked, pages=pages, recalled=recalled)

    def coverage(self, query: Query, rows: NDArray[np.intp]) -> Floats:
        """Return the share of a question that each of some passages holds, 0..1."""
        return self._lexical.coverage(query.concepts, rows)

    def rows_of(self, place: Place) -> set[int]:
        """The chunks that touch a page."""
        return set(self.release.page_map.rows_of(place.document, place.index).tolist())

    def hits(self, found: Found, count: int) -> tuple[Hit, ...]:
        """The best passages, opened, copies of one text left out but the best read."""
        copies = grouped(found.ranked.rows.tolist(), self.release.chunk, count)
        cosines = self._cosines(found, [copy.row for copy in copies])
        return tuple(self._hit(found, c, d) for c, d in zip(copies, cosines, strict=True))

    def page_hits(self, found: Found, count: int) -> tuple[PageHit, ...]:
        """The best pages, with the beginning of what was found there; copies are named there."""
        copies = grouped((row for _, _, row in found.pages), self.release.chunk, count)
        return tuple(self._page_hit(found, copy) for copy in copies)

    def _allowed(self, filters: Filters) -> NDArray[np.bool_]:
        """Chunks that may rank: not those of deleted documents, nor what the filters leave out."""
        allowed = self.release.ranks
        numbers = [self.release.numbers.get(document_id) for document_id in self._removed()]
        gone = [number for number in numbers if number is not None]
        of_chunk = self.release.page_map.documents
        if gone:
            kept = np.ones(len(self.release.sources), np.bool_)
            kept[gone] = False
            allowed = allowed & kept[of_chunk]
        if not filters.empty:
            facts = self.release.extra("facts", {})
            allowed = allowed & masks.documents(filters, self.release.sources, facts)[of_chunk]
            if filters.min_confidence > 0:
                allowed &= self.release.confidences >= filters.min_confidence
        return allowed

    def _tokens(self) -> late.Tokens | None:
        """Open the word pieces: for each question, so that what is read of gigabytes is let go."""
        arrays = [self.release.array(name) for name in (late.CODES, late.STARTS, late.STEPS)]
        codes, starts, steps = arrays
        if codes is None or starts is None or steps is None:
            return None
        return late.Tokens(codes, starts, steps)

    def _embedded(self, question: str) -> tuple[Floats | None, Floats | None]:
        """The vector of a question, and those of its pieces where the release has such."""
        if self._embedder is None or not self.release.counts["vectors"]:
            return None, None
        if self.release.holds(late.CODES) and (able := with_tokens(self._embedder)) is not None:
            return able.query_and_tokens(question)
        return self._embedder.query(question), None

    def _judged(
        self,
        query: Query,
        ranked: Ranked,
        lexical: Scored,
        dense: Scored | None,
        pieces: Floats | None,
    ) -> tuple[Ranked, Scored | None]:
        """Look at the first passages again, with everything that is known of them."""
        rows = ranked.rows[: order.DEPTH]
        said = query.language in fuse.KNOWN  # else its words say nothing about French pages
        concepts = query.concepts if said else ()
        tokens = None if pieces is None else self._tokens()
        agreement = None if tokens is None or pieces is None else tokens.agreement(pieces, rows)
        scores = order.judge(
            lexical.among(rows) if said else np.zeros(len(rows), np.float32),
            None if dense is None else dense.among(rows),
            agreement,
            coverage=self._lexical.coverage(concepts, rows),
            headings=self._headed(concepts, rows),
        )
        agreed = None if agreement is None else Scored.best(rows, agreement, len(rows))
        return fuse.rescore(ranked, scores, weight=1.0), agreed

    def _headed(self, concepts: Sequence[Concept], rows: NDArray[np.intp]) -> Floats | None:
        """The share of what is asked that stands in the headings above each passage."""
        terms, starts = (self.release.array(name) for name in (headings.TERMS, headings.STARTS))
        if terms is None or starts is None:
            return None
        near = headings.Headings(terms, starts).near(rows)
        return share_held(concepts, self.release.bm25.weight, near.holds)

    def _cosines(self, found: Found, rows: Sequence[int]) -> list[float]:
        if found.vector is None or self.release.dense is None:
            return [math.nan] * len(rows)
        cosines: list[float] = self.release.dense.cosines(
            found.vector, np.array(rows, np.intp)
        ).tolist()
        return cosines

    def _hit(self, found: Found, copy: Copy, cosine: float) -> Hit:
        before, after = around(copy.row, len(self.release.chunks), self.release.chunk)
        return Hit(
            row=copy.row,
            chunk=copy.chunk,
            score=float(found.ranked.scores[copy.first]),
            lexical=found.lexical.of(copy.row, 0.0),
            dense=cosine,
            before=before,
            after=after,
        )

    def _page_hit(self, found: Found, copy: Copy) -> PageHit:
        place, score = found.pages[copy.rank][0], found.pages[copy.first][1]
        source = self.release.sources[place.document]
        return PageHit(
            source.document_id,
            source.name,
            place.index,
            score,
            _excerpt(copy.chunk, place.index),
            tuple(self._page_hit(found, other) for other in copy.others),
        )


def _excerpt(chunk: Chunk, index: int) -> str:
    """The beginning of what a chunk says on one page."""
    start = min(p.start for p in chunk.pieces if p.index == index)
    text = chunk.text[start : start + EXCERPT]
    return text.rsplit(" ", 1)[0] + " …" if len(chunk.text) > start + EXCERPT else text

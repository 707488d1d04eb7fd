"""A question in, ranked pages or a cited answer out: the one place that knows every leaf."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from rag.answer.cite import cite
from rag.answer.extract import extract
from rag.embed.embedder import Embedder
from rag.errors import IndexMismatch
from rag.french.analysis import analyse
from rag.index.dense import Floats, cosines
from rag.index.release import EmbedderInfo, Release
from rag.records import Answer, Chunk, Citation, Hit, Outcome, PageHit, Search, Sentence, Verdict
from rag.retrieve import abstain, fuse
from rag.retrieve.fuse import Place, Ranked
from rag.retrieve.language import is_french

LONGEST = 2000  # characters of a question that are read
READ = 10  # hits handed to the answer, at least
BEST_PAGES = 5  # pages whose coverage of the question is looked at
EXCERPT = 240  # characters


def none_removed() -> frozenset[str]:
    """Nothing was deleted."""
    return frozenset()


class Engine:
    """Answers questions from one release; safe to call from several threads.

    Args:
        release: an open release.
        embedder: the one that made its vectors; None to rank by words only.
        removed: asked at every question for the documents that were deleted.

    Raises:
        IndexMismatch: the embedder is not the one that made the vectors.
    """

    def __init__(
        self,
        release: Release,
        embedder: Embedder | None,
        *,
        removed: Callable[[], frozenset[str]] = none_removed,
    ) -> None:
        wanted = release.embedder
        if embedder is not None and wanted is None:
            embedder = None  # a lexical release has nothing to compare with
        if embedder is not None and wanted is not None and EmbedderInfo.of(embedder) != wanted:
            raise IndexMismatch(
                f"release {release.id} was embedded by {wanted.name} ({wanted.model_hash}), "
                f"the questions would be by {embedder.name} ({embedder.model_hash})."
            )
        self.release = release
        self._embedder = embedder
        self._removed = removed
        self._thresholds = abstain.Thresholds.of(release.thresholds)
        self._places, self._rows = _pages_of(release)

    def search(self, question: str, k: int = 10) -> Search:
        """Return the k best pages and at least ten hits, with the verdict; never empty-handed.

        Raises:
            ValueError: k is not positive.
        """
        if k < 1:
            raise ValueError(f"k is {k}: ask for at least one page")
        return self._search(question, k)

    def ask(self, question: str) -> Answer:
        """Answer in one to five quoted sentences, or say why not, with the nearest pages."""
        began = time.perf_counter()
        search = self.search(question)
        verdict = search.verdict
        sentences: tuple[Sentence, ...] = ()
        if verdict.outcome is Outcome.ANSWER:
            sentences = extract(
                question[:LONGEST],
                search.hits,
                analyse=analyse,
                idf=self.release.bm25.weight,
                cite=self.cite,
                embed_similarity=None,
            )
            if not sentences:  # nothing could be proved: say so rather than assert
                verdict = Verdict(Outcome.NEAREST, verdict.score, "weak_evidence", verdict.signals)
        return Answer(
            answer_id=uuid.uuid4().hex,
            question=question,
            outcome=verdict.outcome,
            sentences=sentences,
            pages=search.pages,
            verdict=verdict,
            release=self.release.id,
            seconds=time.perf_counter() - began,
        )

    def cite(self, chunk: Chunk, start: int, end: int) -> Citation:
        """Prove ``chunk.text[start:end]`` in this release; see ``rag.answer.cite``."""
        return cite(
            chunk,
            start,
            end,
            page_of=self.release.page,
            section_of=self.release.section,
            name_of=self.release.names.__getitem__,
            release=self.release.id,
        )

    def _search(self, question: str, k: int) -> Search:
        read = question[:LONGEST]
        terms = list(dict.fromkeys(analyse(read)))
        french = is_french(read)
        allowed = self._allowed()
        lexical = np.where(allowed, self.release.bm25.scores(terms), -np.inf).astype(np.float32)
        dense = self._dense(read, allowed)
        weight = fuse.FRENCH if french else fuse.FOREIGN
        ranked = fuse.fuse(lexical, dense, weight=weight)
        if not len(ranked.rows):  # lexical only, and no term known: any page rather than none
            rows = np.flatnonzero(allowed)[:k]
            ranked = Ranked(rows, np.zeros(len(rows), np.float32))
        pages = fuse.rank_pages(ranked, self._places)
        verdict = self._verdict(terms, pages, lexical, dense, french)
        hits = tuple(
            self._hit(ranked, n, lexical, dense) for n in range(len(ranked.rows[: max(k, READ)]))
        )
        shown = tuple(self._page_hit(*page) for page in pages[:k])
        return Search(question, hits, shown, verdict, self.release.id)

    def _allowed(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Chunks that may rank, those of deleted documents left out."""
        allowed = self.release.ranks.copy()
        for document_id in self._removed():
            number = self.release.numbers.get(document_id)
            if number is not None:
                places = self.release.places
                allowed[places[places[:, 1] == number, 0]] = False
        return allowed

    def _dense(
        self, question: str, allowed: np.ndarray[tuple[int], np.dtype[np.bool_]]
    ) -> Floats | None:
        vectors = self.release.vectors
        if self._embedder is None or vectors is None or not len(vectors):
            return None
        found = cosines(vectors, self._embedder.query(question))
        return np.where(allowed, found, -np.inf).astype(np.float32)

    def _verdict(
        self,
        terms: Sequence[str],
        pages: Sequence[tuple[Place, float, int]],
        lexical: Floats,
        dense: Floats | None,
        french: bool,
    ) -> Verdict:
        """Judge on absolute signals; without a page or a word there is nothing."""
        if not pages or (not terms and dense is None):
            return Verdict(Outcome.NOTHING, 0.0, "nothing_found")
        bm25 = self.release.bm25
        rows = [self._rows[place.document, place.index] for place, _, _ in pages[:BEST_PAGES]]
        held = abstain.coverage(
            {term: bm25.weight(term) for term in terms},
            lambda term: bm25.rows_of(term).tolist(),
            rows,
        )
        cosine = math.nan if dense is None else float(dense.max())
        return abstain.decide(self._thresholds, coverage=held, cosine=cosine, french=french)

    def _hit(self, ranked: Ranked, n: int, lexical: Floats, dense: Floats | None) -> Hit:
        row = int(ranked.rows[n])
        return Hit(
            row=row,
            chunk=self.release.chunk(row),
            score=float(ranked.scores[n]),
            lexical=float(lexical[row]),
            dense=math.nan if dense is None else float(dense[row]),
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
    for row, document, index, count in release.places.tolist():
        letters.setdefault(row, []).append((document, index, count))
        rows.setdefault((document, index), set()).add(row)
    places = {
        row: [Place(d, i, count / max(c for _, _, c in touched)) for d, i, count in touched]
        for row, touched in letters.items()
    }
    return places, rows

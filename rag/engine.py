"""A question in, ranked pages or a cited answer out: the one place that knows every leaf.

understand (``rag.question``) → find (``rag.finding``) → judge (``rag.judging``) → answer
(``rag.answer``): each step takes the record of the one before.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answer.cite import cite
from rag.answer.disagree import REASON as SOURCES_DISAGREE
from rag.answer.disagree import disagreement
from rag.answer.extract import extract
from rag.embed.embedder import Embedder
from rag.errors import IndexMismatch
from rag.finding import Finder
from rag.french.analysis import analyse
from rag.index.release import EmbedderInfo, Release
from rag.judging import Judge
from rag.photographs import Photographs
from rag.records import Answer, Chunk, Citation, Filters, Outcome, Search, Sentence, Verdict
from rag.retrieve.rerank import Reranker
from rag.understanding import reader_of

READ = 10  # hits handed to the answer, at least


def none_removed() -> frozenset[str]:
    """Nothing was deleted."""
    return frozenset()


class Engine:
    """Answers questions from one release; safe to call from several threads.

    Args:
        release: an open release.
        embedder: the one that made its vectors; None to rank by words only.
        removed: asked at every question for the documents that were deleted.
        reranker: a model that judges question and passage together; usually none.

    Raises:
        IndexMismatch: the embedder is not the one that made the vectors.
    """

    def __init__(
        self,
        release: Release,
        embedder: Embedder | None,
        *,
        removed: Callable[[], frozenset[str]] = none_removed,
        reranker: Reranker | None = None,
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
        self.embedder = embedder
        self._photographs = Photographs(release, removed)
        self._reader = reader_of(release, self._photographs.read_filters)
        self._finder = Finder(release, embedder, removed, reranker)
        self._judge = Judge(self._finder)

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
    ) -> Search:
        """Return the k best pages and at least ten hits, with the verdict; never empty-handed.

        Args:
            question: as typed.
            k: pages wanted.
            history: the questions before it in the conversation, oldest first.
            filters: which part of the collection may answer.

        Raises:
            ValueError: k is not positive.
        """
        if k < 1:
            raise ValueError(f"k is {k}: ask for at least one page")
        query = self._reader.understand(question, history=history, filters=filters)
        found = self._finder.find(query, k)
        query = replace(query, notes=(*query.notes, *found.notes))
        photos = self._photographs.answer(query.filters)
        return Search(
            question=question,
            query=query,
            hits=self._finder.hits(found, max(k, READ)),
            pages=photos.pages if photos else self._finder.page_hits(found, k),
            verdict=photos.verdict if photos else self._judge.verdict(query, found),
            release=self.release.id,
        )

    def ask(
        self, question: str, *, history: Sequence[str] = (), filters: Filters | None = None
    ) -> Answer:
        """Answer in one to five quoted sentences, or say why not, with the nearest pages."""
        began = time.perf_counter()
        search = self.search(question, history=history, filters=filters)
        sentences, verdict = self._sentences(search)
        return Answer(
            answer_id=uuid.uuid4().hex,
            question=question,
            outcome=verdict.outcome,
            sentences=sentences,
            pages=search.pages,
            verdict=verdict,
            release=self.release.id,
            seconds=time.perf_counter() - began,
            query=search.query,
            hits=search.hits,
            history=tuple(history),
        )

    def _sentences(self, search: Search) -> tuple[tuple[Sentence, ...], Verdict]:
        """The sentences that answer, and the verdict with what they bring to it."""
        verdict, query = search.verdict, search.query
        if verdict.outcome is not Outcome.ANSWER:
            return (), verdict
        if photos := self._photographs.answer(query.filters):
            return photos.sentences, verdict
        idf = self.release.bm25.weight
        text, hits, concepts = query.standalone, search.hits, query.concepts
        both = disagreement(text, hits, analyse=analyse, idf=idf, cite=self.cite, concepts=concepts)
        if both:
            return both, replace(verdict, reason=SOURCES_DISAGREE)
        sentences = extract(text, hits, analyse=analyse, idf=idf, cite=self.cite, concepts=concepts)
        if not sentences:  # nothing could be proved: say so rather than assert
            return (), replace(verdict, outcome=Outcome.NEAREST, reason="weak_evidence")
        return sentences, verdict

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

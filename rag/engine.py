"""A question in, ranked pages or a cited answer out: the one place that knows every leaf.

understand (``rag.question``) → find (``rag.finding``) → judge (``rag.judging``) → answer
(``rag.answer``): each step takes the record of the one before.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.agreeing import Agreements
from rag.answer.write import Writer
from rag.answering import Answerer, Watch, Worded
from rag.embed.embedder import Embedder
from rag.errors import IndexMismatch
from rag.finding import Finder, Found
from rag.index.release import EmbedderInfo, Release
from rag.judging import Judge
from rag.photographs import Photographs
from rag.records import (
    Answer,
    Chunk,
    Citation,
    Filters,
    Outcome,
    PageHit,
    Query,
    Search,
    Verdict,
)
from rag.retrieve.abstain import Signals
from rag.retrieve.rerank import Reranker
from rag.understanding import reader_of

STAGES = ("understand", "find", "judge", "answer")
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
        withdrawn: the same for the validated answers that were taken back.
        reranker: a model that judges question and passage together; usually none.
        writer: a language model that words the answers; None to quote.

    Raises:
        IndexMismatch: the embedder is not the one that made the vectors.
    """

    def __init__(
        self,
        release: Release,
        embedder: Embedder | None,
        *,
        removed: Callable[[], frozenset[str]] = none_removed,
        withdrawn: Callable[[], frozenset[str]] = frozenset,
        reranker: Reranker | None = None,
        writer: Writer | None = None,
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
        self._finder = Finder(release, embedder, removed, reranker, withdrawn=withdrawn)
        self._judge = Judge(self._finder)
        self._answerer = Answerer(release, writer, agreements=Agreements(release, embedder))

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
        clock = [time.perf_counter()]
        query = self._reader.understand(question, history=history, filters=filters)
        clock.append(time.perf_counter())
        found = self._finder.find(query, k)
        query = replace(query, notes=(*query.notes, *found.notes))
        photos = self._photographs.answer(query.filters)
        clock.append(time.perf_counter())
        verdict = photos.verdict if photos else self._judge.verdict(query, found)
        clock.append(time.perf_counter())
        return Search(
            question=question,
            query=query,
            hits=self._finder.hits(found, max(k, READ)),
            pages=photos.pages if photos else self._finder.page_hits(found, k),
            verdict=verdict,
            release=self.release.id,
            stages=tuple(zip(STAGES, (b - a for a, b in pairwise(clock)), strict=False)),
            recalled=None if photos else found.recalled,
        )

    def pages(self, question: str, k: int = READ) -> tuple[PageHit, ...]:
        """Return the k best pages, as ``search`` does, without judging or opening passages."""
        query = self._reader.understand(question)
        photos = self._photographs.answer(query.filters)
        return photos.pages if photos else self._finder.page_hits(self._finder.find(query, k), k)

    def understand(self, question: str, *, history: Sequence[str] = ()) -> Query:
        """Read a question: the first stage alone, for whoever replays it."""
        return self._reader.understand(question, history=history)

    def find(self, query: Query, k: int = READ) -> Found:
        """Rank passages and pages: the second stage alone."""
        return self._finder.find(query, k)

    def verdict(self, query: Query, found: Found) -> Verdict:
        """Judge: the third stage alone."""
        return self._judge.verdict(query, found)

    def coverage(self, query: Query, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the share of a question that each of some passages holds, 0..1."""
        return self._finder.coverage(query, rows)

    def signals(self, question: str) -> Signals:
        """What the verdict on a question rests on, for whoever fits or inspects it."""
        return self.signals_and_page(question)[0]

    def signals_and_page(self, question: str) -> tuple[Signals, PageHit | None]:
        """The same, and the first page, as ``pages`` gives it."""
        query = self._reader.understand(question)
        found = self._finder.find(query, 1)
        photos = self._photographs.answer(query.filters)
        pages = photos.pages if photos else self._finder.page_hits(found, 1)
        return self._judge.signals(query, found), pages[0] if pages else None

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        watch: Watch | None = None,
    ) -> Answer:
        """Answer in one to five sentences, or say why not, with the nearest pages.

        Args:
            question: as typed.
            history: the questions before it in the conversation, oldest first.
            filters: which part of the collection may answer.
            watch: told what is found and written as it comes.
        """
        began = time.perf_counter()
        search = self.search(question, history=history, filters=filters)
        if watch is not None and watch.search is not None:
            watch.search(search)
        searched = time.perf_counter()
        worded = self._worded(search, watch)
        answering = time.perf_counter() - searched
        verdict = search.verdict
        if worded.reason:
            verdict = replace(verdict, reason=worded.reason)
        if verdict.outcome is Outcome.ANSWER and not worded.sentences:
            verdict = replace(verdict, outcome=Outcome.NEAREST)  # say so rather than assert
        return Answer(
            answer_id=uuid.uuid4().hex,
            question=question,
            outcome=verdict.outcome,
            sentences=worded.sentences,
            pages=search.pages,
            verdict=verdict,
            release=self.release.id,
            seconds=time.perf_counter() - began,
            query=search.query,
            hits=search.hits,
            history=tuple(history),
            writing=worded.writing,
            stages=(*search.stages, (STAGES[-1], answering)),
            recalled=search.recalled,
        )

    def _worded(self, search: Search, watch: Watch | None) -> Worded:
        """The sentences that answer, and what they bring to the verdict."""
        if search.verdict.outcome is not Outcome.ANSWER:
            return Worded(())
        if photos := self._photographs.answer(search.query.filters):
            return Worded(photos.sentences)
        return self._answerer.answer(search, watch)

    def cite(self, chunk: Chunk, start: int, end: int) -> Citation:
        """Prove ``chunk.text[start:end]`` in this release; see ``rag.answer.cite``."""
        return self._answerer.cite(chunk, start, end)

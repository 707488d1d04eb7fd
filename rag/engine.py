"""A question in, ranked pages or a cited answer out: the one place that knows every leaf.

understand (``rag.question``) → find (``rag.finding``) → judge (``rag.judging``) → answer
(``rag.answer``): each step takes the record of the one before.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence

from rag.answer.cite import cite
from rag.answer.extract import extract
from rag.embed.embedder import Embedder
from rag.errors import IndexMismatch
from rag.finding import Finder
from rag.french.analysis import analyse
from rag.index.release import EmbedderInfo, Release
from rag.judging import Judge
from rag.question.reader import Reader
from rag.records import Answer, Chunk, Citation, Filters, Outcome, Search, Sentence, Verdict

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
        self.embedder = embedder
        self._reader = Reader(analyse)
        self._finder = Finder(release, embedder, removed)
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
        return Search(
            question=question,
            query=query,
            hits=self._finder.hits(found, max(k, READ)),
            pages=self._finder.page_hits(found, k),
            verdict=self._judge.verdict(query, found),
            release=self.release.id,
        )

    def ask(
        self, question: str, *, history: Sequence[str] = (), filters: Filters | None = None
    ) -> Answer:
        """Answer in one to five quoted sentences, or say why not, with the nearest pages."""
        began = time.perf_counter()
        search = self.search(question, history=history, filters=filters)
        verdict = search.verdict
        sentences: tuple[Sentence, ...] = ()
        if verdict.outcome is Outcome.ANSWER:
            sentences = extract(
                search.query.standalone,
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
            query=search.query,
            hits=search.hits,
            history=tuple(history),
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

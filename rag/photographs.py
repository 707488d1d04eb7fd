"""The photos of one release: from a question about them to an answer from their own notes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache

from rag.answer.photos import Album, Photos, answer_photos
from rag.facts import read_facts
from rag.index.release import Release
from rag.question.filters import FilterReader, Known
from rag.records import Filters
from rag.records.facts import DocumentFacts


class Photographs:
    """Reads the filters of questions and answers those about photos; safe between threads.

    Args:
        release: an open release.
        removed: asked at every question for the documents that were deleted.
    """

    def __init__(self, release: Release, removed: Callable[[], frozenset[str]]) -> None:
        self._release = release
        self._removed = removed

    @cached_property
    def facts(self) -> dict[str, DocumentFacts]:
        """By document id; {} for a release that was built without."""
        return read_facts(self._release.extra("facts"))

    def read_filters(self, question: str) -> tuple[Filters, str]:
        """Find the filters that a question says, and its rest: what ``Reader`` takes.

        What seems to ask for photos but for a subject that none names asks something of the pages.
        """
        filters, rest = self._reader(question)
        if filters.photo and self.answer(filters) is None:
            return Filters(), question
        return filters, rest

    def answer(self, filters: Filters) -> Photos | None:
        """Answer a question about photos; None when it asks something else of the pages."""
        if not filters.photo:
            return None
        return self._answer(filters, self._removed())

    @cached_property
    def _reader(self) -> FilterReader:
        return FilterReader(Known.of(self._release.names, self.facts))

    @cached_property
    def _answer(self) -> Callable[[Filters, frozenset[str]], Photos | None]:
        """The last answers are kept: one question asks several times."""

        @lru_cache(maxsize=8)
        def answer(filters: Filters, removed: frozenset[str]) -> Photos | None:
            return answer_photos(filters, self._album, removed)

        return answer

    @cached_property
    def _album(self) -> Album:
        return Album(
            facts=self.facts,
            names=self._release.names,
            section_of=self._release.section,
            chunk_of=self._chunk_of,
            release=self._release.id,
        )

    def _chunk_of(self, document_id: str, index: int) -> str:
        """The chunk of a photo's notes (its printed words, when it has any, are another)."""
        rows = self._release.page_map.rows_of(self._release.numbers[document_id], index)
        chunks = [self._release.chunk(int(row)) for row in rows]
        return next((chunk.chunk_id for chunk in chunks if not chunk.boxed), "")

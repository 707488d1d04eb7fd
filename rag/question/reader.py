"""A question understood, in one place: what it asks for, in which words, where."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.question.language import language_of
from rag.records import Concept, Filters, Origin, Query, Variant

LONGEST = 2000  # characters of a question that are read


class Reader:
    """Turns typed words into a ``Query``; made once for a release, safe between threads.

    Args:
        analyse: text → index terms, the analysis of the index.
    """

    def __init__(self, analyse: Callable[[str], list[str]]) -> None:
        self._analyse = analyse

    def understand(
        self, question: str, *, history: Sequence[str] = (), filters: Filters | None = None
    ) -> Query:
        """Understand a question.

        Args:
            question: as typed; only the first ``LONGEST`` characters are read.
            history: the questions before it in the conversation, oldest first.
            filters: asked for beside the question; those that it says itself are added.
        """
        read = question[:LONGEST]
        terms = dict.fromkeys(self._analyse(read))
        return Query(
            text=question,
            standalone=read,
            language=language_of(read),
            concepts=tuple(Concept(term, (Variant((term,), 1.0, Origin.TYPED),)) for term in terms),
            filters=filters or Filters(),
        )

"""A question understood, in one place: what it asks for, in which words, where."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from rag.question.concepts import Builder, Word
from rag.question.followup import standalone
from rag.question.grown import Grown, Relation
from rag.question.language import FUNCTION_WORDS, language_of
from rag.question.spelling import Speller, Vocabulary
from rag.question.thesaurus import Synonyms, Thesaurus
from rag.question.words import Analyse, Token, tokens_of
from rag.records import Filters, Query

LONGEST = 2000  # characters of a question that are read
KEPT = 50_000  # answers of the index to "is this term there?" that are remembered

ReadFilters = Callable[[str], tuple[Filters, str]]


def no_filters(question: str) -> tuple[Filters, str]:
    """Read none: the question is returned as it is."""
    return Filters(), question


class Reader:
    """Turns typed words into a ``Query``; made once for a release, safe between threads.

    Args:
        analyse: text → index terms, the analysis of the index.
        thesaurus: words that say the same thing; None to look for typed words only.
        vocabulary: the words of the collection; None to correct no spelling.
        grown: relations that the collection itself states.
        knows: whether a word is French: such a word is never taken for a misspelling.
        read_filters: finds the filters that a question says, and the rest of it.
    """

    def __init__(
        self,
        analyse: Analyse,
        *,
        thesaurus: Thesaurus | None = None,
        vocabulary: Vocabulary | None = None,
        grown: Sequence[Relation] = (),
        knows: Callable[[str], bool] | None = None,
        read_filters: ReadFilters = no_filters,
    ) -> None:
        self._analyse = analyse
        self._read_filters = read_filters
        words = thesaurus or Thesaurus(())
        holds = (lambda term: True) if vocabulary is None else vocabulary.holds
        self._synonyms = Synonyms(words, analyse)
        self._build = Builder(
            self._synonyms,
            Grown(grown),
            None if vocabulary is None else Speller(vocabulary, analyse, knows, words.french()),
            lru_cache(maxsize=KEPT)(holds),
        )

    def understand(
        self, question: str, *, history: Sequence[str] = (), filters: Filters | None = None
    ) -> Query:
        """Understand a question.

        Args:
            question: as typed; only the first ``LONGEST`` characters are read.
            history: the questions before it in the conversation, oldest first.
            filters: asked for beside the question; those that it says itself are read when none.
        """
        whole = unicodedata.normalize("NFC", standalone(question[:LONGEST], history)[:LONGEST])
        said, read = self._read_filters(whole) if filters is None else (filters, whole)
        language = language_of(read)
        tokens = self._tokens(read, language)
        if language == "fr" and self._all_english(read, tokens):
            language = "en"
        words = list(self._words(tokens, french=language == "fr"))
        concepts = self._build.concepts(read, words, french=language == "fr")
        told = [f"{w.token.text} → {w.told.word}" for w in words if w.told]
        return Query(
            text=question,
            standalone=whole,
            language=language,
            concepts=tuple(concepts),
            filters=said,
            notes=tuple(("spelling", note) for note in dict.fromkeys(told)),
        )

    def _tokens(self, read: str, language: str) -> list[Token]:
        """The words that mean something, in the language of the question."""
        grammar = FUNCTION_WORDS.get(language, frozenset()) if language != "fr" else frozenset()
        return [
            token
            for token in tokens_of(read, self._analyse)
            if (token.terms and token.text.lower() not in grammar)
            or (language == "en" and self._synonyms.translates(token.text))
        ]

    def _words(self, tokens: Sequence[Token], *, french: bool) -> Iterator[Word]:
        for token in tokens:
            yield self._build.word(token, first=not token.start, french=french)

    def _all_english(self, read: str, tokens: Sequence[Token]) -> bool:
        """Whether bare key words are English: each is translated, and none is said in French."""
        return bool(tokens) and all(
            self._synonyms.translates(token.text)
            and not self._synonyms.says(token.text, token.terms)
            for token in tokens
        )

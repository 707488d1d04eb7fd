"""The reader of questions of one release: our thesaurus, its words, its names, its photos."""

from __future__ import annotations

from rag.codec import from_json
from rag.french.analysis import analyse
from rag.french.lexicon import load_lexicon
from rag.index.release import Release
from rag.question.grown import Relation
from rag.question.reader import Reader, ReadFilters
from rag.question.spelling import Vocabulary
from rag.question.thesaurus import Thesaurus


def reader_of(release: Release, read_filters: ReadFilters) -> Reader:
    """Make the reader of a release; the French lexicon is only read for a word that nobody knows.

    Args:
        release: an open release; without the part "thesaurus" only ours is used.
        read_filters: finds the filters that a question says.
    """
    forms = release.forms
    grown = from_json(
        tuple[Relation, ...],
        [*release.extra("thesaurus", ()), *release.extra("synonyms", ())],  # and what people say
    )
    return Reader(
        analyse,
        thesaurus=Thesaurus.load(),
        vocabulary=Vocabulary(
            words=forms.words, counts=forms.counts, holds=release.bm25.terms.__contains__
        ),
        grown=grown,
        knows=_is_french,
        read_filters=read_filters,
    )


def _is_french(word: str) -> bool:
    return load_lexicon().knows(word)

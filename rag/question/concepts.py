"""From the words of a question to its concepts: longest phrases first, each with its variants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.question.grown import Grown
from rag.question.spelling import Speller, Spelt
from rag.question.thesaurus import LONGEST, MOST, Synonyms
from rag.question.words import Token
from rag.records import Concept, Origin, Variant

Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A token and the other spellings it was given, the likeliest first."""

    token: Token
    spelt: tuple[Spelt, ...] = ()

    @property
    def told(self) -> Spelt | None:
        """The correction that is told to people, if there is one."""
        return next((spelt for spelt in self.spelt if spelt.told), None)

    @property
    def terms(self) -> Terms:
        """What is looked up in the thesaurus: the word as corrected."""
        return self.token.terms if self.told is None else self.told.terms

    @property
    def text(self) -> str:
        """The word as corrected."""
        return self.token.text if self.told is None else self.told.word


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes the concepts of a question; safe between threads.

    Args:
        synonyms: of the thesaurus.
        grown: of the collection.
        speller: None to correct nothing.
        holds: whether a term stands in the collection: what does not is not looked for.
    """

    synonyms: Synonyms
    grown: Grown
    speller: Speller | None
    holds: Callable[[str], bool]

    def word(self, token: Token, *, first: bool, french: bool) -> Word:
        """Give a token its other spellings."""
        if self.speller is None or not french:
            return Word(token)
        said = self.synonyms.knows(token.text, token.terms) or self.synonyms.translates(token.text)
        if said and not all(map(self.holds, token.terms)):
            return Word(token)
        name = token.text[:1].isupper() and not token.text.isupper() and not first
        return Word(token, tuple(self.speller.spellings(token.text, token.terms, name=name)))

    def concepts(self, text: str, words: Sequence[Word], *, french: bool) -> Iterator[Concept]:
        """Yield the concepts in order, the longest phrases that are known taken first."""
        at = 0
        while at < len(words):
            size, variants = self._longest(words[at:], french)
            taken = words[at : at + size]
            asked = text[taken[0].token.start : taken[-1].token.end]
            typed = _terms(word.token.terms for word in taken)
            if typed or variants:
                first = [Variant(typed, 1.0, Origin.TYPED)] if typed else []
                yield Concept(asked, (*first, *_spellings(taken), *variants))
            at += size

    def _longest(self, words: Sequence[Word], french: bool) -> tuple[int, list[Variant]]:
        for size in range(min(LONGEST, len(words)), 0, -1):
            variants = self._variants(words[:size], french)
            if variants is not None:
                return size, variants
        return 1, []

    def _variants(self, words: Sequence[Word], french: bool) -> list[Variant] | None:
        """The other ways of saying these words together; None when they are no phrase."""
        terms = _terms(word.terms for word in words)
        ways = self.synonyms.ways([word.text for word in words], terms, french=french)
        stated = self.grown.ways(terms)
        if ways is None and not stated:
            return None
        factor = min((w.told.weight for w in words if w.told), default=1.0)
        found = [Variant(t, round(w * factor, 3), Origin.COLLECTION) for t, w in stated]
        known = {variant.terms for variant in found}
        for way in ways or []:
            if way.terms not in known and all(map(self.holds, way.terms)):
                found.append(Variant(way.terms, round(way.weight * factor, 3), Origin.THESAURUS))
        return found[:MOST]


def _terms(parts: Iterator[Terms]) -> Terms:
    """Join index terms, each once."""
    return tuple(dict.fromkeys(term for part in parts for term in part))


def _spellings(words: Sequence[Word]) -> list[Variant]:
    """The words spelt otherwise: alone each spelling, of a phrase the corrected one."""
    if len(words) == 1:
        spelt = words[0].spelt
        return [Variant(s.terms, s.weight, Origin.SPELLING) for s in spelt]
    if all(word.told is None for word in words):
        return []
    weight = min(word.told.weight for word in words if word.told)
    return [Variant(_terms(word.terms for word in words), weight, Origin.SPELLING)]

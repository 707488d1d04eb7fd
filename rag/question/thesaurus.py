"""Words that say the same thing: ``thesaurus.tsv`` read, and what it makes of a word asked.

A word typed is never replaced: what is found here is added with less weight, so that a passage
that holds the exact word stays before one that holds a synonym.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

from rag.question.language import FUNCTION_WORDS
from rag.question.sounds import plain
from rag.question.words import Analyse, english_stem

Terms = tuple[str, ...]

BEGINNING = 2  # letters by which members are found before they are analysed
LONGEST = 5  # words of a phrase
MOST = 12  # ways of saying one concept that are kept
_ALNUM: Final = re.compile(r"[^\W_]+")
ASKING: Final = "asking"  # subject of the general words, worth less


class Kind(StrEnum):
    """What a member is to its group; see the head of ``thesaurus.tsv``."""

    SAME = "same"
    OLD = "old"
    SLANG = "slang"
    EN = "en"
    LOAN = "loan"
    NEAR = "near"


WEIGHTS: Final[Mapping[Kind, float]] = {
    Kind.SAME: 0.6,
    Kind.OLD: 0.55,
    Kind.SLANG: 0.5,
    Kind.LOAN: 0.4,
    Kind.EN: 0.4,
    Kind.NEAR: 0.2,
}
TRANSLATED: Final = 1.5  # an English word is worth its French one, nearly: 0.6 → 0.9
LIKE: Final = 3  # letters by which two words of one stem may differ in length
GENERAL: Final = 0.4  # of a group of ASKING against a group of the trade


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the file: who says the same thing."""

    subject: str
    members: tuple[tuple[str, Kind], ...]
    provenance: str


@dataclass(frozen=True, slots=True)
class Way:
    """Another way of saying what was asked."""

    terms: Terms
    weight: float


def read_group(line: str) -> Group:
    """Read one line of the file.

    Raises:
        ValueError: it has not three columns, or a class that is not one of ``Kind``.
    """
    columns = line.rstrip("\n").split("\t")
    if len(columns) != 3:
        raise ValueError(f"{len(columns)} columns in {line!r}: want subject, members, provenance")
    members = []
    for part in columns[1].split(";"):
        name, mark, rest = part.strip().partition(": ")
        kind = Kind(name) if mark else Kind.SAME
        members += [(member.strip(), kind) for member in (rest if mark else name).split(",")]
    return Group(columns[0], tuple(members), columns[2])


class Thesaurus:
    """The groups, as read; ``Synonyms`` looks words up in them."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.groups = tuple(groups)

    @classmethod
    def load(cls, path: Path | None = None) -> Thesaurus:
        """Read a file, ours by default.

        Raises:
            ValueError: a line is not a group.
        """
        source = path or files("rag.question").joinpath("thesaurus.tsv")
        lines = source.read_text(encoding="utf-8").splitlines()
        return cls(read_group(line) for line in lines if line and not line.startswith("#"))

    def french(self) -> list[str]:
        """Every French word of the groups, phrases left out."""
        english = (Kind.EN, Kind.LOAN)
        members = (m for group in self.groups for m, kind in group.members if kind not in english)
        return list(dict.fromkeys(member for member in members if member.isalpha()))


class Synonyms:
    """Looks up words and phrases; safe between threads.

    Analysing every member takes half a second, so members are analysed when a word that begins
    like one of theirs is first asked (their stems begin alike), and kept.

    Args:
        thesaurus: the groups.
        analyse: text → index terms, the analysis of the index.
    """

    def __init__(self, thesaurus: Thesaurus, analyse: Analyse) -> None:
        self._groups = thesaurus.groups
        self._analyse = analyse
        self._by_terms: dict[Terms, tuple[int, ...]] = {}
        self._english: dict[Terms, tuple[int, ...]] = {}
        self._loans: dict[Terms, tuple[int, ...]] = {}
        self._spelt: dict[tuple[Terms, int], tuple[str, ...]] = {}  # without accents
        self._ways: dict[int, tuple[Way, ...]] = {}
        self._begun: set[str] = set()
        self._filing = threading.Lock()

    @cached_property
    def _beginnings(self) -> dict[str, list[tuple[int, str, Kind]]]:
        """The members that may be asked, by the beginning of each of their words."""
        found: dict[str, list[tuple[int, str, Kind]]] = {}
        for number, group in enumerate(self._groups):
            for member, kind in group.members:
                if kind is not Kind.NEAR:
                    for start in {word[:BEGINNING] for word in _ALNUM.findall(plain(member))}:
                        found.setdefault(start, []).append((number, member, kind))
        return found

    def _begin(self, words: Iterable[str]) -> None:
        """Have ready the members that begin like one of these words."""
        for word in words:
            first = _ALNUM.search(plain(word))
            start = first.group()[:BEGINNING] if first else ""
            if start in self._begun:
                continue
            with self._filing:  # a member filed by two threads at once might be lost
                if start not in self._begun:
                    for number, member, kind in self._beginnings.get(start, ()):
                        self._file(number, member, kind)
                    self._begun.add(start)

    def _file(self, group: int, member: str, kind: Kind) -> None:
        if kind in (Kind.EN, Kind.LOAN):
            words = _ALNUM.findall(plain(member))
            key = tuple(english_stem(w) for w in words if w not in FUNCTION_WORDS["en"])
            table = self._loans if kind is Kind.LOAN else self._english
        else:
            key, table = tuple(dict.fromkeys(self._analyse(member))), self._by_terms
            if len(key) == 1:
                known = self._spelt.get((key, group), ())
                self._spelt[key, group] = tuple(dict.fromkeys((*known, plain(member))))
        if key and group not in table.get(key, ()):
            table[key] = (*table.get(key, ()), group)

    @cached_property
    def _written(self) -> frozenset[str]:
        members = (member for group in self._groups for member, _ in group.members)
        return frozenset(word for member in members for word in _ALNUM.findall(plain(member)))

    def knows(self, word: str, terms: Terms) -> bool:
        """Whether a member of a group is written with the terms of this word, or holds it."""
        self._begin([word])
        return terms in self._by_terms or plain(word) in self._written

    def says(self, word: str, terms: Terms) -> bool:
        """Whether this word alone is a member in French, its ending apart."""
        self._begin([word])
        return bool(self._alike(self._by_terms.get(terms, ()), terms, word, exactly=True))

    def translates(self, word: str) -> bool:
        """Whether this word is a member in English."""
        self._begin([word])
        key = (english_stem(word),)
        return key in self._english or key in self._loans

    def ways(self, words: Sequence[str], terms: Terms, *, french: bool = True) -> list[Way] | None:
        """Return other ways of saying a phrase, the best first; None when nobody says it.

        Args:
            words: of the phrase, as typed.
            terms: its index terms.
            french: whether the question is; English words that are also French need not.
        """
        self._begin(words)
        asked = self._by_terms.get(terms, ())
        if len(words) == 1:
            asked = self._alike(asked, terms, words[0], exactly=not french)
        key = tuple(english_stem(word) for word in words)
        translated = self._loans.get(key, ()) + (() if french else self._english.get(key, ()))
        if not asked and not translated:
            return None
        weights: dict[Terms, float] = {}
        for group, factor in [(g, 1.0) for g in asked] + [(g, TRANSLATED) for g in translated]:
            for way in self._ways_of(group):
                if not set(way.terms) >= set(terms):
                    weight = min(0.9, way.weight * factor)
                    weights[way.terms] = max(weight, weights.get(way.terms, 0.0))
        best = sorted(weights.items(), key=lambda item: -item[1])
        return [Way(terms, round(weight, 3)) for terms, weight in best]

    def _ways_of(self, number: int) -> tuple[Way, ...]:
        found = self._ways.get(number)
        if found is None:
            group = self._groups[number]
            general = GENERAL if group.subject == ASKING else 1.0
            weights: dict[Terms, float] = {}
            for member, kind in group.members:
                terms = tuple(dict.fromkeys(self._analyse(member)))
                if terms:
                    weights[terms] = max(WEIGHTS[kind] * general, weights.get(terms, 0.0))
            found = tuple(Way(terms, weight) for terms, weight in weights.items())
            self._ways[number] = found
        return found

    def _alike(
        self, groups: tuple[int, ...], terms: Terms, word: str, *, exactly: bool
    ) -> tuple[int, ...]:
        """Leave out groups that share no more than a stem with the word: argent, argentique."""
        typed = plain(word).removesuffix("s")
        return tuple(
            group
            for group in groups
            if any(
                typed == known.removesuffix("s")
                or (not exactly and len(terms[0]) > 3 and abs(len(typed) - len(known)) <= LIKE)
                for known in self._spelt.get((terms, group), (typed,))
            )
        )

"""Words that say the same thing: ``thesaurus.tsv`` read, and what it makes of a word asked.

A word typed is never replaced: what is found here is added with less weight, so that a passage
that holds the exact word stays before one that holds a synonym.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

from rag.question.language import FUNCTION_WORDS
from rag.question.words import Analyse, english_stem

Terms = tuple[str, ...]

LONGEST = 5  # words of a phrase
MOST = 12  # ways of saying one concept that are kept
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
    Kind.NEAR: 0.3,
}
TRANSLATED: Final = 1.5  # an English word is worth its French one, nearly: 0.6 → 0.9
GENERAL: Final = 0.6  # of a group of ASKING against a group of the trade


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
    """Looks up words and phrases; analysed once, at the first question. Safe between threads.

    Args:
        thesaurus: the groups.
        analyse: text → index terms, the analysis of the index.
    """

    def __init__(self, thesaurus: Thesaurus, analyse: Analyse) -> None:
        self._thesaurus = thesaurus
        self._analyse = analyse

    @cached_property
    def _entries(self) -> _Entries:
        return _Entries.of(self._thesaurus.groups, self._analyse)

    def knows(self, terms: Terms) -> bool:
        """Whether a member of a group is written with these terms."""
        return terms in self._entries.by_terms

    def translates(self, stems: Sequence[str]) -> bool:
        """Whether an English member is written with these stems."""
        key = tuple(stems)
        return key in self._entries.english or key in self._entries.loans

    def ways(self, terms: Terms, stems: Sequence[str], *, french: bool) -> list[Way] | None:
        """Return other ways of saying a phrase, the best first; None when nobody says it.

        Args:
            terms: index terms of the phrase.
            stems: English stems of its words, function words left out.
            french: whether the question is; English words that are also French need not.
        """
        entries, key = self._entries, tuple(stems)
        asked = entries.by_terms.get(terms, ())
        translated = entries.loans.get(key, ()) + (() if french else entries.english.get(key, ()))
        if not asked and not translated:
            return None
        weights: dict[Terms, float] = {}
        for group, factor in [(g, 1.0) for g in asked] + [(g, TRANSLATED) for g in translated]:
            for way in entries.ways[group]:
                if not set(way.terms) >= set(terms):
                    weight = min(0.9, way.weight * factor)
                    weights[way.terms] = max(weight, weights.get(way.terms, 0.0))
        best = sorted(weights.items(), key=lambda item: -item[1])[:MOST]
        return [Way(terms, round(weight, 3)) for terms, weight in best]


@dataclass(frozen=True, slots=True)
class _Entries:
    """Groups by the terms, and by the English stems, of those members that may be asked."""

    by_terms: dict[Terms, tuple[int, ...]]
    english: dict[Terms, tuple[int, ...]]
    loans: dict[Terms, tuple[int, ...]]
    ways: list[tuple[Way, ...]]  # of each group

    @classmethod
    def of(cls, groups: Sequence[Group], analyse: Analyse) -> _Entries:
        entries = cls({}, {}, {}, [])
        for number, group in enumerate(groups):
            ways: dict[Terms, float] = {}
            for member, kind in group.members:
                terms = tuple(dict.fromkeys(analyse(member)))
                if not terms:
                    continue
                weight = WEIGHTS[kind] * (GENERAL if group.subject == ASKING else 1.0)
                ways[terms] = max(weight, ways.get(terms, 0.0))
                entries._file(member, kind, terms, number)
            entries.ways.append(tuple(Way(terms, weight) for terms, weight in ways.items()))
        return entries

    def _file(self, member: str, kind: Kind, terms: Terms, group: int) -> None:
        if kind in (Kind.EN, Kind.LOAN):
            words = [w for w in member.lower().replace("-", " ").split() if w]
            key = tuple(english_stem(w) for w in words if w not in FUNCTION_WORDS["en"])
            table = self.loans if kind is Kind.LOAN else self.english
        elif kind is not Kind.NEAR:
            key, table = terms, self.by_terms
        else:
            return
        if key and group not in table.get(key, ()):
            table[key] = (*table.get(key, ()), group)

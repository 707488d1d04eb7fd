"""What a collection says of its own words: « X, appelé aussi Y », « X (ou Y) », « on nomme X … ».

Read at build time from the passages, few and sure rather than many: a wrong synonym costs a page
at each question, a missing one costs nothing that we had.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.question.words import Analyse
from rag.records import Chunk

WEIGHT: Final = 0.5  # of a variant that the collection states

Terms = tuple[str, ...]

_NP: Final = (
    r"[^\W\d_][\w'’-]{2,}(?:\s+(?:(?:de|du|des|à|au|en)\s+|d['’]|à\s+l['’])?[^\W\d_][\w-]{2,}){0,2}"
)
_DET: Final = r"(?:l['’]|d['’]|(?:le|la|les|un|une|du|des|de)\s+)?"
_CALLED: Final = (
    r"(?:appelée?s?|nommée?s?|dite?s?|dénommée?s?|désignée?s?\s+sous\s+le\s+nom\s+d[e'’]"
    r"|connue?s?\s+sous\s+le\s+nom\s+d[e'’])"
)
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # l'acide pyrogallique, appelé aussi pyrogallol
        rf"(?P<a>{_NP}),?\s+(?:{_CALLED}\s+(?:aussi|encore|également|vulgairement)"
        rf"|(?:aussi|encore|également|vulgairement)\s+{_CALLED})\s+{_DET}(?P<b>{_NP})",
        # que l'on appelle aussi X, qu'on nomme encore X
        rf"(?P<a>{_NP}),?\s+(?:que\s+l['’]on|qu['’]on)\s+(?:appelle|nomme|désigne)"
        rf"\s+(?:aussi|encore|également|vulgairement)\s+{_DET}(?P<b>{_NP})",
        # hyposulfite de soude (ou thiosulfate)
        rf"(?P<a>{_NP})\s+\((?:ou|c['’]est-à-dire|soit|dit\s+aussi)\s+{_DET}(?P<b>{_NP})\)",
        # la solution de nitrate d'argent, appelée bain d'argent
        rf"\b(?:l['’]|(?:le|la|les|du|des|un|une)\s+)(?P<a>{_NP}),\s+(?:appelée?s?|dénommée?s?)"
        rf"\s+(?P<b>{_NP})(?=\s*[,.;:(])",
        # of a list of products: « 3º Tripoli, ou terre pourrie, »
        rf"(?:^|[º°]\s+|;\s+)(?P<a>{_NP}),\s+ou\s+(?:bien\s+|mieux\s+|plutôt\s+)?"
        rf"(?P<b>(?!du\b|des\b|de\b|la\b|le\b|un\b|une\b|dans\b){_NP})(?=\s*[,.;\d])",
        # also known as
        rf"(?P<a>{_NP}),?\s+(?:also\s+(?:called|known\s+as)|or\s+so-called)\s+(?:the\s+)?(?P<b>{_NP})",
    )
)
_ABBREVIATED: Final = re.compile(
    r"(?P<words>(?:[^\W\d_][\w'’-]*\s+){1,6})\((?P<short>[A-Z]{2,6})\)"
)
_ON_ONE_LINE: Final = _NP.replace(r"\s", r"[^\S\n]")
_LISTED: Final = re.compile(  # of an index or a glossary: "Hypo. Voir Hyposulfite."
    rf"^(?P<a>{_ON_ONE_LINE})[ ]*[.,:;—–-]+[ ]*(?:voir|voyez|v\.|cf\.|see)[ ]+(?:aussi[ ]+)?"
    rf"(?P<b>{_ON_ONE_LINE})",
    re.IGNORECASE | re.MULTILINE,
)
_EMPTY: Final = frozenset(
    """plus moins bien peu très trop même autre autres deux trois quelques plusieurs aucun aucune
    non pas elle elles cela celui celle ceux qui que dont où quand comme pour par avec sans dans sur
    sous est sont était être avoir fait faire peut doit mieux enfin seulement surtout tout toute
    tous environ presque plutôt leur leurs son ses notre nos votre vos chaque certain certains
    autrement moyen manière sorte partie côté fois chose nom""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Relation:
    """Two ways of saying one thing, as a passage of the collection states."""

    a: str
    b: str
    a_terms: Terms
    b_terms: Terms
    weight: float
    chunk_id: str


def grow(
    chunks: Iterable[Chunk], analyse: Analyse, knows: Callable[[str], bool] = lambda word: True
) -> list[Relation]:
    """Read the relations that passages state, each once, in order of the passages.

    Args:
        chunks: of the collection; those that do not rank are left out.
        analyse: text → index terms, of the index.
        knows: whether a word is one: what the OCR garbled relates to nothing.
    """
    found: dict[frozenset[Terms], Relation] = {}
    for chunk in chunks:
        if not chunk.ranks:
            continue
        for a, b in _stated(chunk.text):
            first, second = _trimmed(a), _trimmed(b)
            terms = tuple(analyse(first)), tuple(analyse(second))
            if _sound(first, second, *terms) and _words_known(f"{first} {second}", knows):
                relation = Relation(first, second, *terms, WEIGHT, chunk.chunk_id)
                found.setdefault(frozenset(terms), relation)
    return list(found.values())


def _stated(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (*_PATTERNS, _LISTED):
        for match in pattern.finditer(text):
            yield match["a"], match["b"]
    for match in _ABBREVIATED.finditer(text):
        words = match["words"].split()
        initials = [w for w in words if len(w) > 3 or w[0].isupper()]
        short = match["short"]
        if len(initials) >= len(short):
            tail = initials[-len(short) :]
            if [w.split("'")[-1].split("’")[-1][0].upper() for w in tail] == list(short):
                yield " ".join(words[words.index(tail[0]) :]), short


def _trimmed(phrase: str) -> str:
    """Leave out words of grammar at both ends: « aussi le collodion » → « collodion »."""
    words = phrase.split()
    while words and _bare(words[0]) in _EMPTY:
        words.pop(0)
    while words and (_bare(words[-1]) in _EMPTY or len(words[-1]) < 2):
        words.pop()
    return re.sub(r"^(?:l|d|qu|n|s)['’]", "", " ".join(words), flags=re.IGNORECASE)


def _bare(word: str) -> str:
    return word.lower().strip("'’-")


def _sound(a: str, b: str, a_terms: Terms, b_terms: Terms) -> bool:
    """Whether two phrases may be said for one another."""
    if not a_terms or not b_terms or len(a_terms) > 3 or len(b_terms) > 3:
        return False
    if set(a_terms) <= set(b_terms) or set(b_terms) <= set(a_terms):  # one widens the other
        return False
    if a.endswith("-") or b.endswith("-"):  # cut at the end of a line
        return False
    if re.search(r"(?<!\w)[^\WlLdD]['’]", f"{a} {b}"):  # no elision of a noun: OCR
        return False
    return all(_bare(word) not in _EMPTY for word in (*a.split()[:1], *b.split()[:1]))


def _words_known(text: str, knows: Callable[[str], bool]) -> bool:
    words = re.findall(r"[^\W\d_]+['’]?", text)
    return all(word.isupper() or knows(word.rstrip("'’")) or word[-1] in "'’" for word in words)


class Grown:
    """Looks up what a collection states, in both directions."""

    def __init__(self, relations: Sequence[Relation]) -> None:
        self._ways: dict[Terms, dict[Terms, float]] = {}
        for relation in relations:
            for one, other in (
                (relation.a_terms, relation.b_terms),
                (relation.b_terms, relation.a_terms),
            ):
                self._ways.setdefault(one, {})[other] = relation.weight

    def ways(self, terms: Terms) -> list[tuple[Terms, float]]:
        """Return the other ways of saying a phrase, with their weights."""
        return list(self._ways.get(terms, {}).items())

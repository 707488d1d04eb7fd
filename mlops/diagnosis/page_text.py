"""What a page holds of an answer: in a passage, in its text, as a bag of words, or misread."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlops.diagnosis.edges import broken_off
from rag.french.analysis import analyse, fold
from rag.index.accounts import account_of
from rag.index.release import Release
from rag.pointing import HELD, Pointed, point
from rag.records import CorrectedPage

ALIKE = 65  # of 100: a word of the page that may be a word of the answer, misread
SHORTEST = 3  # letters of a word that can be told to be misread
SPREAD, ROOM = 6, 20  # words of a run that says an answer: so many a term, and so many more
PAIRS = 2  # of words in a row, that can tell an order
ENOUGH = 3  # words that can tell
MOST_THERE = 0.85  # share of the words that stand somewhere on the page
WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
STOPS = re.compile(r"[.;:!?]+(?=\s|$)|[«»()\[\]\n]+")


@dataclass(frozen=True, slots=True)
class OnPage:
    """How much of an answer a page holds, by how hard one looks."""

    status: str  # of the page: "ok", "failed"…; "" when it is not in the release
    proof: Pointed  # in one passage
    in_text: bool  # in a short run of the page's text, whatever the passages
    parted: bool  # and no passage holds that run
    terms: int  # that the answer brings
    bag: float  # share of its words that stand anywhere on the page, 0..1
    missing: tuple[str, ...]  # words that do not
    misread: tuple[tuple[str, str], ...]  # of those: (said, what the page has instead)
    image: bool  # a page image, whose words may be read in another order; not a text file
    together: float  # share of its words in a row that stand so there too, 0..1; nan unknown
    broken_off: bool  # the passage that says it begins or ends inside the sentence
    run: tuple[int, int] | None = None  # words (characters) [a, b) of the page that say it

    def plain(self) -> dict[str, Any]:
        """For the evidence."""
        return {
            "status": self.status,
            "in_passage": self.proof.reason or "yes",
            "held": round(self.proof.held, 3),
            "in_text": self.in_text,
            "parted": self.parted,
            "together": None if math.isnan(self.together) else round(self.together, 3),
            "broken_off": self.broken_off,
            "bag": round(self.bag, 3),
            "missing": list(self.missing)[:12],
            "misread": [list(pair) for pair in self.misread][:12],
        }


def look(
    release: Release, document_id: str, index: int, *, question: str, said: str, quote: str = ""
) -> OnPage:
    """Look for an answer on one page.

    Args:
        release: an open release.
        document_id: of the page.
        index: of the page, from 0.
        question: what was asked: its words need not stand beside the answer.
        said: the answer, or what is known of it.
        quote: the printed words, when they are known.
    """
    proof = point(release, document_id, index, question=question, answer=said, quote=quote)
    words = words_of(release, document_id, index)
    seen = see(words, question=question, said=said, quote=quote)
    run = seen.run
    return OnPage(
        account_of(release, document_id, index),
        proof,
        run is not None,
        run is not None and not _in_one(release, document_id, index, words, run),
        seen.terms,
        seen.bag,
        seen.missing,
        _misread(seen.missing, words),
        release.page(document_id, index) is not None,
        seen.together,
        bool(not proof.reason and broken_off(release, proof, index)),
        None if run is None else (words[run[0]].first, words[run[1] - 1].last),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What some words of a page hold of an answer."""

    terms: int  # that the answer brings
    bag: float  # share of them that stand anywhere, 0..1
    missing: tuple[str, ...]
    run: tuple[int, int] | None  # the shortest run that says it: words[a:b]
    together: float  # as in OnPage


def see(words: Sequence[PageWord], *, question: str, said: str, quote: str = "") -> Seen:
    """Look for an answer in the words of a page, whoever read them."""
    wanted = _content(quote or said, "" if quote else question)
    missing = tuple(sorted(wanted - {term for word in words for term in word.terms}))
    return Seen(
        len(wanted),
        1 - len(missing) / len(wanted) if wanted else 1.0,
        missing,
        tightest(words, wanted),
        together(quote or said, words),
    )


@dataclass(frozen=True, slots=True)
class PageWord:
    """A word of the running text: its terms, and words[first:last] or characters of the page."""

    text: str
    terms: tuple[str, ...]
    first: int
    last: int


def words_of(release: Release, document_id: str, index: int) -> list[PageWord]:
    """The running text of a page, word by word; heads and folios left out."""
    if (read := release.page(document_id, index)) is not None:
        return words_in(read)
    if (section := release.section(document_id, index)) is not None:
        return [
            PageWord(m[0], tuple(_alone(m[0])), m.start(), m.end())
            for m in re.finditer(r"\S+", section.text)
        ]
    return []


def words_in(read: CorrectedPage) -> list[PageWord]:
    """The running text of a page image, as it was read and corrected."""
    aside = ("head", "folio")
    return [
        PageWord(t.text, tuple(_alone(t.text)), t.first, t.last)
        for t in read.tokens
        if read.lines[t.line].role.value not in aside
    ]


def tightest(words: Sequence[PageWord], wanted: frozenset[str]) -> tuple[int, int] | None:
    """The shortest run of words that says most of what is wanted: words[a:b]; None for none.

    A run longer than ``SPREAD`` times what is wanted says it by chance.
    """
    needed = max(1, math.ceil(HELD * len(wanted)))
    counts: dict[str, int] = {}
    best: tuple[int, int] | None = None
    start = 0
    for end, word in enumerate(words, 1):
        for term in wanted.intersection(word.terms):
            counts[term] = counts.get(term, 0) + 1
        while sum(n > 0 for n in counts.values()) >= needed:
            if best is None or end - start < best[1] - best[0]:
                best = (start, end)
            for term in wanted.intersection(words[start].terms):
                counts[term] -= 1
            start += 1
    if best is None or best[1] - best[0] > SPREAD * len(wanted) + ROOM:
        return None
    return best


def _in_one(
    release: Release, document_id: str, index: int, words: Sequence[PageWord], run: tuple[int, int]
) -> bool:
    """Whether one passage holds the whole run."""
    first, last = words[run[0]].first, words[run[1] - 1].last
    for row in release.page_map.rows_of(release.numbers[document_id], index).tolist():
        here = [p for p in release.chunk(int(row)).pieces if p.index == index]
        if here and min(p.first for p in here) <= first and max(p.last for p in here) >= last:
            return True
    return False


def together(said: str, words: Sequence[PageWord]) -> float:
    """How much of the order of what is said a page has, 0..1; nan when too little is said to tell.

    Each pair of words in a row must stand no further apart than they are said. A reader copies one
    run and words another: the run that is kept best counts.
    """
    places, shares = _places(words), list[float]()
    for run in STOPS.split(said):
        row = [(n, sorted(_alone(word))) for n, word in enumerate(WORDS.findall(run))]
        told = [(n, terms[0]) for n, terms in row if terms]
        pairs = [(a, b, m - n) for (n, a), (m, b) in itertools.pairwise(told) if a != b]
        if len(pairs) >= PAIRS:
            near = [_near(a, b, d, places) for a, b, d in pairs]
            shares.append(sum(near) / len(near))
    return max(shares, default=math.nan)


def in_order(printed: str, words: Sequence[PageWord]) -> float:
    """How much of the order of a printed run a page has, 0..1; nan when too little tells.

    Only words that the page has count: what it lacks was misread, and says nothing of its order.
    """
    places = _places(words)
    row = [(n, sorted(_alone(word))) for n, word in enumerate(WORDS.findall(printed))]
    told = [(n, terms[0]) for n, terms in row if terms and terms[0] in places]
    pairs = [(a, b, m - n) for (n, a), (m, b) in itertools.pairwise(told) if a != b]
    near = [_near(a, b, d, places) for a, b, d in pairs]
    return sum(near) / len(near) if len(near) > PAIRS else math.nan


def _places(words: Sequence[PageWord]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for n, word in enumerate(words):
        for term in word.terms:
            places.setdefault(term, []).append(n)
    return places


def _near(a: str, b: str, most: int, places: Mapping[str, Sequence[int]]) -> bool:
    return any(0 < q - p <= most for p in places.get(a, ()) for q in places.get(b, ()))


def _content(wanted: str, question: str) -> frozenset[str]:
    """The terms of each word alone; those asked left out, unless too few are left to tell."""
    terms, asked = _alone(wanted), _alone(question)
    brought = terms - asked
    return brought if len(brought) >= ENOUGH else terms


def _alone(text: str) -> frozenset[str]:
    """Index terms word by word: a notation of two words stands for both, wherever they are."""
    return frozenset(term for word in WORDS.findall(text) for term in analyse(word))


def _misread(missing: Sequence[str], words: Sequence[PageWord]) -> tuple[tuple[str, str], ...]:
    """The terms missing that stand there but for a few letters, in what is no word; no numbers.

    What the lexicon knows was read as it is printed: « plage » is no « plaque » misread.
    """
    from rapidfuzz import fuzz

    from rag.french.lexicon import load_lexicon

    knows = load_lexicon().knows
    strange = dict.fromkeys(
        part
        for word in words
        for part in re.findall(r"[^\W_]{3,}(?:['’][^\W_]+)*", word.text)
        if not part.isdigit() and not knows(part)
    )
    found = []
    for term in missing:
        if len(term) < SHORTEST or not term.isalpha():
            continue
        near = [
            (max(fuzz.ratio(term, f), fuzz.ratio(term, f[: len(term) + 1])), part)
            for part in strange
            if len(f := fold(part)) >= len(term) - 2
        ]
        best = max(near, default=(0.0, ""))
        if best[0] >= ALIKE:
            found.append((term, best[1]))
    return tuple(found)

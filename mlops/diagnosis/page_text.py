"""What a page holds of an answer: in a passage, in its text, as a bag of words, or misread."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.answer.units import units_of
from rag.french.analysis import analyse, fold
from rag.index.accounts import account_of
from rag.index.release import Release
from rag.pointing import HELD, Pointed, point

ALIKE = 65  # of 100: a word of the page that may be a word of the answer, misread
SHORTEST = 3  # letters of a word that can be told to be misread
SPREAD, ROOM = 6, 20  # words of a run that says an answer: so many a term, and so many more
NEAR = 5  # words between two that stand in a row in what is said
ENOUGH = 3  # words that can tell
MOST_THERE = 0.85  # share of the words that stand somewhere on the page


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
    together: float  # share of its words in a row that are near each other there too, 0..1
    broken_off: bool  # the passage that says it begins or ends inside the sentence

    def plain(self) -> dict[str, Any]:
        """For the evidence."""
        return {
            "status": self.status,
            "in_passage": self.proof.reason or "yes",
            "held": round(self.proof.held, 3),
            "in_text": self.in_text,
            "parted": self.parted,
            "together": round(self.together, 3),
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
    wanted = _content(quote or said, "" if quote else question)
    words = words_of(release, document_id, index)
    there = {term for word in words for term in word.terms}
    missing = tuple(sorted(wanted - there))
    run = tightest(words, wanted)
    return OnPage(
        account_of(release, document_id, index),
        proof,
        run is not None,
        run is not None and not _in_one(release, document_id, index, words, run),
        len(wanted),
        1 - len(missing) / len(wanted) if wanted else 1.0,
        missing,
        _misread(missing, words),
        release.page(document_id, index) is not None,
        _together(quote or said, words),
        bool(not proof.reason and _broken_off(release, proof)),
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
        aside = ("head", "folio")
        return [
            PageWord(t.text, tuple(_alone(t.text)), t.first, t.last)
            for t in read.tokens
            if read.lines[t.line].role.value not in aside
        ]
    if (section := release.section(document_id, index)) is not None:
        return [
            PageWord(m[0], tuple(_alone(m[0])), m.start(), m.end())
            for m in re.finditer(r"\S+", section.text)
        ]
    return []


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


def _broken_off(release: Release, proof: Pointed) -> bool:
    """Whether the passage begins or ends in the middle of the sentence that proves."""
    chunk = release.chunk(proof.row)
    units = units_of(chunk)
    touched = [u for u in units if u.start < proof.end and u.end > proof.start]
    if not touched or chunk.kind != "paragraph":
        return False
    begins = touched[0] is units[0] and touched[0].rest
    ends = touched[-1] is units[-1] and not touched[-1].ends and not touched[-1].row
    return begins or ends


def _together(said: str, words: Sequence[PageWord]) -> float:
    """How much of the order of what is said the page has: pairs in a row, ``NEAR`` words apart."""
    row = [term for word in re.findall(r"[^\W_]+", said) for term in analyse(word)[:1]]
    pairs = [(a, b) for a, b in itertools.pairwise(row) if a != b]
    places: dict[str, list[int]] = {}
    for n, word in enumerate(words):
        for term in word.terms:
            places.setdefault(term, []).append(n)
    near = [
        any(0 < q - p <= NEAR for p in places.get(a, ()) for q in places.get(b, ()))
        for a, b in pairs
    ]
    return sum(near) / len(near) if near else 1.0


def _content(wanted: str, question: str) -> frozenset[str]:
    """The terms of each word alone; those asked left out, unless too few are left to tell."""
    terms, asked = _alone(wanted), _alone(question)
    brought = terms - asked
    return brought if len(brought) >= ENOUGH else terms


def _alone(text: str) -> frozenset[str]:
    """Index terms word by word: a notation of two words stands for both, wherever they are."""
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)
    return frozenset(term for word in words for term in analyse(word))


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

"""What corrected words teach the corrector: confusions, words, forms, marks.

Only what comes back is learned: each thing needs at least two independent lessons. Everything is
derived again from the lessons in force, so that a correction taken back leaves nothing behind.
What is learned is tried where the package's own costs mend nothing, and never on a word that the
lexicon knows: no word that was mended before is mended otherwise.

Measured (``benchmarks/learning_words.py``, development pages; docs/correction.md has the figures):
the marks bring most, the confusions some; words and forms brought nothing there and harm nothing:
they are for names that come back, of which the sample has few. Making the package's own pairs
cheaper for every word was tried and lost: a person corrects the words that were mended wrongly or
not at all, so that such lessons say nothing of the pairs that already work.

Source of the method: weighted confusion sets, Kukich, ACM Computing Surveys 24(4), 1992, § 2.2.4.
Unlike there, costs stay on the scale set by hand (``confusions.json``) and evidence lowers them:
200 corrected words are too few to count every confusion from nothing.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rag.correct.confusions import Costs, pieces
from rag.records import Page

NEW: Final = 1.4  # cost of a confusion that nobody foresaw, before its evidence
STEP: Final = 0.25  # what each doubling of the evidence takes off
FLOOR: Final = 0.1  # the least cost in confusions.json
PIECE: Final = 2  # characters seen or printed; longer pieces are a word misread as a whole
INDEPENDENT: Final = 2  # lessons, before anything is learned from them
MARKS: Final = 5  # lessons, before a mark is: it is everywhere
WORD: Final = 4  # letters of a word that the collection teaches
SURE: Final = 0.9  # OCR confidence of a word that stands elsewhere
CONFUSIONS: Final = 100  # the most told: 300 would cost 65 ms an unknown word, 100 cost 17
MOST: Final = 1000  # words or forms, so that a flood of corrections costs no more time

_EDGE: Final = re.compile(r"^[\W_]+|[\W_]+$")
_ONE_WORD: Final = re.compile(r"[^\W\d_]+(?:[’-][^\W\d_]+)*")
_MARK: Final = (".", ",")  # read for, printed: at the end of a word, inside a sentence


@dataclass(frozen=True, slots=True)
class Lesson:
    """Words of a page as read, and what a person says is printed there."""

    before: str
    after: str
    page: str  # which page image: the same word twice on one is one lesson


def core(text: str) -> str:
    """The word without the signs around it, with one kind of apostrophe."""
    return _EDGE.sub("", text.replace("'", "’").replace("‘", "’"))


def learn(
    lessons: Iterable[Lesson],
    base: Costs,
    knows: Callable[[str], bool],
    elsewhere: Callable[[str], bool] = lambda _: False,
) -> Costs:
    """Costs that know what these lessons say; ``base`` itself when they say nothing twice.

    Args:
        lessons: in any order; the result does not depend on it.
        base: of the package.
        knows: the lexicon.
        elsewhere: whether a word also stands, read with confidence, in the collection.
    """
    taught = sorted(set(lessons), key=lambda x: (x.page, x.before, x.after))
    learned = replace(
        base,
        learned=_confusions(taught, base, knows),
        words=_words(taught, knows, elsewhere),
        forms=_forms(taught, knows),
        marks=_marks(taught),
    )
    if learned == base:
        return base
    said = json.dumps(learned.to_dict(), sort_keys=True, ensure_ascii=True)
    return replace(
        learned, version=f"{base.version}+{hashlib.sha256(said.encode()).hexdigest()[:12]}"
    )


def summary(costs: Costs) -> Mapping[str, int]:
    """How many confusions, words, forms and marks were learned: for a report."""
    return {
        "confusions": len(costs.learned),
        "words": len(costs.words),
        "forms": len(costs.forms),
        "marks": len(costs.marks),
    }


def _confusions(
    lessons: Sequence[Lesson], base: Costs, knows: Callable[[str], bool]
) -> tuple[tuple[str, str, float], ...]:
    """What was read for what, twice or more: each doubling of the evidence takes STEP off.

    Only doublings count, so that costs (and with them every page) do not change each night.

    A lesson teaches when its word is unknown and becomes a known one: a reader who rewrites good
    words, or writes nonsense, teaches nothing.
    """
    seen: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for lesson in lessons:
        before, after = core(lesson.before), core(lesson.after)
        if not knows(before) and knows(after) and _alike(before, after):
            for pair in confused(before, after):
                seen[pair].add((lesson.page, before))
    own = {(s, p): c for s, p, c in base.pairs}
    ranked = sorted(seen.items(), key=lambda item: (-len(item[1]), item[0]))
    learned = {
        pair: max(FLOOR, own.get(pair, NEW) - STEP * int(math.log2(len(evidence))))
        for pair, evidence in ranked[:CONFUSIONS]
        if len(evidence) >= INDEPENDENT
    }
    return tuple((s, p, round(cost, 3)) for (s, p), cost in sorted(learned.items()))


def _alike(before: str, after: str) -> bool:
    """One word for one word of about its letters: not a sentence, nor another word."""
    from rapidfuzz.distance import Levenshtein

    if not (_ONE_WORD.fullmatch(before) and _ONE_WORD.fullmatch(after)):
        return False
    return Levenshtein.distance(before, after) <= max(1, min(len(before), len(after)) // 2)


def confused(before: str, after: str) -> list[tuple[str, str]]:
    """What was read for what: (seen, printed), never nothing for something.

    A letter lost or added is told with the letter before it (after it, at the beginning).
    """
    found = []
    for start, end, printed in pieces(before, after):
        seen = before[start:end]
        if not seen or not printed:
            if start:
                seen, printed = before[start - 1] + seen, before[start - 1] + printed
            else:
                seen, printed = seen + before[end : end + 1], printed + before[end : end + 1]
        if seen and printed and len(seen) <= PIECE and len(printed) <= PIECE:
            found.append((seen, printed))
    return found


def candidates(lessons: Iterable[Lesson], knows: Callable[[str], bool]) -> frozenset[str]:
    """Words that people say are printed and that no list has: to be looked for elsewhere."""
    said = {
        core(part)
        for lesson in lessons
        for part in lesson.after.split()
        if part[-1:] not in "-‐‑¬"  # the half of a word
    }
    return frozenset(w for w in said if _is_own(w, knows))


def own_words(pages: Iterable[Page], knows: Callable[[str], bool]) -> frozenset[str]:
    """Words that no list has, read with confidence inside a line (at its ends are halves)."""
    return frozenset(
        core(word.text)
        for page in pages
        for line in page.lines
        for word in line[1:-1]
        if word.confidence >= SURE and _is_own(core(word.text), knows)
    )


def _is_own(word: str, knows: Callable[[str], bool]) -> bool:
    if len(word) < WORD or "’" in word or not _ONE_WORD.fullmatch(word):
        return False
    return not knows(word)


def _words(
    lessons: Sequence[Lesson], knows: Callable[[str], bool], elsewhere: Callable[[str], bool]
) -> tuple[str, ...]:
    """Words that people say are printed, that no list has, and that are read elsewhere."""
    return tuple(sorted(w for w in candidates(lessons, knows) if elsewhere(w)))[:MOST]


def _forms(lessons: Sequence[Lesson], knows: Callable[[str], bool]) -> tuple[tuple[str, str], ...]:
    """Unknown forms that were corrected the same way on two pages, and no other way."""
    ways: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for lesson in lessons:
        before, after = core(lesson.before), core(lesson.after)
        if before != after and _ONE_WORD.fullmatch(before):
            ways[before][after].add(lesson.page)
    found = []
    for before, said in ways.items():
        after, pages = max(said.items(), key=lambda item: (len(item[1]), item[0]))
        sure = len(said) == 1 and len(pages) >= INDEPENDENT
        if sure and not knows(before) and _ONE_WORD.fullmatch(after):
            found.append((before, after))
    return tuple(sorted(found))[:MOST]


def _marks(lessons: Sequence[Lesson]) -> tuple[tuple[str, str], ...]:
    """A full stop read for a comma, when that comes back and its reverse hardly does."""
    told: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for lesson in lessons:
        before, after = lesson.before.rstrip(), lesson.after.rstrip()
        if core(before) and before[-1] in _MARK and after[-1:] in _MARK:
            told[before[-1], after[-1]].add((lesson.page, core(before)))
    there, back = told[_MARK], told[_MARK[::-1]]
    pages = {page for page, _ in there}
    enough = len(pages) >= INDEPENDENT and len(there) >= max(MARKS, 3 * len(back))
    return (_MARK,) if enough else ()

"""A sentence that a language model wrote → the words of the passages that prove it, or none.

A sentence is proved when one short run of a passage holds its numbers (each with its unit, beside
the same words), its names, most of its other terms, and denies what it denies. A number that the
run does not hold is never let through; where the run gives another one, the sentence contradicts
its source. Nothing the model says of its sources is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answer.amounts import Amount, amounts, kinds_named
from rag.answer.units import Unit, units_of
from rag.french.sentences import sentences
from rag.records import Chunk, Citation, Hit, Sentence, Support

Analyse = Callable[[str], list[str]]
Cite = Callable[[Chunk, int, int], Citation]
Similarity = Callable[[str, Sequence[str]], Sequence[float]]

HITS = 10  # passages looked at
WINDOW = 3  # units in a row that may prove one sentence
HELD = 0.6  # share of the sentence's terms that proves it by words alone
MEANT = 0.35, 0.86  # share of terms, and cosine, that prove it together
ABOUT = 0.5  # share of terms from which another number is a contradiction
LONGER = 0.02  # what each more unit of a window must bring in share
TRIED = 8  # windows checked for each sentence
NEAR = 80  # characters around an amount that say what it is of
CLOSER = 0.2  # by how much another amount must stand closer to the same words, to be the one meant
NEARER = 0.0  # share by which other words must be nearer, to speak against it: a tie does
SPARE = 3  # words left out at an end: fewer, and the quotation goes on to it
SKIPPED = 0.34  # what a word that the sentence lacks costs to the words quoted; one it has gives 1

_MARK = re.compile(r"^\s*(?:[-*+•–—>#]+\s+|\d{1,2}[.)]\s+(?=\D))+")
_CITED = re.compile(r"\s*(?:\[\s*(?:passage\s*)?\d+(?:\s*[,;–-]\s*\d+)*\s*\]|【[^】]*】|\*\*|__|`)")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NAME = re.compile(r"(?<![.!?:;«\"“(\n-]\s)(?<!^)(?<![\w.])[A-ZÀ-Þ][\w’'-]*[a-zà-ÿ][\w-]*")
_TITLE = re.compile(r"\b(?:M|MM|Mme|Mlle|Mr|Mrs|Dr)\.?\s+(?=[A-ZÀ-Þ])")
_NOT = re.compile(
    r"\b(?:ne|n['’]|not|never|cannot|don['’]t|doesn['’]t|jamais|sans|without|non)\b['’]?\s*"
    r"((?:[^\W\d_]+['’]?\s*){1,4})",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"\b(?:pas|point|jamais|plus|guère|rien|faut|faudra|doit|doivent|peut|peuvent|il|on|be|to|do|"
    r"est|sont|être|avoir)\b",
    re.IGNORECASE,
)
_RATHER = re.compile(r"\bn(?:e\s+|['’])[^.;:,]{1,40}?\bqu(?:e\b|['’])", re.IGNORECASE)  # ne… que


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence as it is compared."""

    text: str
    terms: frozenset[str]  # without numbers
    amounts: tuple[Amount, ...]
    names: frozenset[str]
    denied: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Passage:
    """The units of a hit with their terms."""

    chunk: Chunk
    units: Sequence[Unit]
    terms: Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Window:
    """``chunk.text[start:end]``, a run of units, and the share of the sentence it holds."""

    chunk: Chunk
    start: int
    end: int
    terms: frozenset[str]
    held: float

    @property
    def text(self) -> str:
        return self.chunk.text[self.start : self.end]

    @property
    def amounts(self) -> list[Amount]:
        return amounts(self.text)


def split_sentences(text: str) -> list[str]:
    """The sentences of a written answer, marks of lists and pretended references taken off."""
    out = []
    for line in text.splitlines():
        bare = _MARK.sub("", _CITED.sub("", line)).strip()
        out += [bare[start:end] for start, end in sentences(bare)]
    return [one for one in out if _TOKEN.search(one)]


def align(
    written: Sequence[str],
    hits: Sequence[Hit],
    *,
    analyse: Analyse,
    cite: Cite,
    similarity: Similarity | None = None,
) -> tuple[Sentence, ...]:
    """Tie each sentence to the words that prove it.

    Args:
        written: sentences of a language model, one each.
        hits: what it was given, best first; only the first ten are read.
        analyse: text → terms, the analysis of the index.
        cite: proof of ``chunk.text[start:end]``; may raise LookupError.
        similarity: a sentence and texts → cosines; lets other words prove the same thing, never
            another number.

    Returns:
        As many sentences, in order: ALIGNED with its citation; CONTRADICTED with the citation of
        the words that say another number; or UNSUPPORTED, without any.
    """
    passages = []
    for hit in hits[:HITS]:
        units = units_of(hit.chunk)
        terms = [_plain([*analyse(unit.text), *analyse(_unnumbered(unit.text))]) for unit in units]
        passages.append(_Passage(hit.chunk, units, terms))
    return tuple(_tied(_said(one, analyse), passages, analyse, cite, similarity) for one in written)


def _said(text: str, analyse: Analyse) -> _Said:
    return _Said(
        text,
        _plain(analyse(_unnumbered(text))),
        tuple(amounts(text)),
        frozenset(
            t for name in _NAME.findall(_TITLE.sub("le ", text)) for t in _plain(analyse(name))
        ),
        _denied(text, analyse),
    )


def _unnumbered(text: str) -> str:
    """The text without its amounts: they are compared apart."""
    out, at = [], 0
    for amount in amounts(text):
        out.append(text[at : amount.start])
        at = amount.end
    return " ".join([*out, text[at:]])


def _plain(terms: Sequence[str]) -> frozenset[str]:
    return frozenset(term for term in terms if not any(c.isdigit() for c in term))


def _denied(text: str, analyse: Analyse) -> frozenset[str]:
    """The term that follows each negation; « ne … que » denies nothing."""
    out = []
    for words in _NOT.findall(_RATHER.sub(" ", text)):
        out += [term for term in analyse(_EMPTY.sub(" ", words)) if term.isalpha()][:1]
    return frozenset(out)


def _tied(
    said: _Said,
    passages: Sequence[_Passage],
    analyse: Analyse,
    cite: Cite,
    alike: Similarity | None,
) -> Sentence:
    """The sentence with the first window that proves it, else what speaks against it."""
    against: tuple[_Window, Sentence] | None = None
    proved: tuple[_Window, Sentence] | None = None
    windows = _windows(said, passages)
    cosines = alike(said.text, [w.text for w in windows]) if alike and windows else ()
    for n, window in enumerate(windows):
        places = [_place(amount, said, window, analyse) for amount in said.amounts]
        enough = window.held >= HELD or (
            bool(cosines) and window.held >= MEANT[0] and cosines[n] >= MEANT[1]
        )
        if None in places:
            nearer = against is None or window.held > against[0].held
            if window.held >= ABOUT and nearer and _rival(said, window):
                found = _cited(said, window, (), Support.CONTRADICTED, analyse, cite)
                against = (window, found) if found else against
        elif enough and proved is None and _agrees(said, window, analyse):
            kept = [place for place in places if place]
            found = _cited(said, window, kept, Support.ALIGNED, analyse, cite)
            proved = (window, found) if found else None
    if proved is not None and (against is None or not _outweighs(against[0], proved[0])):
        return proved[1]
    return against[1] if against else Sentence(said.text, (), Support.UNSUPPORTED)


def _outweighs(against: _Window, proved: _Window) -> bool:
    """Much nearer to the sentence; or a shorter run with the same words, and another number."""
    inside = (
        against.chunk == proved.chunk
        and proved.start <= against.start
        and against.end <= proved.end
        and against.held >= proved.held
    )
    return inside or against.held >= proved.held + NEARER


def _windows(said: _Said, passages: Sequence[_Passage]) -> list[_Window]:
    """The runs of units that hold most of the sentence, best first, shortest first."""
    if not said.terms and not said.amounts:
        return []
    found: list[tuple[float, float, float, int, _Window]] = []
    for row, passage in enumerate(passages):
        for first in range(len(passage.units)):
            terms: frozenset[str] = frozenset()
            for last in range(first, min(first + WINDOW, len(passage.units))):
                terms |= passage.terms[last]
                held = len(said.terms & terms) / len(said.terms) if said.terms else 1.0
                if held < MEANT[0]:
                    continue
                start, end = passage.units[first].start, passage.units[last].end
                window = _Window(passage.chunk, start, end, terms, held)
                counted = held + _counted(said, window)
                found.append((LONGER * (last - first), held, counted, row, window))
    best = sorted(found, key=lambda one: (one[0] - one[2], one[3], one[4].start))[:TRIED]
    near = sorted(found, key=lambda one: (one[0] - one[1], one[3], one[4].start))[:2]
    return list(dict.fromkeys(window for *_, window in [*best, *near]))


def _counted(said: _Said, window: _Window) -> float:
    """Share of the sentence's amounts that stand in the window, wherever."""
    if not said.amounts:
        return 0.0
    there = window.amounts
    return sum(any(a.same(b) for b in there) for a in said.amounts) / len(said.amounts)


def _place(said_amount: Amount, said: _Said, window: _Window, analyse: Analyse) -> Amount | None:
    """Where the window says that amount beside the same words; None when it says another there."""
    around = _around(said.text, said_amount, said.amounts, analyse)
    there = window.amounts
    same: list[tuple[float, Amount]] = []
    rivals = [0.0]
    for amount in there:
        beside = _around(window.text, amount, there, analyse)
        alike = sum(min(w, beside[t]) for t, w in around.items() if t in beside)
        if amount.same(said_amount) and _unit_is_named(said_amount, amount, window):
            same.append((alike, amount))
        else:
            rivals.append(alike)
    alike, place = max(same, key=lambda one: one[0], default=(0.0, None))
    return place if alike >= max(rivals) - CLOSER else None


def _unit_is_named(said: Amount, there: Amount, window: _Window) -> bool:
    """A number printed without its unit takes the one of its column or of its neighbours."""
    if there.kind or not said.kind:
        return True
    return said.kind in kinds_named(f"{' '.join(window.chunk.headings)} {window.text}")


def _around(
    text: str, amount: Amount, others: Sequence[Amount], analyse: Analyse
) -> dict[str, float]:
    """Terms near an amount, nearer ones weighing more; other amounts are passed over."""
    out: dict[str, float] = {}
    sides = (text[: amount.start], -1), (text[amount.end :], 1)
    for side, way in sides:
        words = _TOKEN.findall(side[-NEAR:] if way < 0 else side[:NEAR])[::way]
        terms = [t for word in words for t in analyse(word)]
        for distance, term in enumerate(terms, 1):
            if not term[0].isdigit():
                out[term] = max(out.get(term, 0.0), 1 / distance)
    return out


def _rival(said: _Said, window: _Window) -> bool:
    """True when the window gives another value of the kind that the sentence gives."""
    return any(
        one.kind == there.kind and not one.same(there)
        for one in said.amounts
        for there in window.amounts
    )


def _agrees(said: _Said, window: _Window, analyse: Analyse) -> bool:
    """Names are there, and the same things are denied."""
    above = frozenset(analyse(" ".join(window.chunk.headings)))
    denied = _denied(window.text, analyse)
    both = said.terms & window.terms
    return said.names <= window.terms | above and said.denied & both == denied & both


def _cited(
    said: _Said,
    window: _Window,
    places: Sequence[Amount],
    support: Support,
    analyse: Analyse,
    cite: Cite,
) -> Sentence | None:
    first, last = _tightest(said, window.text, places, analyse)
    try:
        proof = cite(window.chunk, window.start + first, window.start + last)
    except (LookupError, ValueError):
        return None
    return Sentence(said.text, (proof,), support)


def _tightest(
    said: _Said, text: str, places: Sequence[Amount], analyse: Analyse
) -> tuple[int, int]:
    """The run of words that holds most of the sentence for its length, and every amount proved.

    Source: the largest sum of a run (Bentley 1984, Kadane's algorithm), over words.
    """
    tokens = list(_TOKEN.finditer(text))
    best, run = (0.0, 0, len(text)), (0.0, 0)
    for token in tokens:
        terms = _plain(analyse(token.group()))
        gain = 1.0 if terms & said.terms else -SKIPPED if terms else 0.0
        run = (run[0] + gain, run[1]) if run[0] > 0 else (gain, token.start())
        if run[0] > best[0]:
            best = run[0], run[1], token.end()
    first = min([best[1], *(a.start for a in places)])
    last = max([best[2], *(a.end for a in places)])
    if len(_TOKEN.findall(text[:first])) <= SPARE:
        first = 0
    if len(_TOKEN.findall(text[last:])) <= SPARE:
        last = len(text)
    return first, last

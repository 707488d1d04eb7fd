"""What a person says of a page → the words of that page that say so, or why none do.

The check behind every validated answer: a quotation must be printed there; an answer must have its
numbers, with their units, and most of its words in one short run of the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.answer.amounts import amounts
from rag.answer.units import Unit, units_of
from rag.french.analysis import analyse, fold
from rag.index.release import Release
from rag.records import Chunk

HELD = 0.6  # share of the answer's words that the page must say
WINDOW = 3  # units in a row that may prove an answer
LONGER = 0.03  # of that share, what each more unit must bring


@dataclass(frozen=True, slots=True)
class Pointed:
    """``chunk(row).text[start:end]``, on the page; ``reason`` says why it proves nothing."""

    row: int
    start: int
    end: int
    quotation: str
    held: float  # share of what was said that stands there, 0..1
    reason: str = ""  # "", "page_absent", "quote_not_there", "page_does_not_say", "unproved"


ABSENT = Pointed(-1, 0, 0, "", 0.0, "page_absent")


def point(
    release: Release,
    document_id: str,
    index: int,
    *,
    question: str = "",
    answer: str = "",
    quote: str = "",
) -> Pointed:
    """Find what a page says of an answer.

    Args:
        release: an open release.
        document_id: of the page.
        index: of the page, from 0.
        question: what was asked: its words need not stand beside the answer.
        answer: what a person says the answer is; "" when they only point at the page.
        quote: the printed words, when they were given: nothing else is looked for.

    Returns:
        The proof. Without a quote or an answer, the run nearest to the question: "unproved" unless
        it says most of its words.
    """
    number = release.numbers.get(document_id)
    rows = [] if number is None else release.page_map.rows_of(number, index).tolist()
    chunks = [(int(row), release.chunk(int(row))) for row in rows]
    if not chunks:
        return ABSENT
    if quote.strip():
        return _quoted(chunks, quote)
    said = _said(answer, question) if answer.strip() else frozenset(analyse(question))
    found = [
        (_proof(row, chunk, window, said), LONGER * more)
        for row, chunk in chunks
        for window, more in _windows(chunk, index)
    ]
    found.sort(key=lambda one: (one[1] - one[0].held, one[0].row, one[0].start))
    proofs = [proof for proof, _ in found]
    if not proofs or not said:
        return Pointed(chunks[0][0], 0, 0, "", 0.0, "page_does_not_say" if answer else "unproved")
    if not answer.strip():
        return replace(proofs[0], reason="" if proofs[0].held >= HELD else "unproved")
    return _numbered(proofs, answer, question) or replace(proofs[0], reason="page_does_not_say")


def _said(answer: str, question: str) -> frozenset[str]:
    """The words of an answer that it brings; all of them when it brings none."""
    terms, asked = frozenset(analyse(answer)), frozenset(analyse(question))
    return terms - asked or terms


def _windows(chunk: Chunk, index: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Runs of units of a chunk that touch the page, each with how many more than one they are."""
    units: Sequence[Unit] = units_of(chunk)
    here = [(p.start, p.end) for p in chunk.pieces if p.index == index]
    first, last = min((a for a, _ in here), default=0), max((b for _, b in here), default=0)
    for n, unit in enumerate(units):
        for more, end in enumerate(units[n : n + WINDOW]):
            if unit.start < last and end.end > first:
                yield (unit.start, end.end), more


@lru_cache(maxsize=2048)  # a page that is found to say it is asked again when it is proposed
def _terms(text: str) -> frozenset[str]:
    return frozenset(analyse(text))


def _proof(row: int, chunk: Chunk, window: tuple[int, int], said: frozenset[str]) -> Pointed:
    start, end = window
    text = chunk.text[start:end]
    held = len(said & _terms(text)) / len(said) if said else 0.0
    return Pointed(row, start, end, text, held)


def _numbered(proofs: Sequence[Pointed], answer: str, question: str) -> Pointed | None:
    """The best proof that says most of the answer and has every number of it."""
    asked = amounts(question)
    wanted = [one for one in amounts(answer) if not any(one.same(other) for other in asked)]
    for proof in proofs:
        if proof.held < HELD:
            continue
        there = amounts(proof.quotation) if wanted else ()
        if all(any(one.same(o) for o in there) for one in wanted):
            return proof
    return None


def _quoted(chunks: Sequence[tuple[int, Chunk]], quote: str) -> Pointed:
    """Where the letters of a quotation stand in a chunk, blanks and punctuation apart."""
    wanted = "".join(c for c in fold(quote) if c.isalnum())
    for row, chunk in chunks:
        letters, places = [], []
        for place, character in enumerate(chunk.text):
            for folded in fold(character):
                if folded.isalnum():
                    letters.append(folded)
                    places.append(place)
        at = "".join(letters).find(wanted) if wanted else -1
        if at >= 0:
            start, end = places[at], places[at + len(wanted) - 1] + 1
            return Pointed(row, start, end, chunk.text[start:end], 1.0)
    return Pointed(chunks[0][0], 0, 0, "", 0.0, "quote_not_there")

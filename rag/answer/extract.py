"""The sentences that answer, chosen from the hits, in reading order, each with its proof.

No model: a unit (sentence, row, formula) is weighed by the share of the question it holds, by
where it stands, and by whether it looks like what is asked for; its neighbours come along only
when the reader needs them. All comes from one place: the passage of the best unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.answer.asked import Asked, signs
from rag.answer.telling import sentence_of
from rag.answer.units import Unit
from rag.answer.weigh import Agreement, Asking, Weighed, asking, weigh
from rag.records import Chunk, Citation, Concept, Hit, Sentence

HITS = 6  # passages looked at
WANTED = {Asked.STEPS: 5, Asked.LIST: 4, Asked.DEFINITION: 2, Asked.REASON: 2}  # else 2
TYPED = (Asked.AMOUNT, Asked.DATE, Asked.PERSON, Asked.NAME, Asked.REASON)
OPENING = 60  # characters where a step says what to do
ENOUGH = 900  # characters of answer


def extract(
    question: str,
    hits: Sequence[Hit],
    *,
    analyse: Callable[[str], list[str]],
    idf: Callable[[str], float],
    cite: Callable[[Chunk, int, int], Citation],
    agreement: Agreement | None = None,
    concepts: Sequence[Concept] = (),
    limit: int = 5,
) -> tuple[Sentence, ...]:
    """Answer a question from its hits.

    Args:
        question: as typed.
        hits: best first; only the first few are read.
        analyse: text → terms, the analysis of the index.
        idf: weight of a term in the collection, ≥ 0; a term it never saw weighs most.
        cite: proof of ``chunk.text[start:end]``; may raise LookupError for what cannot be proved.
        agreement: a hit and spans of its text → how much each means what the question does.
        concepts: of the query, with the words that mean the same; only typed words without.
        limit: at most so many sentences (a formula with its rows counts as one).

    Returns:
        One to ``limit`` sentences in reading order, none when there are no hits or no proof.
    """
    read = [hit for hit in hits if hit.chunk.kind != "toc"][:HITS] or list(hits[:HITS])
    asked = asking(question, analyse=analyse, idf=idf, concepts=concepts)
    weighed = weigh(asked, read, analyse=analyse, agreement=agreement)
    if not weighed:
        return ()
    best = max(weighed, key=lambda w: (w.weight, -w.hit, -w.place))
    passage = [w for w in weighed if w.hit == best.hit]
    chosen = _chosen(asked, best, passage, min(limit, WANTED.get(asked.kind, 2)))
    hit = read[best.hit]
    return tuple(s for w in chosen if (s := sentence_of(hit, w.unit, cite)))


def _chosen(
    asked: Asking,
    best: Weighed,
    passage: Sequence[Weighed],
    limit: int,
) -> list[Weighed]:
    """The best unit and the neighbours it needs, in reading order."""
    rows = {best.place}
    if limit > 1 and best.place and best.unit.leans:
        rows.add(best.place - 1)
    if asked.kind in (Asked.STEPS, Asked.LIST):
        _follow(asked.kind, best, passage, rows, limit)
    elif asked.kind in TYPED:
        if not any(passage[row].fits for row in rows):
            _answering(best, passage, rows)
    elif len(rows) < limit:
        _complete(asked, best, passage, rows)
    return [passage[row] for row in sorted(rows)]


def _length(passage: Sequence[Weighed], rows: set[int]) -> int:
    return sum(len(passage[row].unit.text) + 1 for row in rows)


def _follow(
    kind: Asked, best: Weighed, passage: Sequence[Weighed], rows: set[int], limit: int
) -> None:
    """Steps and lists go on: forward while it still tells how, then back to where it began."""
    floor = 0.45 * best.own
    for row in range(best.place + 1, len(passage)):
        unit = passage[row].unit
        if not (_goes_on(kind, best.unit, unit) or unit.leans) or passage[row].own < floor:
            break
        if not _fits(unit, passage, rows, limit):
            break
        rows.add(row)
    for row in range(min(rows) - 1, -1, -1):
        unit = passage[row].unit
        want = floor if _goes_on(kind, best.unit, unit) else 0.75 * best.own
        if (
            not (passage[row].held or unit.row)
            or passage[row].own < want
            or not _fits(unit, passage, rows, limit)
        ):
            break
        rows.add(row)


def _goes_on(kind: Asked, best: Unit, unit: Unit) -> bool:
    """True for a further step or item of the same make."""
    opening = unit.text[:OPENING]  # « selon qu'on le tend » further on is no step
    return unit.row == best.row and (unit.row or signs(kind, opening, "") == 1.0)


def _fits(unit: Unit, passage: Sequence[Weighed], rows: set[int], limit: int) -> bool:
    room = _length(passage, rows) + len(unit.text) <= ENOUGH
    return unit.whole and room and len(rows) < limit


def _answering(best: Weighed, passage: Sequence[Weighed], rows: set[int]) -> None:
    """The best sentence is about it but does not say it: add the one close by that does."""
    for row in (best.place + 1, best.place + 2, best.place - 1):
        if not 0 <= row < len(passage) or row in rows or not passage[row].fits:
            continue
        if (
            passage[row].unit.whole
            and _length(passage, rows) + len(passage[row].unit.text) <= ENOUGH
        ):
            rows.add(row)
            return


def _complete(asked: Asking, best: Weighed, passage: Sequence[Weighed], rows: set[int]) -> None:
    """One more unit close by, when it holds a good part of the question that is still missing."""
    held = frozenset[int]().union(*(passage[row].held for row in rows))
    missing = {
        w.place: sum(asked.parts[n].share for n in w.held - held)
        for w in passage
        if w.place not in rows and abs(w.place - best.place) <= 2 and w.unit.whole
    }
    for row, share in sorted(missing.items(), key=lambda pair: (-pair[1], pair[0])):
        fits = _length(passage, rows) + len(passage[row].unit.text) <= ENOUGH
        if share >= 0.25 and passage[row].own >= 0.6 * best.own and fits:
            rows.add(row)
        return

"""Do the best passages of two documents give different numbers for the amount asked?

Precision first: the two sentences must both hold the question's words, be the best of their
documents, give a fresh amount of the one unit asked, and have no value in common; ranges that
overlap agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answer.amounts import Amount
from rag.answer.asked import Asked
from rag.answer.extract import HITS
from rag.answer.passages import amounts_in
from rag.answer.telling import sentence_of
from rag.answer.weigh import Asking, Weighed, asking, weigh
from rag.records import Chunk, Citation, Concept, Hit, Sentence

REASON = "sources_disagree"  # code of the verdict
HELD = 0.6  # share of the question that each of the two sentences holds by itself
CLOSE = 0.75  # of the weight of the best: a weaker sentence says nothing against it


@dataclass(frozen=True, slots=True)
class _Claim:
    """The sentence of a document that answers, and the amounts it gives."""

    hit: Hit
    weighed: Weighed
    given: tuple[Amount, ...]


def disagreement(
    question: str,
    hits: Sequence[Hit],
    *,
    analyse: Callable[[str], list[str]],
    idf: Callable[[str], float],
    cite: Callable[[Chunk, int, int], Citation],
    concepts: Sequence[Concept] = (),
) -> tuple[Sentence, ...]:
    """The two sentences that give different numbers, each cited, best first; else none.

    Args:
        question: as typed, or with what the questions before it said.
        hits: best first.
        analyse: text → terms, the analysis of the index.
        idf: weight of a term in the collection, ≥ 0.
        cite: proof of ``chunk.text[start:end]``; may raise LookupError.
        concepts: of the query.
    """
    asked = asking(question, analyse=analyse, idf=idf, concepts=concepts)
    if asked.kind is not Asked.AMOUNT or len(asked.kinds) == 0:
        return ()
    read = [hit for hit in hits if hit.chunk.kind != "toc"][:HITS]
    claims = _claims(asked, read, weigh(asked, read, analyse=analyse))
    for first, second in ((claims[0], other) for other in claims[1:]):
        if _agree(first.given, second.given) or second.weighed.own < CLOSE * first.weighed.own:
            continue
        told = [sentence_of(claim.hit, claim.weighed.unit, cite) for claim in (first, second)]
        return tuple(one for one in told if one) if all(told) else ()
    return ()


def _claims(asked: Asking, hits: Sequence[Hit], weighed: Sequence[Weighed]) -> list[_Claim]:
    """The best answering sentence of each document, best first."""
    out: dict[str, _Claim] = {}
    for one in sorted(weighed, key=lambda w: (-w.weight, w.hit, w.place)):
        chunk = hits[one.hit].chunk
        held = sum(asked.parts[n].share for n in one.held)
        if chunk.document_id in out or held < HELD or not one.unit.whole or one.unit.formula:
            continue
        given = _given(asked, one.unit.text)
        if given:
            out[chunk.document_id] = _Claim(hits[one.hit], one, given)
    return list(out.values())


def _given(asked: Asking, text: str) -> tuple[Amount, ...]:
    """Amounts of the unit asked, those of the question left out."""
    known = amounts_in(asked.question)
    fresh = [a for a in amounts_in(text) if a.kind in asked.kinds]
    return tuple(a for a in fresh if not any(a.same(b) for b in known))


def _agree(one: Sequence[Amount], other: Sequence[Amount]) -> bool:
    """The same kind, and spans of values that meet; two kinds cannot be compared, so agree."""
    if {a.kind for a in one} != {a.kind for a in other}:
        return True
    first, second = sorted(a.value for a in one), sorted(a.value for a in other)
    return first[0] <= second[-1] and second[0] <= first[-1]

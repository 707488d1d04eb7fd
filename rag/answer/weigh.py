"""What each sentence of the passages found is worth as an answer: absolute signs, no model.

The share of the question that a sentence holds, in its words or in those that mean the same; less
for what only its heading or the sentences before it hold; the rank of its passage; and whether it
looks like what is asked for (an amount in the unit asked, a date, a name…).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from rag.answer.amounts import kinds_named
from rag.answer.asked import Asked, signs, what_is_asked
from rag.answer.passages import Analyse, Terms, amounts_in, passage_of
from rag.answer.units import Unit
from rag.records import Chunk, Concept, Hit

Agreement = Callable[[Hit, Sequence[tuple[int, int]]], Sequence[float]]

# What each part of a unit's weight is worth; the question wholly held by the unit is 1.
HEADING, BEFORE, EARLIER, PASSAGE = 0.8, 0.6, 0.35, 0.15
RANK, SIGNS, UNIT, MEANING, FOCUS = 1.5, 0.3, 0.3, 0.6, 0.3
ANSWERS = 0.9  # share of a printed question that the sentence after it holds

_ASKING = re.compile(
    r"combien|comment|pourquoi|quand|quel(?:le)?s?|qui|que|quoi|où|(?:le|la|les)quel(?:le)?s?|"
    r"(?:est|faut|peut|doit|fait|sont|a|ont|doit|va)-t?-?(?:ce|ils?|on|elles?)|what|which|who|when|"
    r"where|how|why|many|much|does|do|did|the|is|are|of|to|an?|"
    r"raison|façon|manière|faut|faire|puis-je|peut|dois-je",
    re.IGNORECASE,
)
_FOCUS = re.compile(
    r"\b(?:quel(?:le)?s?|which|what)\s+(?!est\b|sont\b|is\b|are\b)([\w’'-]+)", re.IGNORECASE
)
_ASKED_UNITS: tuple[tuple[str, frozenset[str]], ...] = (
    (r"temp[ée]ratures? de couleur|kelvin|white balance|balance des blancs", frozenset({"K"})),
    (r"temp[ée]rature|degr[ée]s\b", frozenset({"°", "°F"})),
    (
        r"combien de temps|dur[ée]e|\btemps\b|\bpose\b|vitesse|d[ée]lai|how long|shutter|how many "
        r"(?:minutes|hours|days)|quel [âa]ge|\blongtemps",
        frozenset({"s", "month"}),
    ),
    (r"\bprix\b|co[ûu]te|\bcher\b|tarif|abonnement|price|cost|payer", frozenset({"franc", "euro"})),
    (r"ouverture|diaphragme|aperture|f-stop", frozenset({"f", "il"})),
    (
        r"distance|hauteur|largeur|longueur|[ée]paisseur|diam[èe]tre|dimension|focale|espace|"
        r"[ée]cart|how (?:far|big|large|wide)|marge",
        frozenset({"mm", "px"}),
    ),
    (r"\biso\b|sensibilit[ée]|\basa\b", frozenset({"iso"})),
    (r"puissance|\bwatts?", frozenset({"W"})),
    (r"[ée]clairement|\blux\b", frozenset({"lux"})),
    (r"\bdose|dosage|quantit[ée]|proportion|concentration|\btitre\b|\bpoids\b|pourcentage",
     frozenset({"g", "ml", "%", "partie"})),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A word or a phrase of the question: its share, and the ways of saying it with their worth."""

    share: float
    ways: tuple[tuple[Terms, float], ...]

    def held(self, terms: Terms) -> float:
        return max((worth for way, worth in self.ways if way <= terms), default=0.0)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as its answer is looked for."""

    question: str
    kind: Asked
    kinds: frozenset[str]  # of the units asked for; empty when nothing tells
    parts: tuple[Part, ...]
    focus: Terms  # what « quelle ampoule » names


@dataclass(frozen=True, slots=True)
class Weighed:
    """A unit and its weight."""

    hit: int  # row in the hits looked at
    place: int  # row in the units of that chunk
    unit: Unit
    weight: float
    own: float  # the weight without the rank of its passage
    held: frozenset[int]  # parts of the question that it holds
    fits: bool  # it has the sign of what is asked


def asking(
    question: str,
    *,
    analyse: Analyse,
    idf: Callable[[str], float],
    concepts: Sequence[Concept] = (),
) -> Asking:
    """What is asked, words that only ask left out.

    Args:
        question: as typed, or with what the questions before it said.
        analyse: text → terms, the analysis of the index.
        idf: weight of a term in the collection, ≥ 0.
        concepts: of the query; without them only the words typed count.
    """
    words = re.split(r"[\s?!,;:«»\"]+", question)
    bare = " ".join(word for word in words if not _ASKING.fullmatch(word))
    typed = frozenset(analyse(bare) or analyse(question))
    parts = _from_concepts(concepts, typed, idf) or tuple(
        Part(max(idf(term), 0.0), ((frozenset((term,)), 1.0),)) for term in sorted(typed)
    )
    total = sum(part.share for part in parts) or 1.0
    parts = tuple(Part(part.share / total, part.ways) for part in parts)
    kind = what_is_asked(question)
    focus = frozenset(term for word in _FOCUS.findall(question) for term in analyse(word))
    return Asking(question, kind, _units_asked(question, kind), parts, focus & typed)


def _from_concepts(
    concepts: Sequence[Concept], typed: Terms, idf: Callable[[str], float]
) -> tuple[Part, ...]:
    parts = []
    for concept in concepts:
        ways = tuple((frozenset(v.terms), v.weight) for v in concept.variants if v.terms)
        if not ways or not ways[0][0] & typed:
            continue  # it only asks
        share = max(sum(max(idf(term), 0.0) for term in way) for way, _ in ways[:1])
        parts.append(Part(share, ways))
    return tuple(parts)


def _units_asked(question: str, kind: Asked) -> frozenset[str]:
    if kind not in (Asked.AMOUNT, Asked.FACT):
        return frozenset()
    text = question.lower()
    found = [kinds for pattern, kinds in _ASKED_UNITS if re.search(pattern, text)]
    if named := re.search(r"(?:combien d(?:e |['’])|how many )(\w+)", text):
        found = [frozenset(kinds_named(named.group(1))) or frozenset(), *found]
    return next((kinds for kinds in found if kinds), frozenset())


def weigh(
    asked: Asking,
    hits: Sequence[Hit],
    *,
    analyse: Analyse,
    agreement: Agreement | None = None,
) -> list[Weighed]:
    """Every unit of the hits with its weight, in order.

    Args:
        asked: the question.
        hits: best first.
        analyse: text → terms.
        agreement: a hit and spans of its text → how much each means what the question does.
    """
    top = max((hit.score for hit in hits if isfinite(hit.score)), default=0.0)
    out: list[Weighed] = []
    means: list[float] = []
    for row, hit in enumerate(hits):
        rank = hit.score / top if top > 0 and isfinite(hit.score) else 1 / (row + 1)
        found = _of_passage(asked, row, hit.chunk, RANK * max(rank, 0.0), analyse)
        out += found
        if agreement is not None:
            means += agreement(hit, [(w.unit.start, w.unit.end) for w in found])
    if not means:
        return out
    low, high = sorted(means)[len(means) // 10], max(means)
    scale = MEANING / max(high - low, 1e-6)
    return [
        replace(w, weight=w.weight + scale * (mean - low))
        for w, mean in zip(out, means, strict=True)
    ]


def _of_passage(
    asked: Asking, row: int, chunk: Chunk, base: float, analyse: Analyse
) -> list[Weighed]:
    passage = passage_of(chunk, analyse)
    reach = passage.whole | passage.above
    parts = [Part(p.share, tuple(w for w in p.ways if w[0] <= reach)) for p in asked.parts]
    here = [[part.held(terms) for part in parts] for terms in passage.terms]
    wide = [
        max(HEADING * part.held(passage.above), PASSAGE * part.held(passage.whole))
        for part in parts
    ]
    out = []
    for n, unit in enumerate(passage.units):
        near = ANSWERS if n and passage.asks[n - 1] else BEFORE
        carried = passage.carried[n]
        own = 0.0
        for number, part in enumerate(parts):
            if not part.ways:
                continue
            most = max(here[n][number], wide[number])
            if carried is not None:
                most = max(most, BEFORE * part.held(carried))
            if n:
                most = max(most, near * here[n - 1][number])
            if n > 1:
                most = max(most, EARLIER * here[n - 2][number])
            own += part.share * most
        sign = _sign(asked, unit.text)
        own += sign + FOCUS * bool(asked.focus & passage.terms[n]) - passage.faults[n]
        held = frozenset(number for number, worth in enumerate(here[n]) if worth)
        out.append(Weighed(row, n, unit, base + own, own, held, sign >= SIGNS))
    return out


def _sign(asked: Asking, text: str) -> float:
    """What looking like the answer is worth; an amount counts double in the unit asked for."""
    found = SIGNS * signs(asked.kind, text, asked.question)
    if not asked.kinds:
        return found
    given = amounts_in(asked.question)
    fresh = [a for a in amounts_in(text) if not any(a.same(g) for g in given)]
    if any(a.kind in asked.kinds for a in fresh):
        return SIGNS + UNIT
    return min(found, SIGNS / 2)

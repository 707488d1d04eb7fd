"""The sentences that answer, chosen from the hits, in reading order, each with its proof.

No model: a unit (sentence, row, formula) is weighed by the share of the question it holds, by
where it stands, and by whether it looks like what is asked for; its neighbours come along only
when the reader needs them. All comes from one place: the passage of the best unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from rag.answer.asked import Asked, signs, what_is_asked
from rag.answer.units import Unit, units_of
from rag.records import Chunk, Citation, Hit, Sentence

HITS = 6  # passages looked at
# What each part of a unit's weight is worth; the question wholly held by the unit is 1.
HEADING, NEIGHBOUR, PASSAGE, RANK, SIGNS, MEANING = 0.8, 0.4, 0.15, 0.35, 0.3, 0.5
FOCUS = 0.3  # it names what is asked for: « Quelle ampoule… »
BROKEN, LONG, QUESTION, POINTER = 0.2, 0.1, 0.5, 0.3  # what is taken off
WANTED = {Asked.STEPS: 5, Asked.LIST: 4, Asked.DEFINITION: 2, Asked.REASON: 2}  # else 2
ENOUGH = 900  # characters of answer

_ASKING = re.compile(
    r"combien|comment|pourquoi|quand|quel(?:le)?s?|qui|que|quoi|où|(?:le|la|les)quel(?:le)?s?|"
    r"(?:est|faut|peut|doit|fait)-(?:ce|il|on)|what|which|who|when|where|how|why|many|much|does|"
    r"did|the|is|are|of|to|an?",
    re.IGNORECASE,
)
_BACK = re.compile(  # leans on the sentence before
    r"^(?:mais |or,? |et |puis,? )?(?:ils?\b|elles?\b|celui-|celle-|ceux-|celles-|ceci|cela|"
    r"ce dernier|cette dernière|ces dernier|en effet|c['’]est|ce sont|l[ea] premi|l[ea] second|"
    r"l['’]une? |l['’]autre |on l[ea]s? |on l['’]|on y |on en |dans ce cas|de là|aussi,? |"
    r"ainsi,? |par conséquent|ce |cet |cette |ces |son |sa |ses |leurs? |alors)",
    re.IGNORECASE,
)
_FOCUS = re.compile(
    r"\b(?:quel(?:le)?s?|which|what)\s+(?!est\b|sont\b|is\b|are\b)([\w’'-]+)", re.IGNORECASE
)
_IMPERSONAL = re.compile(r"^il (?:faut|est|y a|suffit|convient|existe|va|vaut|s['’]agit)\b", re.I)
_POINTER = re.compile(
    r"\b(?:voir|voyez|v\.)\s+(?:page|p\.|fig|chap|plus)|\bci-après\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Weighed:
    hit: int  # row in the hits looked at
    place: int  # row in the units of that chunk
    unit: Unit
    weight: float
    held: frozenset[str]  # terms of the question that it holds


def extract(
    question: str,
    hits: Sequence[Hit],
    *,
    analyse: Callable[[str], list[str]],
    idf: Callable[[str], float],
    cite: Callable[[Chunk, int, int], Citation],
    embed_similarity: Callable[[Sequence[str]], Sequence[float]] | None = None,
    limit: int = 5,
) -> tuple[Sentence, ...]:
    """Answer a question from its hits.

    Args:
        question: as typed.
        hits: best first; only the first few are read.
        analyse: text → terms, the analysis of the index.
        idf: weight of a term in the collection, ≥ 0; a term it never saw weighs most.
        cite: proof of ``chunk.text[start:end]``; may raise LookupError for what cannot be proved.
        embed_similarity: texts → cosines with the question.
        limit: at most so many sentences (a formula with its rows counts as one).

    Returns:
        One to ``limit`` sentences in reading order, none when there are no hits or no proof.
    """
    read = [hit for hit in hits if hit.chunk.kind != "toc"][:HITS] or list(hits[:HITS])
    kind = what_is_asked(question)
    terms = _terms(question, analyse, idf)
    weighed = _weigh(question, kind, terms, read, analyse, embed_similarity)
    if not weighed:
        return ()
    best = max(weighed, key=lambda w: (w.weight, -w.hit, -w.place))
    passage = [w for w in weighed if w.hit == best.hit]
    chosen = _chosen(kind, terms, best, passage, min(limit, WANTED.get(kind, 2)))
    chunk = read[best.hit].chunk
    return tuple(s for w in chosen if (s := _sentence(chunk, w.unit, cite)))


def _terms(
    question: str, analyse: Callable[[str], list[str]], idf: Callable[[str], float]
) -> dict[str, float]:
    """Terms of the question → share of its weight, words that only ask left out."""
    words = re.split(r"[\s?!,;:«»\"]+", question)
    bare = " ".join(word for word in words if not _ASKING.fullmatch(word))
    weights = {term: max(idf(term), 0.0) for term in analyse(bare) or analyse(question)}
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()} if total > 0 else {}


def _weigh(
    question: str,
    kind: Asked,
    terms: Mapping[str, float],
    hits: Sequence[Hit],
    analyse: Callable[[str], list[str]],
    embed_similarity: Callable[[Sequence[str]], Sequence[float]] | None,
) -> list[_Weighed]:
    """Every unit of the hits with its weight."""
    top = max((hit.score for hit in hits if isfinite(hit.score)), default=0.0)
    focus = {term for word in _FOCUS.findall(question) for term in analyse(word)} & terms.keys()
    out: list[_Weighed] = []
    for row, hit in enumerate(hits):
        units = units_of(hit.chunk)
        held = [frozenset(analyse(unit.text)) & terms.keys() for unit in units]
        above = frozenset(analyse(" ".join(hit.chunk.headings))) & terms.keys()
        whole = frozenset[str]().union(*held)
        rank = hit.score / top if top > 0 and isfinite(hit.score) else 1 / (row + 1)
        for n, unit in enumerate(units):
            near = held[n - 1] if n else frozenset[str]()
            weight = _cover(terms, held[n], above, near, whole)
            weight += FOCUS * bool(focus & held[n])
            weight += RANK * rank + SIGNS * signs(kind, unit.text, question) - _faults(unit)
            out.append(_Weighed(row, n, unit, weight, held[n]))
    if embed_similarity is None or not out:
        return out
    cosines = embed_similarity([w.unit.text for w in out])
    high, low = max(cosines), min(cosines)
    spread = (high - low) or 1.0
    return [
        _Weighed(w.hit, w.place, w.unit, w.weight + MEANING * (c - low) / spread, w.held)
        for w, c in zip(out, cosines, strict=True)
    ]


def _cover(
    terms: Mapping[str, float],
    held: frozenset[str],
    above: frozenset[str],
    near: frozenset[str],
    whole: frozenset[str],
) -> float:
    """Share of the question that a unit holds; less for what only stands around it."""
    total = 0.0
    for term, share in terms.items():
        if term in held:
            total += share
        elif term in above:
            total += HEADING * share
        elif term in near:
            total += NEIGHBOUR * share
        elif term in whole:
            total += PASSAGE * share
    return total


def _faults(unit: Unit) -> float:
    """What a unit loses for reading badly by itself."""
    text = unit.text
    letters = sum(c.isalpha() for c in text)
    fault = 0.0 if unit.whole else BROKEN
    fault += QUESTION if not unit.row and text.upper() == text else 0.0  # a heading, not an answer
    fault += LONG * max(0.0, len(text) / 400 - 1)
    fault += QUESTION if text.rstrip(" »").endswith("?") else 0.0
    fault += POINTER if _POINTER.search(text) else 0.0
    if text.endswith(":"):
        fault += BROKEN  # what it announces is elsewhere
    return fault + (QUESTION if letters < 12 and not unit.row else 0.0)


def _chosen(
    kind: Asked,
    terms: Mapping[str, float],
    best: _Weighed,
    passage: Sequence[_Weighed],
    limit: int,
) -> list[_Weighed]:
    """The best unit and the neighbours it needs, in reading order."""
    rows = {best.place}
    if limit > 1 and best.place and _leans(best.unit):
        rows.add(best.place - 1)
    if kind in (Asked.STEPS, Asked.LIST):
        _follow(kind, best, passage, rows, limit)
    elif len(rows) < limit:
        _complete(terms, best, passage, rows)
    return [passage[row] for row in sorted(rows)]


def _leans(unit: Unit) -> bool:
    """True for a sentence that cannot be understood without the one before."""
    return bool(_BACK.match(unit.text)) and not _IMPERSONAL.match(unit.text)


def _length(passage: Sequence[_Weighed], rows: set[int]) -> int:
    return sum(len(passage[row].unit.text) + 1 for row in rows)


def _follow(
    kind: Asked, best: _Weighed, passage: Sequence[_Weighed], rows: set[int], limit: int
) -> None:
    """Steps and lists go on: forward while it still tells how, then back to where it began."""
    floor = 0.45 * best.weight
    for row in range(best.place + 1, len(passage)):
        unit = passage[row].unit
        if not (_goes_on(kind, best.unit, unit) or _leans(unit)) or passage[row].weight < floor:
            break
        if not _fits(unit, passage, rows, limit):
            break
        rows.add(row)
    for row in range(min(rows) - 1, -1, -1):
        unit = passage[row].unit
        want = floor if _goes_on(kind, best.unit, unit) else 0.75 * best.weight
        if passage[row].weight < want or not _fits(unit, passage, rows, limit):
            break
        rows.add(row)


def _goes_on(kind: Asked, best: Unit, unit: Unit) -> bool:
    """True for a further step or item of the same make."""
    return unit.row == best.row and (unit.row or signs(kind, unit.text, "") == 1.0)


def _fits(unit: Unit, passage: Sequence[_Weighed], rows: set[int], limit: int) -> bool:
    room = _length(passage, rows) + len(unit.text) <= ENOUGH
    return unit.whole and room and len(rows) < limit


def _complete(
    terms: Mapping[str, float], best: _Weighed, passage: Sequence[_Weighed], rows: set[int]
) -> None:
    """One more unit close by, when it holds a good part of the question that is still missing."""
    held = frozenset[str]().union(*(passage[row].held for row in rows))
    missing = {
        w.place: sum(terms[t] for t in w.held - held)
        for w in passage
        if w.place not in rows and abs(w.place - best.place) <= 2 and w.unit.whole
    }
    for row, share in sorted(missing.items(), key=lambda pair: (-pair[1], pair[0])):
        fits = _length(passage, rows) + len(passage[row].unit.text) <= ENOUGH
        if share >= 0.25 and passage[row].weight >= 0.6 * best.weight and fits:
            rows.add(row)
        return


def _sentence(
    chunk: Chunk, unit: Unit, cite: Callable[[Chunk, int, int], Citation]
) -> Sentence | None:
    """The unit and its proof; a row of a table is told with the names of its columns."""
    try:
        citation = cite(chunk, unit.start, unit.end)
    except LookupError:
        return None
    text = citation.quotation
    cells = text.split(" | ")
    columns = _columns(chunk, unit, len(cells))
    if unit.row and len(cells) == len(columns) > 1 and cells != columns:
        pairs = zip(columns, cells, strict=True)
        text = " ; ".join(f"{name} : {cell}" for name, cell in pairs)
    return Sentence(text, (citation,))


def _columns(chunk: Chunk, unit: Unit, count: int) -> list[str]:
    """Names of the columns: kept beside a long table, the first row of one that is whole."""
    beside = chunk.headings[-1].split(" | ") if chunk.headings else []
    if len(beside) == count:
        return beside
    rows = chunk.text[: unit.start].rpartition("\n\n")[2].split("\n")
    first = rows[0].strip().split(" | ")
    return first if len(first) == count else []

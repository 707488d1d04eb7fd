"""A unit of a passage → the sentence shown, with its proof.

A row of a table is told with the names of its columns; a sentence that goes on in the next passage,
or began in the one before, is told whole, with a citation for each part.
"""

from __future__ import annotations

from collections.abc import Callable

from rag.answer.units import Unit, units_of
from rag.records import Chunk, Citation, Hit, Sentence

Cite = Callable[[Chunk, int, int], Citation]


def sentence_of(hit: Hit, unit: Unit, cite: Cite) -> Sentence | None:
    """The sentence and its proof; None when the release cannot prove it."""
    chunk = hit.chunk
    spans = [(chunk, unit.start, unit.end)]
    if not unit.row and not unit.formula:
        spans = [*_begun(hit, unit), *spans, *_ended(hit, unit)]
    try:
        citations = tuple(cite(*span) for span in spans)
    except LookupError:
        return None
    text = " ".join(citation.quotation for citation in citations)
    cells = text.split(" | ")
    columns = _columns(chunk, unit, len(cells))
    if unit.row and len(cells) == len(columns) > 1 and cells != columns:
        pairs = zip(columns, cells, strict=True)
        text = " ; ".join(f"{name} : {cell}" for name, cell in pairs)
    return Sentence(text, citations)


def _begun(hit: Hit, unit: Unit) -> list[tuple[Chunk, int, int]]:
    """The end of the passage before, when the first sentence of this one began there."""
    if hit.before is None or hit.chunk.text[: unit.start].strip() or not unit.rest:
        return []
    units = units_of(hit.before)
    last = units[-1] if units else None
    if last is None or last.row or last.ends or last.rest:
        return []
    return [(hit.before, last.start, last.end)]


def _ended(hit: Hit, unit: Unit) -> list[tuple[Chunk, int, int]]:
    """The beginning of the passage after, when the last sentence of this one ends there."""
    if hit.after is None or hit.chunk.text[unit.end :].strip() or unit.ends:
        return []
    units = units_of(hit.after)
    if not units or units[0].row or not units[0].rest or not units[0].ends:
        return []
    return [(hit.after, units[0].start, units[0].end)]


def _columns(chunk: Chunk, unit: Unit, count: int) -> list[str]:
    """Names of the columns: kept beside a long table, the first row of one that is whole."""
    beside = chunk.headings[-1].split(" | ") if chunk.headings else []
    if len(beside) == count:
        return beside
    rows = chunk.text[: unit.start].rpartition("\n\n")[2].split("\n")
    first = rows[0].strip().split(" | ")
    return first if len(first) == count else []

"""What would mend a page, exactly, where a diagnosis knows: a rule that an editor can accept."""

from __future__ import annotations

from typing import Any

from mlops.diagnosis.causes import Cause
from mlops.diagnosis.deciding import better_ordered, read_otherwise
from mlops.diagnosis.page_text import words_of
from mlops.diagnosis.replay import Facts, Page
from rag.answer.units import units_of
from rag.index.release import Release

SHOWN = 240  # characters of a run that a person is shown


def rule_of(release: Release, cause: Cause, facts: Facts) -> dict[str, Any] | None:
    """The rule that would give back what was lost, as plain values; None when none is known.

    Returns:
        ``{"kind": "reading", "engine", "scale", "found"}``: read the page so; or ``{"kind":
        "join", "first", "last", "text"}``: keep those words of the page (characters of a Section)
        in one passage.
    """
    if facts.page is None or facts.on_page is None:
        return None
    if cause in (Cause.MISREAD, Cause.ORDER):
        again = read_otherwise(facts) or better_ordered(facts)
        if again is None:
            return None
        return {
            "kind": "reading",
            "engine": again.engine,
            "scale": again.scale,
            "found": list(again.found)[:12],
        }
    if cause is Cause.CUT:
        span = facts.on_page.run if facts.on_page.parted else _sentence(release, facts)
        if span is None:
            return None
        text = _text(release, facts.page, span)
        return {"kind": "join", "first": span[0], "last": span[1], "text": text}
    return None


def _text(release: Release, page: Page, span: tuple[int, int]) -> str:
    """What stands there, for the person who decides."""
    words = words_of(release, *page)
    told = " ".join(w.text for w in words if w.first < span[1] and w.last > span[0])
    return told if len(told) <= SHOWN else f"{told[:SHOWN]}…"


def _sentence(release: Release, facts: Facts) -> tuple[int, int] | None:
    """The two halves of a sentence that a cut goes through, on one page."""
    assert facts.on_page is not None and facts.page is not None
    proof, (document_id, index) = facts.on_page.proof, facts.page
    chunk = release.chunk(proof.row)
    units = units_of(chunk)
    touched = [u for u in units if u.start < proof.end and u.end > proof.start]
    if not touched:
        return None
    begins = touched[0] is units[0] and touched[0].rest
    row = proof.row - 1 if begins else proof.row + 1
    rows = release.page_map.rows_of(release.numbers[document_id], index).tolist()
    if row not in rows:
        return None
    other = release.chunk(row)
    half = units_of(other)
    if not half:
        return None
    there = half[-1] if begins else half[0]
    spans = [
        (piece.first, piece.last)
        for one, unit in ((chunk, touched[0] if begins else touched[-1]), (other, there))
        for piece in one.pieces
        if piece.index == index and piece.start < unit.end and piece.end > unit.start
    ]
    return (min(a for a, _ in spans), max(b for _, b in spans)) if spans else None

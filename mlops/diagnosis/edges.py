"""Whether a passage begins or ends where nothing does: inside a sentence, a row, an item."""

from __future__ import annotations

import re

from rag.answer.units import units_of
from rag.index.release import Release
from rag.pointing import Pointed
from rag.records import Chunk

MARKS = 2  # letters of a bullet or a number that may stand outside of the passage
_STOPS = re.compile(r"[.!?…:;][»\")\]’']*\s*$")


def broken_off(release: Release, proof: Pointed, index: int) -> bool:
    """Whether the passage begins or ends in the middle of what proves.

    Args:
        release: an open release.
        proof: in one of its passages.
        index: of the page that is looked at.
    """
    chunk = release.chunk(proof.row)
    units = units_of(chunk)
    touched = [u for u in units if u.start < proof.end and u.end > proof.start]
    if not touched:
        return False
    first, last = touched[0] is units[0], touched[-1] is units[-1]
    if chunk.kind == "paragraph":
        begins = first and touched[0].rest
        if begins or (last and not touched[-1].ends and not touched[-1].row):
            return True
    return (first and _goes_on(release, chunk, index, before=True)) or (
        last and _goes_on(release, chunk, index, before=False)
    )


def _goes_on(release: Release, chunk: Chunk, index: int, *, before: bool) -> bool:
    """Whether what the passage begins (ends) with goes on outside of it, in the same line.

    A paragraph goes on until a stop; a row, an item does until its end.
    """
    pieces = [piece for piece in chunk.pieces if piece.index == index]
    if not pieces:
        return False
    edge = min(p.first for p in pieces) if before else max(p.last for p in pieces)
    inside, outside = _beside(release, chunk, index, edge, before=before)
    if sum(character.isalnum() for character in outside) <= MARKS:
        return False
    return chunk.kind != "paragraph" or not _STOPS.search(outside if before else inside)


def _beside(
    release: Release, chunk: Chunk, index: int, edge: int, *, before: bool
) -> tuple[str, str]:
    """What stands in the same block of the page on this side of an edge, and on the other."""
    if (read := release.page(chunk.document_id, index)) is not None:
        here = edge if before else edge - 1
        by_line = chunk.kind != "paragraph"
        home = {
            at: token.line if by_line else read.lines[token.line].block
            for token in read.tokens
            for at in range(token.first, token.last)
        }
        if here not in home:
            return "", ""
        mine = [t for t in read.tokens if home.get(t.first) == home[here]]
        left = " ".join(t.text for t in mine if t.last <= edge)
        right = " ".join(t.text for t in mine if t.first >= edge)
        return (right, left) if before else (left, right)
    section = release.section(chunk.document_id, index)
    if section is None:
        return "", ""
    left = section.text[:edge].rpartition("\n")[2]
    right = section.text[edge:].partition("\n")[0]
    return (right, left) if before else (left, right)

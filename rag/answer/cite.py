"""Characters of a chunk → the words on the page, or the span of the section, that prove them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from rag.records import (
    Anchor,
    Box,
    Chunk,
    Citation,
    CorrectedPage,
    PageBoxes,
    Piece,
    Section,
    TextSpan,
)


def cite(
    chunk: Chunk,
    start: int,
    end: int,
    *,
    page_of: Callable[[str, int], CorrectedPage | None],
    section_of: Callable[[str, int], Section | None],
    name_of: Callable[[str], str],
    release: str,
) -> Citation:
    """Prove ``chunk.text[start:end]``; a word that is only touched is cited whole.

    Args:
        chunk: the passage quoted.
        start: first character.
        end: one past the last character.
        page_of: page of (document, index), None when the release has none.
        section_of: the same for a section.
        name_of: name shown for a document.
        release: identifier of the release that the chunk comes from.

    Raises:
        ValueError: nothing but blanks is quoted.
        LookupError: the page or section is not in the release, so nothing can be proved.
    """
    pieces = [p for p in chunk.pieces if p.start < end and p.end > start]
    if not pieces:
        raise ValueError(f"characters {start}:{end} of chunk {chunk.chunk_id} quote no word")
    anchors: list[Anchor]
    if chunk.boxed:
        anchors, confidence = _boxed(chunk.document_id, pieces, page_of)
        start, end = min(start, pieces[0].start), max(end, pieces[-1].end)
    else:
        anchors, confidence = _spans(chunk, pieces, start, end, section_of), 1.0
    return Citation(
        document_id=chunk.document_id,
        document=name_of(chunk.document_id),
        index=anchors[0].index,
        quotation=_shown(chunk.text[start:end]),
        anchors=tuple(anchors),
        confidence=confidence,
        chunk_id=chunk.chunk_id,
        release=release,
    )


def _shown(text: str) -> str:
    """Blanks made one, line ends kept: rows of a table stay rows."""
    return re.sub(r"[^\S\n]+", " ", text).strip()


def _boxed(
    document_id: str,
    pieces: Sequence[Piece],
    page_of: Callable[[str, int], CorrectedPage | None],
) -> tuple[list[Anchor], float]:
    """An anchor per unbroken run of words, and the mean confidence weighted by letters."""
    anchors: list[Anchor] = []
    weight, letters = 0.0, 0
    for index, first, last in _word_runs(pieces):
        page = page_of(document_id, index)
        if page is None or last > len(page.page.words):
            raise LookupError(f"page {index + 1} of {document_id} is not in the release")
        anchors.append(PageBoxes(document_id, index, first, last, _boxes(page, first, last)))
        for word in page.page.words[first:last]:
            weight += word.confidence * len(word.text)
            letters += len(word.text)
    return anchors, round(weight / letters, 4) if letters else 0.0


def _word_runs(pieces: Sequence[Piece]) -> list[tuple[int, int, int]]:
    """(page, first, last) of each unbroken run of words, in the order of the text."""
    runs: list[tuple[int, int, int]] = []
    for piece in pieces:
        if runs and runs[-1][0] == piece.index and runs[-1][1] <= piece.first <= runs[-1][2]:
            index, first, last = runs[-1]
            runs[-1] = (index, first, max(last, piece.last))
        else:
            runs.append((piece.index, piece.first, piece.last))
    return runs


def _boxes(page: CorrectedPage, first: int, last: int) -> tuple[Box, ...]:
    """One rectangle per printed line around words[first:last]."""
    starts = page.page.line_starts

    def line_of(word: int) -> int:
        return sum(1 for start in starts if start <= word)

    boxes = []
    for _, words in groupby(range(first, last), key=line_of):
        box, *others = (page.page.words[n].box for n in words)
        for other in others:
            box = box.union(other)
        boxes.append(box)
    return tuple(boxes)


def _spans(
    chunk: Chunk,
    pieces: Sequence[Piece],
    start: int,
    end: int,
    section_of: Callable[[str, int], Section | None],
) -> list[Anchor]:
    """The characters quoted, pieces that only blanks part made one span."""
    spans: list[TextSpan] = []
    for piece in pieces:
        section = section_of(chunk.document_id, piece.index)
        if section is None or piece.last > len(section.text):
            raise LookupError(
                f"section {piece.index + 1} of {chunk.document_id} is not in the release"
            )
        a = piece.first + max(0, start - piece.start)
        b = piece.last - max(0, piece.end - end)
        if spans and spans[-1].index == piece.index and _blank(section.text, spans[-1].end, a):
            a = spans.pop().start
        spans.append(TextSpan(chunk.document_id, piece.index, a, b))
    return list(spans)


def _blank(text: str, start: int, end: int) -> bool:
    return start <= end and not text[start:end].strip()

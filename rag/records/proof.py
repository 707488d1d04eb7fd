"""Where a quotation stands: words of a page image, or characters of a section."""

from __future__ import annotations

from dataclasses import dataclass

from rag.records.reading import Box


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """words[first:last] of a page image, and the rectangles to draw, one per printed line."""

    document_id: str
    index: int
    first: int
    last: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Characters [start, end) of a Section's text."""

    document_id: str
    index: int
    start: int
    end: int


Anchor = PageBoxes | TextSpan


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence stands: exact bytes, page, words, and how surely they were read."""

    document_id: str
    document: str  # name shown
    index: int
    quotation: str  # as displayed: corrected reading of the printed words
    anchors: tuple[Anchor, ...]  # more than one when the sentence crosses a page
    confidence: float  # OCR confidence of the quoted words, 0..1; 1.0 for a Section
    chunk_id: str
    release: str

    @property
    def page(self) -> int:
        """As people count: from 1."""
        return self.index + 1

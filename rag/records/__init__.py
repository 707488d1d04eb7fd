"""Every noun of the engine, one frozen record each, in the order of the thread.

file → Source → PageImage → Page(words) → lines with roles → CorrectedPage(tokens, edits)
→ Chunk(pieces) → release; question → Query → Hit → Sentence(Citation → anchor) → Answer.

Conventions, everywhere: a page is known inside by ``index`` (from 0) and shown to people as
``page`` (from 1); boxes are whole pixels of the page image at the size given by the Page; character
spans are half-open; ``document_id`` is the SHA-256 of the file's bytes, so that whatever points to
a page points to exact bytes.
"""

from __future__ import annotations

from rag.records.asking import (
    Answer,
    Concept,
    Filters,
    Hit,
    Origin,
    Outcome,
    PageHit,
    PhotoTest,
    Query,
    Recalled,
    Search,
    Sentence,
    Support,
    Trace,
    TracedHit,
    Variant,
    Verdict,
    Writing,
)
from rag.records.proof import (
    Anchor,
    Citation,
    PageBoxes,
    TextSpan,
)
from rag.records.reading import (
    Box,
    Chunk,
    Collection,
    CorrectedPage,
    Edit,
    Line,
    Page,
    PageImage,
    PageResult,
    PageStatus,
    Piece,
    Refusal,
    Role,
    Section,
    Source,
    Token,
    Word,
)

__all__ = [
    "Anchor",
    "Answer",
    "Box",
    "Chunk",
    "Citation",
    "Collection",
    "Concept",
    "CorrectedPage",
    "Edit",
    "Filters",
    "Hit",
    "Line",
    "Origin",
    "Outcome",
    "Page",
    "PageBoxes",
    "PageHit",
    "PageImage",
    "PageResult",
    "PageStatus",
    "PhotoTest",
    "Piece",
    "Query",
    "Recalled",
    "Refusal",
    "Role",
    "Search",
    "Section",
    "Sentence",
    "Source",
    "Support",
    "TextSpan",
    "Token",
    "Trace",
    "TracedHit",
    "Variant",
    "Verdict",
    "Word",
    "Writing",
]

"""Small collections to build releases of."""

from __future__ import annotations

from collections.abc import Sequence

from rag.embed.embedder import HashedEmbedder
from rag.index.content import EmbedderInfo, ReleaseContent
from rag.records import Chunk, PageResult, PageStatus, Piece, Section, Source

TEXTS = {
    "a": (
        "Le diaphragme règle la quantité de lumière qui entre dans l'objectif.",
        "La profondeur de champ augmente quand on ferme le diaphragme.",
    ),
    "b": (
        "Le révélateur à l'hydroquinone noircit les sels d'argent exposés.",
        "Le fixage à l'hyposulfite dissout les sels que la lumière n'a pas touchés.",
    ),
}


def chunk_of(document_id: str, index: int, text: str, *, ranks: bool = True) -> Chunk:
    piece = Piece(0, len(text), index, 0, len(text))
    identity = f"{document_id}-{index}"
    return Chunk(identity, document_id, "paragraph", (), text, (piece,), False, 1.0, ranks)


def content(
    texts: dict[str, Sequence[str]] | None = None, *, vectors: bool = True
) -> ReleaseContent:
    """One document a key, one section and one chunk a text."""
    chosen = TEXTS if texts is None else texts
    embedder = HashedEmbedder()
    sources, sections, chunks = [], [], []
    for name, parts in chosen.items():
        document_id = name * 64
        sources.append(Source(document_id, f"{name}.md", f"{name}.md", (), "markdown", 1, 1))
        for index, text in enumerate(parts):
            sections.append(Section(document_id, index, "", text))
            chunks.append(chunk_of(document_id, index, text))
    return ReleaseContent(
        sources=tuple(sources),
        results=tuple(
            PageResult(s.document_id, s.index, PageStatus.OK, "", None, s, 0.1) for s in sections
        ),
        pages=(),
        sections=tuple(sections),
        chunks=tuple(chunks),
        vectors=embedder.passages([c.text for c in chunks]) if vectors else None,
        embedder=EmbedderInfo.of(embedder) if vectors else None,
        thresholds={"answer": 0.4},
    )

"""Validated answers put into a release, and opened from it; see ``rag.retrieve.memory``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.embed.asked import turn_of
from rag.embed.embedder import Embedder
from rag.french.analysis import analyse
from rag.index.release import Release
from rag.retrieve.abstain import ELSEWHERE
from rag.retrieve.memory import ENTRIES, VECTORS, Entry, Memory

VERSION = "1"  # of how a question becomes a vector


class Cache(Protocol):
    """What is needed of ``rag.cache.StageCache``."""

    def key(self, stage: str, version: str, *inputs: object) -> str: ...
    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, data: bytes) -> None: ...


def question_vectors(
    texts: Sequence[str], embedder: Embedder, cache: Cache | None = None
) -> NDArray[np.float32]:
    """Return the vectors of questions, shape (n, width), those in the cache not computed again."""
    rows = np.zeros((len(texts), embedder.width), np.float32)
    for row, text in zip(rows, texts, strict=True):
        data = key = None
        if cache is not None:
            key = cache.key("question", VERSION, embedder.name, embedder.model_hash, text)
            data = cache.get(key)
        if data is not None and len(data) == 4 * embedder.width:
            row[:] = np.frombuffer(data, "<f4")
            continue
        row[:] = embedder.query(text)
        if cache is not None and key is not None:
            cache.put(key, row.astype("<f4").tobytes())
    return rows


def memory_of(release: Release, embedder: Embedder | None) -> Memory | None:
    """Open the entries of a release, for questions of its embedder; None when it has none."""
    entries = [Entry.of(data) for data in release.extra(ENTRIES, ())]
    if not entries:
        return None
    vectors, elsewhere = release.array(VECTORS), release.array(ELSEWHERE)
    return Memory(
        entries, vectors, elsewhere, turn=turn_of(embedder), analyse=analyse,
        weight=release.bm25.weight,
    )  # fmt: skip

"""Embedding a passage once: the cache is asked first, by the hash of the text and of the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.embed.embedder import Advance, Embedder, Floats
from rag.records import Chunk

STAGE = "embed"
VERSION = "1"
GROUP = 64  # texts embedded between two writes: what a kill can lose


class Cache(Protocol):
    """What is needed of ``rag.cache.StageCache``."""

    def key(self, stage: str, version: str, *inputs: object) -> str: ...
    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, data: bytes) -> None: ...


def passage_text(chunk: Chunk) -> str:
    """Return what is embedded for a chunk: where it stands, then what it says."""
    where = " > ".join(heading for heading in chunk.headings[-2:] if heading)
    return f"{where}. {chunk.text}" if where else chunk.text


def embed_passages(
    texts: Sequence[str], embedder: Embedder, cache: Cache, progress: Advance | None = None
) -> tuple[Floats, int]:
    """Return the vectors of texts, shape (n, width), and how many had to be computed.

    Equal texts are computed once. What a group of 64 gave is kept before the next begins.
    """
    vectors = np.zeros((len(texts), embedder.width), np.float32)
    missing: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        data = cache.get(_key(cache, embedder, text))
        if data is not None and len(data) == 4 * embedder.width:
            vectors[row] = np.frombuffer(data, "<f4")
            if progress is not None:
                progress(1)
        else:
            missing.setdefault(text, []).append(row)
    wanted = sorted(missing, key=len)  # like lengths together: less padding
    for start in range(0, len(wanted), GROUP):
        group = wanted[start : start + GROUP]
        for text, vector in zip(group, embedder.passages(group, progress), strict=True):
            vectors[missing[text]] = vector
            cache.put(_key(cache, embedder, text), vector.astype("<f4").tobytes())
            if progress is not None and len(missing[text]) > 1:
                progress(len(missing[text]) - 1)
    return vectors, len(wanted)


def _key(cache: Cache, embedder: Embedder, text: str) -> str:
    return cache.key(STAGE, VERSION, embedder.name, embedder.model_hash, text)

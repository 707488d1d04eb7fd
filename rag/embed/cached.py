"""Embedding a passage once: the cache is asked first, by the hash of the text and of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.embed import tokens
from rag.embed.embedder import Advance, Embedder, Floats
from rag.embed.tokens import TokenEmbedder, with_tokens
from rag.records import Chunk

STAGE = "embed"
TOKENS = "embed-tokens"
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


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vectors of texts and, from an embedder that gives them, the codes of their pieces.

    Attributes:
        vectors: shape (texts, width).
        arrays: of a release, by name: ``tokens`` (pieces, bytes), of which text n has
            ``tokens[starts[n]:starts[n + 1]]``; ``token-starts``; ``token-steps`` (axes,).
        computed: how many texts were not in the cache.
    """

    vectors: Floats
    arrays: Mapping[str, NDArray[Any]]
    computed: int


def embed(
    texts: Sequence[str], embedder: Embedder, cache: Cache, progress: Advance | None = None
) -> Embedded:
    """Embed texts, with their pieces where the embedder can, out of the same pass."""
    able = with_tokens(embedder)
    if able is None:
        vectors, computed = embed_passages(texts, embedder, cache, progress)
        return Embedded(vectors, {}, computed)
    computed = _embed_pieces(texts, able, cache, progress)
    vectors, _ = embed_passages(texts, embedder, cache)
    flat, starts, width = bytearray(), [0], len(able.token_steps) // 2
    for text in texts:
        flat += cache.get(_key(cache, embedder, text, TOKENS)) or b""
        starts.append(len(flat) // width)
    arrays: dict[str, NDArray[Any]] = {
        "tokens": np.frombuffer(flat, np.uint8).reshape(-1, width),
        "token-starts": np.array(starts, np.int64),
        "token-steps": able.token_steps,
    }
    return Embedded(vectors, arrays, computed)


def _embed_pieces(
    texts: Sequence[str], embedder: TokenEmbedder, cache: Cache, progress: Advance | None
) -> int:
    """Put vectors and codes into the cache where either is missing; return for how many texts."""
    stages = (STAGE, TOKENS)
    lacking = dict.fromkeys(
        text
        for text in texts
        if any(cache.get(_key(cache, embedder, text, stage)) is None for stage in stages)
    )
    wanted = sorted(lacking, key=len)
    if progress is not None:
        progress(len(texts) - len(wanted))
    for start in range(0, len(wanted), GROUP):
        group = wanted[start : start + GROUP]
        found = embedder.passages_and_tokens(group, progress)
        for text, vector, codes in zip(group, *found, strict=True):
            cache.put(_key(cache, embedder, text), vector.astype("<f4").tobytes())
            cache.put(_key(cache, embedder, text, TOKENS), codes.tobytes())
    return len(wanted)


def _key(cache: Cache, embedder: Embedder, text: str, stage: str = STAGE) -> str:
    version = VERSION if stage == STAGE else tokens.VERSION
    return cache.key(stage, version, embedder.name, embedder.model_hash, text)

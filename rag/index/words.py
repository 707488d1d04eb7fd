"""A sorted list of words in a file: found by halving, never unpacked into a million strings."""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from rag.index.arrays import mapped

ASKED = 20_000  # words whose place is remembered: about 3 MB


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")  # in UTF-8, order of bytes is order of letters


def _text(word: bytes) -> str:
    return word.decode("utf-8", "surrogatepass")


class Words(Sequence[str]):
    """Distinct words in increasing order; ``number`` says where one stands, in about 10 µs.

    The words asked lately are remembered: one question asks for the same ones many times.
    """

    def __init__(self, data: bytes | mmap.mmap, starts: NDArray[np.int64]) -> None:
        self._data, self._starts = data, starts
        self._number = lru_cache(maxsize=ASKED)(self._search)

    @classmethod
    def of(cls, words: Iterable[str]) -> Words:
        """Keep words that are distinct and sorted.

        Raises:
            ValueError: they are not.
        """
        encoded = [_bytes(word) for word in words]
        if any(a >= b for a, b in pairwise(encoded)):
            raise ValueError("the words are not distinct and increasing")
        lengths = [len(word) + 1 for word in encoded]
        return cls(b"".join(w + b"\n" for w in encoded), np.cumsum([0, *lengths], dtype=np.int64))

    def save(self, path: Path) -> None:
        """Write ``path`` (one word a line) and, beside it, ``<name>.starts.npy``."""
        path.write_bytes(self._data[:])
        np.save(path.with_suffix(".starts.npy"), self._starts)

    @classmethod
    def load(cls, path: Path) -> Words:
        """Open what ``save`` wrote, memory-mapped."""
        if not path.stat().st_size:
            return cls(b"", np.zeros(1, np.int64))
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return cls(data, mapped(path.with_suffix(".starts.npy")))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def _raw(self, row: int) -> bytes:
        return self._data[self._starts[row] : self._starts[row + 1] - 1]

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [_text(self._raw(n)) for n in range(*row.indices(len(self)))]
        if not -len(self) <= row < len(self):
            raise IndexError(f"word {row} of {len(self)}")
        return _text(self._raw(row % len(self)))

    def __iter__(self) -> Iterator[str]:
        return iter(_text(self._data[:]).split("\n")[:-1])

    def number(self, word: str) -> int | None:
        """Return the row of a word, or None when it is not there."""
        return self._number(word)

    def _search(self, word: str) -> int | None:
        wanted = _bytes(word)
        row = bisect_left(range(len(self)), wanted, key=self._raw)
        return row if row < len(self) and self._raw(row) == wanted else None

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.number(word) is not None


class Numbers(Mapping[str, int]):
    """The same words as a mapping: word → row."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def __getitem__(self, word: str) -> int:
        found = self._words.number(word)
        if found is None:
            raise KeyError(word)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

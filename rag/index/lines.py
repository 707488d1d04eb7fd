"""Records in a file, one JSON a line, with where each begins: opened at once, read when asked."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

import numpy as np

from rag.codec import dumps, loads
from rag.index.arrays import mapped

Record = TypeVar("Record")


def write_lines(path: Path, records: Iterable[object]) -> int:
    """Write ``path`` and, beside it, ``<name>.offsets.npy``; return how many records."""
    offsets = [0]
    with path.open("wb") as file:
        for record in records:
            line = dumps(record)
            offsets.append(offsets[-1] + file.write(line + b"\n"))
    np.save(path.with_suffix(".offsets.npy"), np.array(offsets, np.int64))
    return len(offsets) - 1


class Lines(Sequence[Record], Generic[Record]):
    """The records of such a file; decoding is done at each access, the last few are kept."""

    def __init__(self, path: Path, kind: type[Record], *, keep: int = 256) -> None:
        self._offsets = mapped(path.with_suffix(".offsets.npy"))
        self._kind = kind
        with path.open("rb") as file:
            size = path.stat().st_size
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        self._read = lru_cache(maxsize=keep)(self._decode)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def _decode(self, row: int) -> Record:
        record: Record = loads(self._kind, self._bytes[self._offsets[row] : self._offsets[row + 1]])
        return record

    @overload
    def __getitem__(self, row: int) -> Record: ...
    @overload
    def __getitem__(self, row: slice) -> list[Record]: ...
    def __getitem__(self, row: int | slice) -> Record | list[Record]:
        if isinstance(row, slice):
            return [self._read(n) for n in range(*row.indices(len(self)))]
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._read(row % len(self))

    def plain(self) -> Iterator[Any]:
        """Each record as JSON has it: five times quicker, for whoever looks for a few of them."""
        for row in range(len(self)):
            yield json.loads(self._bytes[self._offsets[row] : self._offsets[row + 1]])

    def __iter__(self) -> Iterator[Record]:
        return (self._decode(row) for row in range(len(self)))

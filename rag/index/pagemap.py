"""Which pages a chunk touches, and which chunks a page holds: both ways, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.index.arrays import mapped
from rag.records import Chunk

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]

_FILES = ("places", "documents", "starts", "shares", "pages", "page_starts", "page_rows")


def page_key(document: int, index: int) -> int:
    """One number for a page, increasing with document then index."""
    return (document << 32) | index


@dataclass(frozen=True, slots=True)
class PageMap:
    """Compressed rows, both ways; documents are numbered by their position in the sources.

    Attributes:
        places: (chunk, document, page, letters there) by chunk then page, shape (places, 4).
        documents: of each chunk, shape (chunks,).
        starts: the places of a chunk are ``places[starts[row]:starts[row + 1]]``.
        shares: letters of a place against those of its chunk's fullest page, 0..1.
        pages: ``page_key`` of every page that a chunk touches, increasing.
        page_starts: its chunks are ``page_rows[page_starts[n]:page_starts[n + 1]]``.
        page_rows: chunk rows, increasing within a page.
    """

    places: Ints
    documents: Ints
    starts: Longs
    shares: Floats
    pages: Longs
    page_starts: Longs
    page_rows: Ints

    def pages_of(self, row: int) -> tuple[Ints, Ints, Floats]:
        """Documents, page indexes and shares of the pages that one chunk touches."""
        part = slice(self.starts[row], self.starts[row + 1])
        return self.places[part, 1], self.places[part, 2], self.shares[part]

    def pages_of_all(self, rows: NDArray[Any]) -> tuple[Longs, Ints, Ints, Floats]:
        """The same for several chunks at once.

        Args:
            rows: chunk rows, shape (n,).

        Returns:
            For every place, in the order of ``rows``: position in ``rows``, document, page
            index, share.
        """
        firsts, counts = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        which = np.repeat(np.arange(len(rows)), counts)
        at = np.arange(len(which)) + np.repeat(firsts - np.cumsum(counts) + counts, counts)
        return which, self.places[at, 1], self.places[at, 2], self.shares[at]

    def rows_of(self, document: int, index: int) -> Ints:
        """The chunks that touch a page, increasing; empty when there is none."""
        key = page_key(document, index)
        n = int(np.searchsorted(self.pages, key))
        if n == len(self.pages) or self.pages[n] != key:
            return np.zeros(0, np.int32)
        return self.page_rows[self.page_starts[n] : self.page_starts[n + 1]]

    def rows_of_document(self, document: int) -> Ints:
        """The chunks of a document, increasing, each once."""
        first, after = np.searchsorted(self.pages, (document << 32, (document + 1) << 32))
        return np.unique(self.page_rows[self.page_starts[first] : self.page_starts[after]])


class Gatherer:
    """Collects the places of chunks that go by one at a time."""

    def __init__(self, number: Mapping[str, int]) -> None:
        self._number = number
        self._documents: list[int] = []
        self._places: list[tuple[int, int, int, int]] = []

    def add(self, chunk: Chunk) -> None:
        """Note which pages the next chunk touches."""
        row, document = len(self._documents), self._number[chunk.document_id]
        letters: dict[int, int] = {}
        for piece in chunk.pieces:
            letters[piece.index] = letters.get(piece.index, 0) + piece.end - piece.start
        self._documents.append(document)
        self._places += [(row, document, page, letters[page]) for page in sorted(letters)]

    def finish(self) -> PageMap:
        """Return the map of all that was added."""
        places = np.array(self._places, np.int32).reshape(-1, 4)
        return _compress(places, np.array(self._documents, np.int32))


def gather(chunks: Iterable[Chunk], number: Mapping[str, int]) -> PageMap:
    """Map chunks, given the number of each document id."""
    gatherer = Gatherer(number)
    for chunk in chunks:
        gatherer.add(chunk)
    return gatherer.finish()


def _compress(places: Ints, documents: Ints) -> PageMap:
    rows, letters = places[:, 0], places[:, 3]
    starts = np.searchsorted(rows, np.arange(len(documents) + 1)).astype(np.int64)
    fullest = np.zeros(len(documents), np.int32)
    np.maximum.at(fullest, rows, letters)
    shares = (letters / np.maximum(fullest[rows], 1)).astype(np.float32)
    keys = (places[:, 1].astype(np.int64) << 32) | places[:, 2]
    order = np.argsort(keys, kind="stable")
    pages, firsts = np.unique(keys[order], return_index=True)
    page_starts = np.append(firsts, len(keys)).astype(np.int64)
    return PageMap(places, documents, starts, shares, pages, page_starts, rows[order])


def save(found: PageMap, folder: Path) -> None:
    """Write the arrays as ``pagemap.*`` in an existing folder."""
    for name in _FILES:
        np.save(folder / f"pagemap.{name}.npy", getattr(found, name))


def load(folder: Path) -> PageMap:
    """Open what ``save`` wrote, memory-mapped."""
    return PageMap(*(mapped(folder / f"pagemap.{name}.npy") for name in _FILES))

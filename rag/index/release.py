"""A release: everything that answers questions, in one immutable folder named by its content.

    <id>/manifest.json            format, files with their SHA-256, models, settings, counts
         sources.json             the documents
         accounts.jsonl           what became of every page
         pages.jsonl, sections.jsonl, chunks.jsonl   one record a line, each with .offsets.npy
         ranks.npy, confidences.npy                  of each chunk
         pagemap.*                which pages a chunk touches, and the reverse
         lexical.*, forms.*       BM25 arrays; the words as they are spelt
         vectors.npy              one unit row a chunk; absent when lexical only
         codes.*                  the same in 8 bits, when they are many
         costs.json, thresholds.json                 learned parts, as data
         extras/<name>.json, arrays/<name>.npy       parts that other rooms hand in

Written by ``rag.index.build``. No pickle anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.codec import from_json
from rag.errors import IndexMismatch
from rag.index import forms, lexical, pagemap
from rag.index.arrays import mapped, plain_name
from rag.index.build import build_release
from rag.index.content import (
    EmbedderInfo,
    PageAccount,
    ReleaseContent,
    problems,
)
from rag.index.dense import Codes, Dense, Floats
from rag.index.format import FORMAT, MANIFEST
from rag.index.lines import Lines
from rag.records import Chunk, CorrectedPage, Section, Source

__all__ = ["EmbedderInfo", "PageAccount", "Release", "ReleaseContent", "build_release"]

SMALL = 4_000_000  # bytes of an array that stays open


class Release:
    """An open release: cheap to open, read when asked, never written."""

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self.id = path.name
        self.manifest = manifest
        self._extras: dict[str, Any] = {}
        self._arrays: dict[str, NDArray[Any]] = {}

    @classmethod
    def open(cls, path: Path) -> Release:
        """Open the release in a folder.

        Raises:
            IndexMismatch: there is no readable manifest, or it is of another format.
        """
        try:
            manifest = json.loads((path / MANIFEST).read_text("utf-8"))
            found = manifest["format"]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexMismatch(f"{path} holds no readable release ({error}).") from error
        if found != FORMAT:
            raise IndexMismatch(f"{path} is of format {found}, this version reads {FORMAT}.")
        return cls(path, manifest)

    @property
    def counts(self) -> dict[str, int]:
        """Documents, pages, pages read, chunks, chunks that rank, vectors."""
        return dict(self.manifest["counts"])

    @property
    def embedder(self) -> EmbedderInfo | None:
        """The model of the vectors; None when the release is lexical only."""
        described = self.manifest["embedder"]
        return EmbedderInfo(**described) if described else None

    @property
    def lexical_only(self) -> bool:
        return self.embedder is None

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        return tuple(from_json(Source, data) for data in self._json("sources.json"))

    @cached_property
    def names(self) -> dict[str, str]:
        """Shown name of each document, by id."""
        return {source.document_id: source.name for source in self.sources}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Position in ``sources`` of each document, by id."""
        return {source.document_id: n for n, source in enumerate(self.sources)}

    @cached_property
    def page_statuses(self) -> Sequence[PageAccount]:
        """What became of every page, by document and page, decoded when asked."""
        return Lines(self.path / "accounts.jsonl", PageAccount)

    @cached_property
    def costs(self) -> dict[str, Any]:
        return dict(self._json("costs.json"))

    @cached_property
    def thresholds(self) -> dict[str, float]:
        return dict(self._json("thresholds.json"))

    @cached_property
    def chunks(self) -> Lines[Chunk]:
        """Every chunk, decoded when asked."""
        return Lines(self.path / "chunks.jsonl", Chunk)

    def chunk(self, row: int) -> Chunk:
        return self.chunks[row]

    @cached_property
    def pages(self) -> Lines[CorrectedPage]:
        """Every corrected page, by document and index, decoded when asked."""
        return Lines(self.path / "pages.jsonl", CorrectedPage, keep=32)

    @cached_property
    def sections(self) -> Lines[Section]:
        return Lines(self.path / "sections.jsonl", Section, keep=32)

    def page(self, document_id: str, index: int) -> CorrectedPage | None:
        """Return a corrected page, or None when that page has no image or was not read."""
        row = self._find(self._page_keys, document_id, index)
        return None if row is None else self.pages[row]

    def section(self, document_id: str, index: int) -> Section | None:
        row = self._find(self._section_keys, document_id, index)
        return None if row is None else self.sections[row]

    @cached_property
    def page_map(self) -> pagemap.PageMap:
        """Which pages each chunk touches, and which chunks each page holds."""
        return pagemap.load(self.path)

    @cached_property
    def ranks(self) -> NDArray[np.bool_]:
        """Whether each chunk may be retrieved, shape (chunks,)."""
        ranks: NDArray[np.bool_] = mapped(self.path / "ranks.npy")
        return ranks

    @cached_property
    def confidences(self) -> NDArray[np.float32]:
        """How well each chunk was read, 0..1, shape (chunks,)."""
        confidences: NDArray[np.float32] = mapped(self.path / "confidences.npy")
        return confidences

    @cached_property
    def forms(self) -> forms.Forms:
        """The words as the collection spells them, with counts and terms."""
        return forms.load(self.path)

    @cached_property
    def bm25(self) -> lexical.Bm25:
        counts = self.manifest["counts"]
        return lexical.load(self.path, size=counts["chunks"], ranked=counts["ranked"])

    @cached_property
    def vectors(self) -> Floats | None:
        """Shape (chunks, width), unit rows, memory-mapped; None when lexical only."""
        if self.lexical_only:
            return None
        vectors: Floats = mapped(self.path / "vectors.npy")
        return vectors

    @cached_property
    def dense(self) -> Dense | None:
        """Search by meaning; None when lexical only."""
        vectors = self.vectors
        if vectors is None:
            return None
        if "codes.values.npy" not in self.manifest["files"]:
            return Dense(lambda: vectors)
        return Dense(lambda: mapped(self.path / "vectors.npy"), Codes.load(self.path))

    def extra(self, name: str, default: Any = None) -> Any:
        """Return a part that another room handed in, as JSON gives it, or ``default``.

        It is read once and shared: not to be changed.

        Raises:
            ValueError: no part can have that name.
        """
        path = f"extras/{plain_name(name)}.json"
        if path not in self.manifest["files"]:
            return default
        if name not in self._extras:
            self._extras[name] = self._json(path)
        return self._extras[name]

    def holds(self, name: str) -> bool:
        """Whether another room handed in an array of that name.

        Raises:
            ValueError: no array can have that name.
        """
        return f"arrays/{plain_name(name)}.npy" in self.manifest["files"]

    def array(self, name: str) -> NDArray[Any] | None:
        """Return an array that another room handed in, memory-mapped, or None.

        A large one is opened at each call (0.3 ms), and the memory of what was read goes back when
        the caller lets it go; a small one stays open.

        Raises:
            ValueError: no array can have that name.
        """
        if (kept := self._arrays.get(name)) is not None:
            return kept
        if not self.holds(name):
            return None
        found: NDArray[Any] = mapped(self.path / "arrays" / f"{name}.npy")
        if found.nbytes <= SMALL:
            self._arrays[name] = found
        return found

    def verify(self) -> list[str]:
        """Read every file again and say what is missing, added or changed; [] when nothing."""
        return problems(self.path, self.manifest)

    def _json(self, name: str) -> Any:
        return json.loads((self.path / name).read_bytes().decode("utf-8", "surrogatepass"))

    @cached_property
    def _page_keys(self) -> NDArray[np.int64]:
        keys: NDArray[np.int64] = mapped(self.path / "pages.keys.npy")
        return keys

    @cached_property
    def _section_keys(self) -> NDArray[np.int64]:
        keys: NDArray[np.int64] = mapped(self.path / "sections.keys.npy")
        return keys

    def _find(self, keys: NDArray[np.int64], document_id: str, index: int) -> int | None:
        number = self.numbers.get(document_id)
        if number is None or index < 0:
            return None
        key = pagemap.page_key(number, index)
        row = int(np.searchsorted(keys, key))
        return row if row < len(keys) and keys[row] == key else None

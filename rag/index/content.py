"""What goes into a release, and what both its writer and its reader must agree on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from rag.index.arrays import plain_name
from rag.index.dense import Floats
from rag.index.format import MANIFEST
from rag.records import Chunk, CorrectedPage, PageResult, PageStatus, Section, Source


class _Described(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def model_hash(self) -> str: ...
    @property
    def width(self) -> int: ...


@dataclass(frozen=True, slots=True)
class EmbedderInfo:
    """Which model made the vectors: a question must be embedded by the same."""

    name: str
    model_hash: str
    width: int

    @classmethod
    def of(cls, embedder: _Described) -> EmbedderInfo:
        return cls(embedder.name, embedder.model_hash, embedder.width)


@dataclass(frozen=True, slots=True)
class PageAccount:
    """What became of one page."""

    document_id: str
    index: int
    status: PageStatus
    reason: str
    confidence: float  # mean of its words, 0..1; 1.0 for a section, 0.0 for nothing read

    @classmethod
    def of(cls, result: PageResult) -> PageAccount:
        read = result.page.confidence if result.page else float(result.section is not None)
        return cls(result.document_id, result.index, result.status, result.reason, round(read, 4))


@dataclass(frozen=True, slots=True)
class ReleaseContent:
    """What goes into a release.

    Attributes:
        sources: the documents, in the order that numbers them.
        chunks: read several times over, one at a time: any sequence will do.
        vectors: shape (chunks, width), unit rows, or None.
        extras: more parts by name, as JSON takes them; read back by ``Release.extra``.
        arrays: the same for arrays; read back, mapped, by ``Release.array``.

    Raises:
        ValueError: vectors and chunks do not agree, or a name is not one for a file.
    """

    sources: tuple[Source, ...]
    results: tuple[PageResult, ...]
    pages: tuple[CorrectedPage, ...]
    sections: tuple[Section, ...]
    chunks: Sequence[Chunk]
    vectors: Floats | None = None
    embedder: EmbedderInfo | None = None
    costs: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    extras: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = None if self.vectors is None else len(self.vectors)
        if rows is not None and rows != len(self.chunks):
            raise ValueError(f"{rows} vectors for {len(self.chunks)} chunks")
        if (self.vectors is None) != (self.embedder is None):
            raise ValueError("vectors and the embedder that made them go together")
        for name in (*self.extras, *self.arrays):
            plain_name(name)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(folder: Path) -> list[str]:
    """Every file of a release, sub-folders included, as paths below it, sorted."""
    found = (path for path in folder.rglob("*") if not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def problems(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Read every file again and say which is missing, added or changed; [] when none is."""
    wanted: dict[str, str] = manifest["files"]
    present = set(files_of(folder)) - {MANIFEST}
    found = [f"{name}: missing" for name in sorted(wanted.keys() - present)]
    found += [f"{name}: not in the manifest" for name in sorted(present - wanted.keys())]
    for name in sorted(wanted.keys() & present):
        if hash_file(folder / name) != wanted[name]:
            found.append(f"{name}: its bytes have changed")
    if not hash_file(folder / MANIFEST).startswith(folder.name):
        found.append(f"{MANIFEST}: its bytes have changed, or the folder was renamed")
    return found

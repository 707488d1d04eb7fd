"""A release: everything that answers questions, in one immutable folder named by its content.

    <id>/manifest.json            format, files with their SHA-256, models, settings, counts
         sources.json             the documents
         accounts.json            what became of every page
         pages.jsonl, sections.jsonl, chunks.jsonl   one record a line, each with .offsets.npy
         places.npy               (chunk, document, page, words) of every page a chunk touches
         lexical.*                BM25 arrays
         vectors.npy              one unit row a chunk; absent when lexical only
         costs.json, thresholds.json                 learned parts, as data

It is written beside under a name that starts with a dot, synced, and renamed: a reader sees all
of it or nothing. The id is the hash of the manifest, which holds the hash of every file.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.codec import from_json, to_json
from rag.errors import IndexMismatch, StoreUnavailable
from rag.index import lexical
from rag.index.dense import Floats
from rag.index.lines import Lines, write_lines
from rag.records import Chunk, CorrectedPage, PageResult, PageStatus, Section, Source

log = logging.getLogger(__name__)

FORMAT = 1
MANIFEST = "manifest.json"
_BESIDE = ".building-"

Analyse = Callable[[str], Sequence[str]]


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
    """What goes into a release. ``vectors``: shape (chunks, width), unit rows, or None."""

    sources: tuple[Source, ...]
    results: tuple[PageResult, ...]
    pages: tuple[CorrectedPage, ...]
    sections: tuple[Section, ...]
    chunks: tuple[Chunk, ...]
    vectors: Floats | None = None
    embedder: EmbedderInfo | None = None
    costs: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = None if self.vectors is None else len(self.vectors)
        if rows is not None and rows != len(self.chunks):
            raise ValueError(f"{rows} vectors for {len(self.chunks)} chunks")
        if (self.vectors is None) != (self.embedder is None):
            raise ValueError("vectors and the embedder that made them go together")


# --- writing --------------------------------------------------------------------------------------


def build_release(folder: Path, content: ReleaseContent, *, analyse: Analyse | None = None) -> Path:
    """Write a release under ``folder`` and return its path; the same content gives the same one.

    Args:
        folder: where releases live; made when absent.
        content: what to write.
        analyse: text to index terms; French analysis unless a test hands its own.

    Raises:
        StoreUnavailable: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        beside = Path(tempfile.mkdtemp(prefix=f"{_BESIDE}{os.getpid()}-", dir=folder))
        beside.chmod(0o755)
        try:
            identity = _write(beside, content, analyse or _french())
            return _publish(beside, folder / identity)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise StoreUnavailable(
            f"{folder} cannot be written: {error}. Free some space, or make it writable.",
            code="not_writable",
            path=str(folder),
        ) from error


def _french() -> Analyse:
    from rag.french.analysis import analyse

    return analyse


def _write(beside: Path, content: ReleaseContent, analyse: Analyse) -> str:
    """Write every file and the manifest; return the id."""
    number = {source.document_id: n for n, source in enumerate(content.sources)}
    pages = sorted(content.pages, key=lambda p: (number[p.page.document_id], p.page.index))
    sections = sorted(content.sections, key=lambda s: (number[s.document_id], s.index))
    write_lines(beside / "pages.jsonl", pages)
    write_lines(beside / "sections.jsonl", sections)
    write_lines(beside / "chunks.jsonl", content.chunks)
    _save_keys(
        beside / "pages.keys.npy", ((p.page.document_id, p.page.index) for p in pages), number
    )
    _save_keys(beside / "sections.keys.npy", ((s.document_id, s.index) for s in sections), number)
    np.save(beside / "places.npy", _places(content.chunks, number))
    np.save(beside / "ranks.npy", np.array([c.ranks for c in content.chunks], np.bool_))
    bm25 = lexical.index(_weighted(content.chunks, analyse))
    lexical.save(bm25, beside)
    if content.vectors is not None:
        np.save(beside / "vectors.npy", np.ascontiguousarray(content.vectors, np.float32))
    accounts = sorted(map(PageAccount.of, content.results), key=lambda a: (a.document_id, a.index))
    _write_json(beside / "sources.json", [to_json(source) for source in content.sources])
    _write_json(beside / "accounts.json", [asdict(account) for account in accounts])
    _write_json(beside / "costs.json", content.costs)
    _write_json(beside / "thresholds.json", content.thresholds)
    return _write_manifest(beside, content, bm25.ranked)


def _weighted(chunks: Iterable[Chunk], analyse: Analyse) -> Iterable[Mapping[str, float]]:
    for chunk in chunks:
        if chunk.ranks:
            yield lexical.weigh(analyse(chunk.text), analyse(" \n ".join(chunk.headings)))
        else:
            yield {}


def _places(chunks: Sequence[Chunk], number: Mapping[str, int]) -> NDArray[np.int32]:
    """Rows (chunk, document, page, letters there), by chunk then page."""
    rows = []
    for row, chunk in enumerate(chunks):
        letters: dict[int, int] = {}
        for piece in chunk.pieces:
            letters[piece.index] = letters.get(piece.index, 0) + piece.end - piece.start
        rows += [(row, number[chunk.document_id], page, letters[page]) for page in sorted(letters)]
    return np.array(rows, np.int32).reshape(-1, 4)


def _save_keys(path: Path, keys: Iterable[tuple[str, int]], number: Mapping[str, int]) -> None:
    np.save(path, np.array([_key(number[d], i) for d, i in keys], np.int64))


def _key(document: int, index: int) -> int:
    return (document << 32) | index


def _write_json(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=dict)
    path.write_text(text + "\n", "utf-8")


def _write_manifest(beside: Path, content: ReleaseContent, ranked: int) -> str:
    """Hash every file into the manifest; the id is the hash of the manifest itself."""
    counts = {
        "documents": len(content.sources),
        "pages": len(content.results),
        "read": len(content.pages) + len(content.sections),
        "chunks": len(content.chunks),
        "ranked": ranked,
        "vectors": 0 if content.vectors is None else len(content.vectors),
    }
    manifest = {
        "format": FORMAT,
        "embedder": asdict(content.embedder) if content.embedder else None,
        "lexical_only": content.embedder is None,
        "settings": dict(content.settings),
        "counts": counts,
        "files": {path.name: hash_file(path) for path in sorted(beside.iterdir())},
    }
    _write_json(beside / MANIFEST, manifest)
    return hash_file(beside / MANIFEST)[:20]


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _publish(beside: Path, target: Path) -> Path:
    """Sync and rename; a whole release of this id is kept, a damaged one gives way."""
    if target.exists():
        if not Release.open(target).verify():
            log.info("release %s exists already", target.name)
            return target
        target.rename(beside.with_name(f"{_BESIDE}{os.getpid()}-damaged-{target.name}"))
    for path in beside.iterdir():
        _sync(path)
    _sync(beside)
    beside.rename(target)
    _sync(target.parent)
    log.info("release %s written", target.name)
    return target


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what builds that died left beside; a build still going on is left alone."""
    for path in folder.glob(f"{_BESIDE}*"):
        owner = path.name.removeprefix(_BESIDE).split("-")[0]
        if not (owner.isdigit() and int(owner) != os.getpid() and _alive(int(owner))):
            shutil.rmtree(path, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# --- reading --------------------------------------------------------------------------------------


class Release:
    """An open release: cheap to open, read when asked, never written."""

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self.id = path.name
        self.manifest = manifest

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
    def page_statuses(self) -> tuple[PageAccount, ...]:
        """What became of every page, by document and page."""
        return tuple(
            PageAccount(**{**data, "status": PageStatus(data["status"])})
            for data in self._json("accounts.json")
        )

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
    def places(self) -> NDArray[np.int32]:
        """Rows (chunk, document, page, letters there), by chunk then page."""
        places: NDArray[np.int32] = np.load(self.path / "places.npy")
        return places

    @cached_property
    def ranks(self) -> NDArray[np.bool_]:
        """Whether each chunk may be retrieved, shape (chunks,)."""
        ranks: NDArray[np.bool_] = np.load(self.path / "ranks.npy")
        return ranks

    @cached_property
    def bm25(self) -> lexical.Bm25:
        counts = self.manifest["counts"]
        return lexical.load(self.path, size=counts["chunks"], ranked=counts["ranked"])

    @cached_property
    def vectors(self) -> Floats | None:
        """Shape (chunks, width), unit rows, memory-mapped; None when lexical only."""
        if self.lexical_only:
            return None
        vectors: Floats = lexical.mapped(self.path / "vectors.npy")
        return vectors

    def verify(self) -> list[str]:
        """Read every file again and say which is missing, added or changed; [] when none is."""
        wanted: dict[str, str] = self.manifest["files"]
        present = {path.name for path in self.path.iterdir()} - {MANIFEST}
        problems = [f"{name}: missing" for name in sorted(wanted.keys() - present)]
        problems += [f"{name}: not in the manifest" for name in sorted(present - wanted.keys())]
        for name in sorted(wanted.keys() & present):
            if hash_file(self.path / name) != wanted[name]:
                problems.append(f"{name}: its bytes have changed")
        if not hash_file(self.path / MANIFEST).startswith(self.id):
            problems.append(f"{MANIFEST}: its bytes have changed, or the folder was renamed")
        return problems

    def _json(self, name: str) -> Any:
        return json.loads((self.path / name).read_text("utf-8"))

    @cached_property
    def _page_keys(self) -> list[int]:
        keys: list[int] = np.load(self.path / "pages.keys.npy").tolist()
        return keys

    @cached_property
    def _section_keys(self) -> list[int]:
        keys: list[int] = np.load(self.path / "sections.keys.npy").tolist()
        return keys

    def _find(self, keys: list[int], document_id: str, index: int) -> int | None:
        number = self.numbers.get(document_id)
        if number is None or index < 0:
            return None
        key = _key(number, index)
        row = bisect_left(keys, key)
        return row if row < len(keys) and keys[row] == key else None

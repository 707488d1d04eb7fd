"""Writing a release: beside, under a name that starts with a dot, synced, then renamed.

A reader sees all of it or nothing, whenever the power goes. The id is the hash of the manifest,
which holds the hash of every file: the same content always gets the same name.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.codec import to_json
from rag.errors import StoreUnavailable
from rag.index import lexical
from rag.index.content import (
    FORMAT,
    MANIFEST,
    PageAccount,
    ReleaseContent,
    hash_file,
    page_key,
    problems,
)
from rag.index.lines import write_lines
from rag.records import Chunk

log = logging.getLogger(__name__)

_BESIDE = ".building-"

Analyse = Callable[[str], Sequence[str]]


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
    np.save(path, np.array([page_key(number[d], i) for d, i in keys], np.int64))


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


def _publish(beside: Path, target: Path) -> Path:
    """Sync and rename; a whole release of this id is kept, a damaged one gives way."""
    if target.exists():
        if _whole(target):
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


def _whole(target: Path) -> bool:
    try:
        manifest = json.loads((target / MANIFEST).read_text("utf-8"))
        return manifest["format"] == FORMAT and not problems(target, manifest)
    except (OSError, ValueError, TypeError, KeyError):
        return False


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

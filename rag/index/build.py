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
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.codec import to_json
from rag.errors import StoreUnavailable
from rag.index import dense, lexical, pagemap
from rag.index import forms as spelling
from rag.index.content import (
    PageAccount,
    ReleaseContent,
    files_of,
    hash_file,
    problems,
)
from rag.index.format import FORMAT, MANIFEST
from rag.index.lines import write_lines
from rag.records import Chunk

log = logging.getLogger(__name__)

_BESIDE = ".building-"

Analyse = Callable[[str], Sequence[str]]


def build_release(
    folder: Path,
    content: ReleaseContent,
    *,
    analyse: Analyse | None = None,
    share_with: Path | None = None,
) -> Path:
    """Write a release under ``folder`` and return its path; the same content gives the same one.

    Args:
        folder: where releases live; made when absent.
        content: what to write.
        analyse: text to index terms; French analysis unless a test hands its own.
        share_with: another release on the same disk; files with the same bytes are stored once.

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
            if share_with is not None:
                share(beside, share_with)
            return publish(beside, folder / identity)
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
    _save_keys(
        beside / "pages.keys.npy", ((p.page.document_id, p.page.index) for p in pages), number
    )
    _save_keys(beside / "sections.keys.npy", ((s.document_id, s.index) for s in sections), number)
    bm25 = _write_chunks(beside, content.chunks, number, analyse)
    if content.vectors is not None:
        np.save(beside / "vectors.npy", np.ascontiguousarray(content.vectors, np.float32))
        if len(content.vectors) > dense.EXACT:
            dense.Codes.of(content.vectors).save(beside)
    accounts = sorted(map(PageAccount.of, content.results), key=lambda a: (a.document_id, a.index))
    write_lines(beside / "accounts.jsonl", accounts)
    write_json(beside / "sources.json", [to_json(source) for source in content.sources])
    write_json(beside / "costs.json", content.costs)
    write_json(beside / "thresholds.json", content.thresholds)
    _write_parts(beside, content)
    return _write_manifest(beside, content, bm25.ranked)


def _write_chunks(
    beside: Path, chunks: Sequence[Chunk], number: Mapping[str, int], analyse: Analyse
) -> lexical.Bm25:
    """Write the chunks and all that is drawn from them, going through them once."""
    places, indexer, forms = pagemap.Gatherer(number), lexical.Indexer(), Counter[str]()
    ranks, confidences = array("b"), array("f")

    def going_by() -> Iterator[Chunk]:
        for chunk in chunks:
            places.add(chunk)
            ranks.append(chunk.ranks)
            confidences.append(chunk.confidence)
            headings = " \n ".join(chunk.headings) if chunk.ranks else ""
            text = chunk.text if chunk.ranks else ""
            indexer.add(lexical.weigh(analyse(text), analyse(headings)))
            forms.update(spelling.words_of(text))
            forms.update(spelling.words_of(headings))
            yield chunk

    write_lines(beside / "chunks.jsonl", going_by())
    np.save(beside / "ranks.npy", np.array(ranks, np.bool_))
    np.save(beside / "confidences.npy", np.array(confidences, np.float32))
    pagemap.save(places.finish(), beside)
    bm25 = indexer.finish()
    lexical.save(bm25, beside)
    numbers = {term: n for n, term in enumerate(bm25.terms)}
    spelling.save(spelling.gather(forms, numbers, analyse), beside)
    return bm25


def _write_parts(beside: Path, content: ReleaseContent) -> None:
    """Write the parts that other rooms hand in, each under its name."""
    for name, value in content.extras.items():
        (beside / "extras").mkdir(exist_ok=True)
        write_json(beside / "extras" / f"{name}.json", value, indent=None)
    for name, rows in content.arrays.items():
        (beside / "arrays").mkdir(exist_ok=True)
        np.save(beside / "arrays" / f"{name}.npy", np.ascontiguousarray(rows), allow_pickle=False)


def _save_keys(path: Path, keys: Iterable[tuple[str, int]], number: Mapping[str, int]) -> None:
    np.save(path, np.array([pagemap.page_key(number[d], i) for d, i in keys], np.int64))


def write_json(path: Path, value: object, indent: int | None = 1) -> None:
    """Write plain values the one way that gives the same bytes each time."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent, default=_plain)
    path.write_bytes((text + "\n").encode("utf-8", "surrogatepass"))


def _plain(value: Any) -> Any:
    """What JSON does not know: a record, or a mapping that is no dict."""
    return to_json(value) if is_dataclass(value) else dict(value)


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
        "files": {name: hash_file(beside / name) for name in files_of(beside)},
    }
    write_json(beside / MANIFEST, manifest)
    return hash_file(beside / MANIFEST)[:20]


def share(beside: Path, other: Path) -> int:
    """Replace the files that another release has too by links to its own; returns the bytes saved.

    Nothing is shared with a file whose bytes are not what its manifest says, nor across disks.
    """
    try:
        theirs = json.loads((other / MANIFEST).read_text("utf-8"))["files"]
        ours = json.loads((beside / MANIFEST).read_text("utf-8"))["files"]
    except (OSError, ValueError, TypeError, KeyError):
        return 0
    saved = 0
    for name in sorted(ours.keys() & theirs.keys()):
        source, target = other / name, beside / name
        if ours[name] != theirs[name] or not source.is_file() or hash_file(source) != ours[name]:
            continue
        link = target.with_name(f"{target.name}.link")
        try:
            os.link(source, link)
        except OSError:  # another disk, or one that knows no links
            return saved
        saved += target.stat().st_size
        link.replace(target)
    return saved


def publish(beside: Path, target: Path) -> Path:
    """Sync and rename; a whole release of this id is kept, a damaged one gives way."""
    if target.exists():
        if _whole(target):
            log.info("release %s exists already", target.name)
            return target
        target.rename(beside.with_name(f"{_BESIDE}{os.getpid()}-damaged-{target.name}"))
    for path in (*beside.rglob("*"), beside):
        if path.is_file():
            path.chmod(0o444)  # it may be shared: nobody writes through a link
        _sync(path)
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

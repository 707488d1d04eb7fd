"""Files become sources: one walk of ``data/``, every file taken or refused with a reason.

A document is its bytes: the SHA-256 names it, and copies of it are one source with several paths.
What a file is and how many pages it has is found out in a child process (``rag.sniff``), because
that opens it; for a file that did not change since the last walk nothing is opened at all.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag import codec
from rag.cache import fingerprint
from rag.records import Collection, Refusal, Source
from rag.workers import Pool

log = logging.getLogger(__name__)

VERSION = "1"
PAGED_KINDS = frozenset({"pdf", "image", "photo"})  # these have page images; others have sections
_JUNK = {"thumbs.db", "desktop.ini"}
_SETTLED_NS = 2_000_000_000  # a file younger than this may change within one clock tick: look again


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond these a file is refused."""

    max_file_mb: int = 500
    max_pages: int = 5000
    max_page_megapixels: int = 80


@dataclass(frozen=True, slots=True)
class Known:
    """One path as the last walk saw it, and what it made of it."""

    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    stamp: str  # of the limits and of this code: another one means look again
    entry: Source | Refusal


@dataclass(frozen=True, slots=True)
class Survey:
    """A collection, and what makes the next walk fast."""

    collection: Collection
    known: dict[str, Known]  # by path


@dataclass(frozen=True, slots=True)
class _Found:
    """A path of the walk: its file's state, and a refusal that needs no opening."""

    path: str
    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    refusal: Refusal | None = None


def collect(
    folder: Path, *, limits: Limits | None = None, known: Mapping[str, Known] | None = None
) -> Collection:
    """Walk a folder; see ``survey``."""
    return survey(folder, limits=limits, known=known).collection


def survey(
    folder: Path,
    *,
    limits: Limits | None = None,
    known: Mapping[str, Known] | None = None,
    pool: Pool | None = None,
) -> Survey:
    """Walk a folder recursively and take or refuse every file in it.

    Dotfiles, office lock files and what file managers leave are passed over. Symbolic links are
    followed to files inside the folder only.

    Args:
        folder: the collection.
        limits: of files.
        known: of the last walk (``Survey.known``): an unchanged path is not opened again.
        pool: children to open files in; None starts two when they are needed.
    """
    limits = limits or Limits()
    stamp = fingerprint(VERSION, limits.max_file_mb, limits.max_pages, limits.max_page_megapixels)
    entries: dict[str, Source | Refusal] = {}
    fresh: list[_Found] = []
    walked = list(_walk(folder.resolve(), limits))
    for found in walked:
        before = (known or {}).get(found.path)
        if found.refusal:
            entries[found.path] = found.refusal
        elif before and _same(before, found, stamp):
            entries[found.path] = before.entry
        else:
            fresh.append(found)
    entries |= _inspected(folder, fresh, limits, pool, stamp, known or {})
    now = time.time_ns()
    again = {
        f.path: Known(f.size_bytes, f.mtime_ns, f.ctime_ns, stamp, entries[f.path])
        for f in walked
        if not f.refusal
        and now - max(f.mtime_ns, f.ctime_ns) > _SETTLED_NS
        and _lasting(entries[f.path])
    }
    return Survey(_assembled(entries), again)


def _same(before: Known, found: _Found, stamp: str) -> bool:
    return (before.size_bytes, before.mtime_ns, before.ctime_ns, before.stamp) == (
        found.size_bytes,
        found.mtime_ns,
        found.ctime_ns,
        stamp,
    )


def _lasting(entry: Source | Refusal) -> bool:
    """A refusal by accident (a child killed, a file being written) is tried again next time."""
    return isinstance(entry, Source) or entry.code not in (
        "timeout",
        "memory",
        "crashed",
        "unreadable",
    )


def _walk(root: Path, limits: Limits) -> Iterator[_Found]:
    """Every file under ``root`` in sorted order of its path."""
    for here, folders, files in os.walk(root, onerror=_complain):
        for name in list(folders):
            path = Path(here, name)
            if name.startswith("."):
                folders.remove(name)
            elif path.is_symlink():
                folders.remove(name)
                if not path.resolve().is_relative_to(root):
                    yield _refused(root, path, "symlink", "leads to a folder outside: copy it in")
        folders.sort()
        for name in sorted(files):
            if not name.startswith((".", "~$")) and name.lower() not in _JUNK:
                yield _look(root, Path(here, name), limits)


def _complain(error: OSError) -> None:
    log.warning("folder %s cannot be read: %s", error.filename, error.strerror)


def _refused(root: Path, path: Path, code: str, detail: str) -> _Found:
    shown = path.relative_to(root).as_posix().encode("utf-8", "replace").decode()
    return _Found(shown, 0, 0, 0, Refusal(shown, code, detail))


def _look(root: Path, path: Path, limits: Limits) -> _Found:
    """A file's state, or why it is refused before anyone opens it."""
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        return _refused(root, path, "symlink", "leads to a file outside the folder: copy it in")
    try:
        state = path.stat()
        shown = path.relative_to(root).as_posix()
        shown.encode()
    except UnicodeEncodeError:
        return _refused(root, path, "unreadable", "its name is not UTF-8: rename it")
    except OSError as error:
        code = "symlink" if path.is_symlink() else "unreadable"
        return _refused(root, path, code, f"{error.strerror}: repair or remove it")
    if not stat.S_ISREG(state.st_mode):
        return _refused(root, path, "unsupported", "not a regular file: remove it")
    if state.st_size == 0:
        return _refused(root, path, "empty", "the file has no bytes: copy it again")
    if state.st_size > limits.max_file_mb * 2**20:
        detail = f"{state.st_size / 2**20:.0f} MB, more than {limits.max_file_mb} (RAG_MAX_FILE_MB)"
        return _refused(root, path, "too_large", f"{detail}: split it or raise the limit")
    return _Found(shown, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in 64 hex digits.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _inspected(
    folder: Path,
    fresh: list[_Found],
    limits: Limits,
    pool: Pool | None,
    stamp: str,
    known: Mapping[str, Known],
) -> dict[str, Source | Refusal]:
    """Open what is new: once per content, and not when that content is already known."""
    seen: dict[tuple[str, str], Source | Refusal] = {
        (k.entry.document_id, Path(path).suffix): k.entry
        for path, k in known.items()
        if k.stamp == stamp and isinstance(k.entry, Source)
    }
    entries: dict[str, Source | Refusal] = {}
    content: dict[str, tuple[str, str]] = {}  # path → (hash, extension): what the answer depends on
    jobs: dict[tuple[str, str], dict[str, Any]] = {}
    for found in fresh:
        try:
            digest = hash_file(folder / found.path)
        except OSError as error:
            detail = f"{error.strerror}: give the right to read it"
            entries[found.path] = Refusal(found.path, "unreadable", detail)
            continue
        key = content[found.path] = (digest, Path(found.path).suffix)
        if key not in seen:
            jobs.setdefault(key, _job(folder / found.path, key, found.size_bytes, limits))
    if jobs:
        seen |= _opened(list(jobs.values()), pool)
    for path, key in content.items():
        entry = seen[key]
        name = path.rpartition("/")[2]
        named = replace(entry, path=path)
        entries[path] = (
            replace(named, name=name, also_at=()) if isinstance(named, Source) else named
        )
    return entries


def _job(path: Path, key: tuple[str, str], size_bytes: int, limits: Limits) -> dict[str, Any]:
    return {
        "path": str(path),
        "key": list(key),
        "size_bytes": size_bytes,
        "max_pages": limits.max_pages,
        "max_page_megapixels": limits.max_page_megapixels,
    }


def _opened(
    jobs: list[dict[str, Any]], pool: Pool | None
) -> dict[tuple[str, str], Source | Refusal]:
    if pool is None:
        with Pool(min(2, len(jobs)), timeout_s=120, memory_mb=2000) as own:
            return _opened(jobs, own)
    answers: dict[tuple[str, str], Source | Refusal] = {}
    for outcome in pool.run("rag.sniff:inspect", jobs):
        job = outcome.payload
        answer = outcome.result or {"code": outcome.reason, "detail": outcome.detail}
        if answer.get("code") == "error":  # a library choked on the file
            answer = {"code": "unreadable", "detail": answer["detail"]}
        digest, extension = job["key"]
        if "kind" in answer:
            answers[digest, extension] = Source(
                digest, "", "", (), answer["kind"], job["size_bytes"], answer["pages"]
            )
        else:
            answers[digest, extension] = Refusal("", answer["code"], answer["detail"])
    return answers


def _assembled(entries: Mapping[str, Source | Refusal]) -> Collection:
    """One source per content, named by its file name, or its path where two share that."""
    by_content: dict[str, list[Source]] = {}
    for path in sorted(entries):
        entry = entries[path]
        if isinstance(entry, Source):
            by_content.setdefault(entry.document_id, []).append(entry)
    names = [same[0].path.rpartition("/")[2] for same in by_content.values()]
    sources = []
    for same, name in zip(by_content.values(), names, strict=True):
        first, others = same[0], tuple(other.path for other in same[1:])
        shared = names.count(name) > 1
        sources.append(replace(first, name=first.path if shared else name, also_at=others))
    refusals = [entries[path] for path in sorted(entries)]
    return Collection(tuple(sources), tuple(r for r in refusals if isinstance(r, Refusal)))


# --- what the next walk knows ---------------------------------------------------------------------


def load_known(path: Path) -> dict[str, Known]:
    """What ``save_known`` wrote; {} when it is absent or cannot be read."""
    try:
        data = json.loads(path.read_bytes())
        if data["version"] != VERSION:
            return {}
        return {name: codec.from_json(Known, value) for name, value in data["known"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def save_known(path: Path, known: Mapping[str, Known]) -> None:
    """Keep a survey for the next walk; replaced atomically."""
    data = {"version": VERSION, "known": {name: codec.to_json(k) for name, k in known.items()}}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    beside.replace(path)

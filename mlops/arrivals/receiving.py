"""Files that were sent: checked by their content, then put into ``data/``, whole or not at all."""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mlops import deletion
from mlops.arrivals.jobs import Arrival
from rag.collect import Limits, hash_file, survey
from rag.errors import StoreUnavailable
from rag.records import Refusal, Source
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

STALE_S = 24 * 3600
LONGEST_NAME = 150  # bytes, so that a number or another ending still fits
_placing = threading.Lock()  # two files of one name do not take one place


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came: its name, and where its bytes lie for now."""

    name: str
    path: Path


@contextmanager
def waiting_room(home: Home) -> Iterator[Path]:
    """A folder beside ``data/`` for what is being received; gone at the end.

    Raises:
        StoreUnavailable: it cannot be written there.
    """
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".incoming-", dir=home.root))
    except OSError as error:
        raise StoreUnavailable(
            f"{home.root} cannot be written ({error}): check space and permissions",
            code="store_unwritable",
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(home: Home) -> None:
    """Remove what a service that was killed had begun to receive, a day ago or more."""
    for folder in home.root.glob(".incoming-*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > STALE_S:
                shutil.rmtree(folder)


def safe_name(name: str) -> str:
    """A file name that every system takes, without the folders it came with."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip()
    plain = re.sub(r"\s+", " ", plain).lstrip(".~$ ").rstrip(". ") or "document"
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = plain, ""
    room = LONGEST_NAME - len(suffix.encode()) - 1
    stem = stem.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore").strip() or "document"
    return f"{stem}.{suffix}" if suffix else stem


def take(home: Home, settings: Settings, sent: Sequence[Sent]) -> tuple[Arrival, ...]:
    """Check each file and put those that can be read into ``data/``.

    Files are opened in children, as the collection opens them. One file is taken or not by itself:
    the others do not wait for it.

    Args:
        home: the collection.
        settings: the limits of files.
        sent: each in a folder of its own under one common folder (``waiting_room``).

    Raises:
        StoreUnavailable: ``data/`` cannot be written.
    """
    if not sent:
        return ()
    limits = Limits(settings.max_file_mb, settings.max_pages, settings.max_page_megapixels)
    room = sent[0].path.parent.parent
    found = survey(room, limits=limits).collection
    told: dict[str, Source | Refusal] = {refusal.path: refusal for refusal in found.refusals}
    for source in found.sources:
        told |= dict.fromkeys((source.path, *source.also_at), source)
    gone = deletion.removed(home)
    with _placing:
        return tuple(
            _arrived(home, one, told.get(one.path.relative_to(room).as_posix()), gone)
            for one in sent
        )


def _arrived(
    home: Home, one: Sent, entry: Source | Refusal | None, gone: frozenset[str]
) -> Arrival:
    if not isinstance(entry, Source):
        return Arrival(one.name, "refused", code=entry.code if entry else "unreadable")
    same = _already(home, one.path, entry.document_id)
    if same is not None and entry.document_id not in gone:
        return Arrival(same, "already", entry.document_id, entry.pages)
    name = same or _place(home.data, one)
    state = "deleted" if entry.document_id in gone else "taken"
    return Arrival(name, state, entry.document_id, entry.pages)


def _already(home: Home, path: Path, document_id: str) -> str | None:
    """The path under ``data/`` that holds these bytes already."""
    size = path.stat().st_size
    for other in sorted(home.data.rglob("*")) if home.data.is_dir() else ():
        if other.name.startswith(".") or not other.is_file():
            continue
        with suppress(OSError):
            if other.stat().st_size == size and hash_file(other) == document_id:
                return other.relative_to(home.data).as_posix()
    return None


def _place(data: Path, one: Sent) -> str:
    """Move a file into ``data/`` under a name that is free; return the name."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        target = data / one.name
        number = 2
        while target.exists() or target.is_symlink():
            plain = Path(one.name)
            target = data / f"{plain.stem} ({number}){plain.suffix}"
            number += 1
        try:
            one.path.replace(target)
        except OSError:  # data/ is on another disk: a name that the collection passes over
            beside = data / f".{target.name}.part"
            shutil.copyfile(one.path, beside)
            beside.replace(target)
    except OSError as error:
        raise StoreUnavailable(
            f"{data} cannot be written ({error}): check space and permissions",
            code="store_unwritable",
        ) from error
    log.info("%s arrived in data/", target.name)
    return target.name

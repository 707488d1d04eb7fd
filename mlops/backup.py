"""Copies of what cannot be made again: the database, the golden questions, the settings.

Releases, caches and metrics are derived: they are built again from ``data/`` and the database. A
backup is one zip file, made whole beside and renamed; it is opened and checked before it counts.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mlops import clock
from mlops import store_tables as t
from mlops.run_lock import run_lock
from rag.errors import RagError, StoreUnavailable
from rag.settings import Home, Settings

PREFIX, SUFFIX = "ragphoto-", ".zip"
DATABASE, NOTE = "ragphoto.db", "backup.json"
BESIDE = ("golden.jsonl", "ragphoto.toml")  # of the home, when they are there


class BackupUnreadable(RagError):
    """A file is not a backup of this program, or it is damaged: another one must be taken."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup on disk."""

    path: Path
    at: str  # ISO 8601, UTC
    size_bytes: int
    schema: str  # of the database in it
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoration did."""

    backup: Backup
    aside: Path | None  # where what was there before is kept


def folder_of(home: Home, settings: Settings) -> Path:
    """Where backups go: the setting, else ``storage/backups``."""
    return settings.backups.expanduser() if settings.backups else home.storage / "backups"


def make(home: Home, settings: Settings, destination: Path | None = None) -> Backup:
    """Write a checked backup; the service may go on meanwhile.

    Args:
        home: the collection.
        settings: says in which folder, unless ``destination`` does.
        destination: a folder, or the path of the file to write.

    Raises:
        StoreUnavailable: there is no database yet, or the folder cannot be written.
        BackupUnreadable: what was written does not read back.
    """
    if not home.database.is_file():
        raise StoreUnavailable(
            f"{home.database} does not exist: there is nothing to back up. Run: ragphoto ingest",
            code="no_database",
            path=str(home.database),
        )
    path = _target(destination or folder_of(home, settings))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as aside:
            beside = Path(aside) / path.name
            _write(home, Path(aside), beside)
            _verify(beside)
            beside.replace(path)
    except OSError as error:
        raise StoreUnavailable(
            f"{path.parent} cannot be written ({error}). Free some space, or set another folder: "
            "backups in ragphoto.toml.",
            code="not_writable",
            path=str(path.parent),
        ) from error
    return read(path)


def listing(home: Home, settings: Settings) -> list[Backup]:
    """The backups of the folder that read as such, newest first."""
    found = []
    for path in folder_of(home, settings).glob(f"{PREFIX}*{SUFFIX}"):
        with contextlib.suppress(BackupUnreadable):
            found.append(read(path))
    return sorted(found, key=lambda backup: backup.at, reverse=True)


def clean(home: Home, settings: Settings) -> tuple[Path, ...]:
    """Remove all but the newest ``keep_backups``; returns what went."""
    too_old = listing(home, settings)[settings.keep_backups :]
    for backup in too_old:
        backup.path.unlink(missing_ok=True)
    return tuple(backup.path for backup in too_old)


def read(path: Path) -> Backup:
    """What a backup says of itself.

    Raises:
        BackupUnreadable: it is not a backup of this program.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            note = json.loads(archive.read(NOTE))
            names = tuple(sorted(note["files"]))
            archive.getinfo(DATABASE)  # KeyError without it
            return Backup(path, note["at"], path.stat().st_size, note["schema"], names)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise _unreadable(path, str(error)) from error


def restore(home: Home, path: Path) -> Restored:
    """Put a backup in place of what is there, which is kept aside; derived parts come again.

    Deletions made after the backup are not in it: documents deleted since answer again, unless
    their files are gone too. The next ``ragphoto ingest`` builds the release again.

    Raises:
        AlreadyRunning: a run is under way.
        BackupUnreadable: the file is damaged, or of a newer version of this program.
    """
    backup = read(path)
    if backup.schema > t.HEAD:
        raise _unreadable(path, f"schema {backup.schema}, this version reads up to {t.HEAD}")
    with run_lock(home), tempfile.TemporaryDirectory(dir=home.storage, prefix=".restore-") as work:
        _verify(path)
        with zipfile.ZipFile(path) as archive:
            for name in backup.files:
                archive.extract(name, work)
        aside = _put_aside(home)
        Path(work, DATABASE).replace(home.database)
        for name in set(BESIDE) & set(backup.files):
            shutil.move(Path(work, name), home.root / name)
    return Restored(backup, aside)


# --- one file -------------------------------------------------------------------------------------


def _target(destination: Path) -> Path:
    if destination.suffix == SUFFIX:
        return destination
    moment = clock.now().strftime("%Y%m%dT%H%M%SZ")
    return destination / f"{PREFIX}{moment}{SUFFIX}"


def _write(home: Home, aside: Path, target: Path) -> None:
    database = aside / DATABASE
    with (
        contextlib.closing(sqlite3.connect(home.database)) as source,
        contextlib.closing(sqlite3.connect(database)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        schema = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    parts = {DATABASE: database}
    parts |= {name: home.root / name for name in BESIDE if (home.root / name).is_file()}
    note = {
        "at": clock.stamp(),
        "schema": str(schema),
        "files": {name: _hash(part) for name, part in parts.items()},
    }
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # it holds keys
    with (
        os.fdopen(descriptor, "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        archive.writestr(NOTE, json.dumps(note, indent=1))
        for name, part in parts.items():
            archive.write(part, name)
    with target.open("rb") as written:
        os.fsync(written.fileno())
    database.unlink()


def _verify(path: Path) -> None:
    """Read everything back: every byte as it was hashed, and a database that is whole.

    Raises:
        BackupUnreadable: something is not.
    """
    with tempfile.TemporaryDirectory(prefix=".verify-", dir=path.parent) as work:
        try:
            with zipfile.ZipFile(path) as archive:
                wanted = json.loads(archive.read(NOTE))["files"]
                for name in wanted:
                    archive.extract(name, work)
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise _unreadable(path, str(error)) from error
        for name, digest in wanted.items():
            if _hash(Path(work, name)) != digest:
                raise _unreadable(path, f"{name} is damaged")
        with contextlib.closing(sqlite3.connect(Path(work, DATABASE))) as database:
            said = database.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise _unreadable(path, f"the database in it is damaged: {said}")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put_aside(home: Home) -> Path | None:
    """Keep what the restoration replaces, in one folder of its own."""
    present = [home.root / name for name in BESIDE if (home.root / name).is_file()]
    databases = [
        p for p in home.storage.glob(f"{DATABASE}*") if p.suffix in (".db", ".db-wal", ".db-shm")
    ]
    if not (present or databases):
        return None
    aside = home.storage / f"before-restore-{clock.now():%Y%m%dT%H%M%SZ}"
    aside.mkdir()
    for path in present:
        shutil.copy2(path, aside / path.name)
    for path in databases:
        path.replace(aside / path.name)
    return aside


def _unreadable(path: Path, why: str) -> BackupUnreadable:
    return BackupUnreadable(
        f"{path} cannot be restored: {why}. Wanted: a backup of this program. "
        "Run: ragphoto backup --list, and choose another.",
        code="backup_unreadable",
        path=str(path),
    )


def age_hours(backup: Backup, now: datetime | None = None) -> float:
    """Hours since a backup was made."""
    return ((now or clock.now()) - clock.read(backup.at)).total_seconds() / 3600

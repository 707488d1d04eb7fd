"""Old releases go, by number and by age; what answers, answered last or is under trial never does.

The row of a release stays for good, with its verdict; only its folder goes: renamed first, so that
nobody opens half of it, then deleted. A crash in between leaves a folder that the next one removes.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.releases import in_folder, predecessor_in
from mlops.store import Store
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

GOING = ".going-"
UNKNOWN_FOR = timedelta(days=1)  # a folder without a row may be of a run under way
PROTECTED = ("champion", "shadow", "canary", "candidate")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What went, and what it gave back."""

    removed: tuple[str, ...]
    freed_bytes: int


def clean(home: Home, settings: Settings, store: Store) -> Cleaned:
    """Remove the folders of releases that nobody needs any more.

    Kept: the release in service, its predecessor, those under trial or being judged, the newest
    ``keep_releases`` others, and all younger than ``keep_release_days`` days.
    """
    if not home.releases.is_dir():
        return Cleaned((), 0)
    freed = _finish(home, store)
    removed = []
    for release_id in _too_old(home, settings, store):
        path = home.releases / release_id
        going = home.releases / f"{GOING}{release_id}"
        with store.write() as connection:
            if release_id in _protected(home, connection):  # promoted since we looked
                continue
            _note(connection, release_id)
            path.rename(going)  # within: nobody promotes it meanwhile
        freed += _delete(going)
        removed.append(release_id)
        log.info("release %s removed: too old", release_id)
    return Cleaned(tuple(removed), freed)


def _finish(home: Home, store: Store) -> int:
    """Delete what a crash left between the renaming and the deleting; returns the bytes."""
    freed = 0
    for going in sorted(home.releases.glob(f"{GOING}*")):
        release_id = going.name.removeprefix(GOING)
        if not (home.releases / release_id).exists():  # it may have been built again since
            with store.write() as connection:
                _note(connection, release_id)
        freed += _delete(going)
    return freed


def _note(connection: sa.Connection, release_id: str) -> None:
    known = (t.releases.c.release_id == release_id) & t.releases.c.removed_at.is_(None)
    gone = sa.update(t.releases).where(known)
    connection.execute(gone.values(removed_at=clock.stamp()))
    connection.execute(sa.delete(t.builds).where(t.builds.c.release_id == release_id))


def _too_old(home: Home, settings: Settings, store: Store) -> Iterable[str]:
    """Oldest first."""
    query = sa.select(t.releases).order_by(t.releases.c.created_at.desc())
    with store.read() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
        protected = _protected(home, connection)
    others = [
        row
        for row in rows
        if row["release_id"] not in protected and (home.releases / row["release_id"]).is_dir()
    ]
    limit = clock.stamp(clock.now() - timedelta(days=settings.keep_release_days))
    beyond = others[settings.keep_releases :]
    yield from (row["release_id"] for row in reversed(beyond) if row["created_at"] < limit)
    known = {row["release_id"] for row in rows}
    yield from (path.name for path in _strangers(home, known))


def _protected(home: Home, connection: sa.Connection) -> set[str]:
    """Those in use, and the one that a rollback would put back."""
    used = sa.select(t.releases.c.release_id).where(t.releases.c.state.in_(PROTECTED))
    back = predecessor_in(connection, in_folder(home))
    return {*connection.scalars(used), *([back] if back else [])}


def _strangers(home: Home, known: set[str]) -> list[Path]:
    """Folders that no row knows, left by something that died more than a day ago."""
    limit = clock.now().timestamp() - UNKNOWN_FOR.total_seconds()
    return [
        path
        for path in sorted(home.releases.iterdir())
        if path.is_dir()
        and not path.name.startswith(".")
        and path.name not in known
        and path.stat().st_mtime < limit
    ]


def _delete(folder: Path) -> int:
    """Remove a folder; returns the bytes that no other release shares."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    freed = sum(path.stat().st_size for path in files if path.stat().st_nlink == 1)
    for path in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
        path.chmod(0o755)
    shutil.rmtree(folder)
    return freed

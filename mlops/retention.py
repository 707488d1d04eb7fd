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
    freed = sum(_delete(path) for path in home.releases.glob(f"{GOING}*"))
    removed = []
    for release_id in _too_old(home, settings, store):
        path = home.releases / release_id
        going = home.releases / f"{GOING}{release_id}"
        with store.write() as connection:
            connection.execute(
                sa.update(t.releases)
                .where(t.releases.c.release_id == release_id)
                .values(removed_at=clock.stamp())
            )
            connection.execute(sa.delete(t.builds).where(t.builds.c.release_id == release_id))
        path.rename(going)
        freed += _delete(going)
        removed.append(release_id)
        log.info("release %s removed: too old", release_id)
    return Cleaned(tuple(removed), freed)


def _too_old(home: Home, settings: Settings, store: Store) -> Iterable[str]:
    """Oldest first."""
    query = sa.select(t.releases).order_by(t.releases.c.created_at.desc())
    with store.read() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    protected = {row["release_id"] for row in rows if row["state"] in PROTECTED}
    protected |= set(predecessors(store, 1))
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


def predecessors(store: Store, count: int) -> list[str]:
    """The releases that answered before the one in service, newest first, each once."""
    query = sa.select(t.promotions).order_by(t.promotions.c.id.desc())
    with store.read() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
        champion = connection.scalar(
            sa.select(t.releases.c.release_id).where(t.releases.c.state == "champion")
        )
    found = [row["previous"] for row in rows if row["release_id"] == champion and row["previous"]]
    return list(dict.fromkeys(found))[:count]


def _delete(folder: Path) -> int:
    """Remove a folder; returns the bytes that no other release shares."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    freed = sum(path.stat().st_size for path in files if path.stat().st_nlink == 1)
    for path in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
        path.chmod(0o755)
    shutil.rmtree(folder)
    return freed

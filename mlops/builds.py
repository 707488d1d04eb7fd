"""What went in → the release that came out: nothing that was built is built again."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.store import Store, now
from rag.errors import IndexMismatch
from rag.index.release import Release
from rag.settings import Home

log = logging.getLogger(__name__)


def known(home: Home, store: Store, key: str) -> tuple[str, int] | None:
    """The release that these inputs gave before and its chunks, when it is still whole."""
    with store.read() as connection:
        row = connection.execute(sa.select(t.builds).where(t.builds.c.input_key == key)).first()
    if row is None or not _whole(home.releases / row.release_id):
        return None
    return row.release_id, row.chunks


def sibling(home: Home, store: Store, base_key: str) -> str | None:
    """A whole release of the same documents by the same program, whatever readers taught it."""
    query = sa.select(t.builds).where(t.builds.c.base_key == base_key)
    with store.read() as connection:
        rows = connection.execute(query.order_by(t.builds.c.at.desc())).all()
    return next((r.release_id for r in rows if _whole(home.releases / r.release_id)), None)


def base_of(store: Store, release_id: str) -> str | None:
    """The key of what a release was made from, what readers taught apart."""
    query = sa.select(t.builds.c.base_key).where(t.builds.c.release_id == release_id)
    with store.read() as connection:
        found = connection.scalar(query.order_by(t.builds.c.at.desc()).limit(1))
    return None if found is None else str(found)


def keep(store: Store, key: str, base_key: str, release: Release) -> None:
    """Note what these inputs gave."""
    with store.write() as connection:
        connection.execute(sa.delete(t.builds).where(t.builds.c.input_key == key))
        connection.execute(
            sa.insert(t.builds).values(
                input_key=key, base_key=base_key, release_id=release.id,
                chunks=release.counts["chunks"], at=now(),
            )
        )  # fmt: skip


def _whole(folder: Path) -> bool:
    """Whether a release can be used; a damaged one goes, so that it is built again."""
    if not folder.is_dir():
        return False
    try:
        problems = Release.open(folder).verify()
    except (IndexMismatch, OSError, ValueError) as error:
        problems = [str(error)]
    if problems:  # nothing else may be named by this hash: it heals by being built again
        log.warning("release %s is damaged (%s): built again", folder.name, problems[0])
        shutil.rmtree(folder, ignore_errors=True)
        return False
    return True

"""Opening the database: a connection that waits its turn, and a schema brought up to date."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from mlops import store_tables as t
from rag.errors import StoreUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
WAIT_FOR_LOCK_S = 10


def connect(path: Path) -> sa.Engine:
    """An engine on a SQLite file: WAL, foreign keys, transactions that we begin ourselves.

    Raises:
        StoreUnavailable: its folder cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    engine = sa.create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": WAIT_FOR_LOCK_S, "check_same_thread": False},
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(raw: Any, _: ConnectionPoolEntry) -> None:
        raw.isolation_level = None  # we begin transactions ourselves, below
        cursor = raw.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def bring_to_head(engine: sa.Engine, path: Path) -> None:
    """Migrate the database when it is behind; one query when it is not.

    Raises:
        StoreUnavailable: it cannot be read or written, or a newer version wrote it.
    """
    try:
        version = _version(engine)
        if version == t.HEAD:
            return
        if version is not None and version > t.HEAD:
            raise StoreUnavailable(
                f"{path} was written by a newer version of this program (schema {version}, "
                f"wanted {t.HEAD}). Install that version again, or restore a backup.",
                code="store_newer",
                path=str(path),
            )
        _migrate(engine, path, version)
    except DatabaseError as error:
        text = str(error.orig).lower()
        if "readonly" in text or "unable to open" in text:
            raise _unwritable(path, error) from error
        raise StoreUnavailable(
            f"{path} cannot be read as the database of this program ({error.orig}). "
            "Put it aside and run: ragphoto ingest",
            code="store_unreadable",
            path=str(path),
        ) from error


def _version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        names = set(
            connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        )
        if "alembic_version" not in names:
            return None
        found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)


def _migrate(engine: sa.Engine, path: Path, version: str | None) -> None:
    """Apply what is missing, one process at a time, after a copy of what was there."""
    import alembic.command
    import alembic.config
    from filelock import FileLock

    with FileLock(f"{path}.migrate"):
        if (version := _version(engine)) == t.HEAD:
            return  # another process has just done it
        if version is not None:
            copy = path.with_name(f"{path.stem}-before-{t.HEAD}.db")
            copy.unlink(missing_ok=True)
            _copy(path, copy)
        config = alembic.config.Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with (
            engine.connect().execution_options(immediate=True) as connection,
            connection.begin(),
        ):
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")


def _copy(path: Path, copy: Path) -> None:
    """A whole copy of a database in use, through SQLite's own backup."""
    with (
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)


def _unwritable(path: Path, error: Exception) -> StoreUnavailable:
    return StoreUnavailable(
        f"{path} cannot be written ({error}). Wanted: a folder that you may write. "
        f"Run: chmod -R u+rwX {path.parent}",
        code="store_unwritable",
        path=str(path),
    )

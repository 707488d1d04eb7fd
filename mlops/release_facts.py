"""What there is to know of a release: its size, what it shares, its verdict, its life."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.releases import ReleaseRow, champion_id, listing, predecessor
from mlops.store import Store
from mlops.trials.records import Trial, last
from rag.settings import Home

MANY = 10_000  # trials
NAMES = ("champion", "previous")  # that stand for a release


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes on disk; ``own`` are those that no other release shares."""

    total: int
    own: int


class NotOne(LookupError):
    """A name that stands for no release, or for several: ``found`` of them."""

    def __init__(self, name: str, found: int) -> None:
        super().__init__(name)
        self.name, self.found = name, found


def resolve(store: Store, name: str) -> str:
    """The release that is meant: "champion", "previous", an id or the beginning of one.

    Raises:
        NotOne: there is none, or several.
    """
    if name == "champion":
        found = [champion_id(store)]
    elif name == "previous":
        found = [predecessor(store)]
    else:
        found = [row.release_id for row in listing(store) if row.release_id.startswith(name)]
    if len(found) != 1 or found[0] is None:
        raise NotOne(name, len(found) if found != [None] else 0)
    return found[0]


def size(home: Home, release_id: str) -> Size | None:
    """What it takes; None when its folder is gone."""
    folder = home.releases / release_id
    if not folder.is_dir():
        return None
    stats = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return Size(sum(s.st_size for s in stats), sum(s.st_size for s in stats if s.st_nlink == 1))


def facts(home: Home, store: Store, release_id: str) -> dict[str, Any]:
    """Everything known of a release, as plain values."""
    row = next(row for row in listing(store) if row.release_id == release_id)
    path = home.releases / release_id / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    found = size(home, release_id)
    return {
        **_row(row),
        "counts": manifest.get("counts", {}),
        "embedder": manifest.get("embedder"),
        "settings": manifest.get("settings", {}),
        "files": manifest.get("files", {}),
        "bytes": found.total if found else None,
        "own_bytes": found.own if found else None,
        "verdict": _verdict(store, release_id),
        "promotions": _rows(store, t.promotions, _of(t.promotions, release_id)),
        "trials": _rows(store, t.trials, t.trials.c.challenger == release_id),
    }


def verdicts(store: Store) -> dict[str, Mapping[str, Any]]:
    """The latest verdict of each release that was judged."""
    query = sa.select(t.verdicts.c.challenger, t.verdicts.c.promote).order_by(t.verdicts.c.id)
    with store.read() as connection:
        return {row["challenger"]: dict(row) for row in connection.execute(query).mappings()}


def trials_of(store: Store, release_id: str) -> list[Trial]:
    """The trials of a release, newest first."""
    return [trial for trial in last(store, MANY) if trial.challenger == release_id]


def predecessor_of(store: Store, release_id: str) -> str | None:
    """The release that its last promotion replaced; None when it was the first, or never came."""
    p = t.promotions.c
    query = sa.select(p.previous).where(p.release_id == release_id, p.action == "promote")
    with store.read() as connection:
        return connection.scalar(query.order_by(p.id.desc()).limit(1))


def _row(row: ReleaseRow) -> dict[str, Any]:
    return {
        "release": row.release_id, "state": row.state, "created_at": row.created_at,
        "run": row.run_id, "parent": row.parent, "program": row.program, "method": row.method,
        "removed_at": row.removed_at, "reasons": list(row.reasons), "scores": dict(row.scores),
    }  # fmt: skip


def _of(table: sa.Table, release_id: str) -> sa.ColumnElement[bool]:
    return sa.or_(table.c.release_id == release_id, table.c.previous == release_id)


def _verdict(store: Store, release_id: str) -> Mapping[str, Any] | None:
    found = _rows(store, t.verdicts, t.verdicts.c.challenger == release_id)
    return found[-1] if found else None


def _rows(store: Store, table: sa.Table, where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    query = sa.select(table).where(where).order_by(table.c.id)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]

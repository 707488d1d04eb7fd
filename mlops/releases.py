"""Which release answers: a row of the database, changed in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.store import Store, now
from rag.errors import RunRefused
from rag.settings import Home

log = logging.getLogger(__name__)

Usable = Callable[[str], bool]  # whether a release can answer


def _anything(_: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release as the record has it; the folder holds its content."""

    release_id: str
    created_at: str
    run_id: str | None
    parent: str | None
    state: str  # candidate, validated, shadow, canary, champion, retired, rejected
    scores: Mapping[str, Any]
    reasons: tuple[str, ...]
    program: str | None = None  # rag.program.program() that built it
    method: str | None = None  # fingerprint of everything but the documents
    removed_at: str | None = None  # its folder went with retention


def champion(home: Home) -> Path | None:
    """The folder of the release in service, or None. Creates nothing."""
    if not home.database.is_file():
        return None
    with Store(home) as store:
        found = champion_id(store)
    return home.releases / found if found else None


def champion_id(store: Store) -> str | None:
    """The release in service."""
    with store.read() as connection:
        return _champion(connection)


def listing(store: Store) -> list[ReleaseRow]:
    """Every release, newest first."""
    query = sa.select(t.releases).order_by(t.releases.c.created_at.desc())
    with store.read() as connection:
        return [
            ReleaseRow(
                row.release_id, row.created_at, row.run_id, row.parent, row.state, row.scores,
                tuple(row.reasons), row.program, row.method, row.removed_at,
            )
            for row in connection.execute(query)
        ]  # fmt: skip


def register(
    store: Store,
    release_id: str,
    *,
    run_id: str | None,
    program: str | None = None,
    method: str | None = None,
) -> None:
    """Note a release that was built; one that is known keeps its row.

    Built again under another program or other settings (the same bytes may come out), a release
    that does not answer is known from then on by the newer ones.
    """
    made_by = {"program": program, "method": method}
    with store.write() as connection:
        if connection.scalar(_row(release_id)) is None:
            connection.execute(
                sa.insert(t.releases).values(
                    release_id=release_id, created_at=now(), run_id=run_id,
                    parent=_champion(connection), state="candidate", scores={}, reasons=[],
                    **made_by,
                )
            )  # fmt: skip
            return
        same = t.releases.c.release_id == release_id
        if method is not None:
            connection.execute(
                sa.update(t.releases)
                .where(same, t.releases.c.state != "champion")
                .values(removed_at=None, **made_by)
            )


def mark(store: Store, release_id: str, state: str, reasons: Sequence[str] = ()) -> None:
    """Note the state of a release that does not answer everybody.

    Raises:
        ValueError: no such release is recorded, or it is the one in service.
    """
    with store.write() as connection:
        changed = connection.execute(
            sa.update(t.releases)
            .where(t.releases.c.release_id == release_id, t.releases.c.state != "champion")
            .values(state=state, reasons=list(reasons))
        )
        if not changed.rowcount:
            raise ValueError(f"no release {release_id!r} is recorded beside the one in service")


def reject(
    store: Store, release_id: str, reasons: Sequence[str], scores: Mapping[str, Any]
) -> None:
    """Note why a release is not put in service; the one that answers goes on."""
    with store.write() as connection:
        connection.execute(
            sa.update(t.releases)
            .where(t.releases.c.release_id == release_id, t.releases.c.state != "champion")
            .values(state="rejected", reasons=list(reasons), scores=dict(scores))
        )
    log.warning("release %s refused: %s", release_id, "; ".join(reasons))


def promote(
    store: Store,
    release_id: str,
    *,
    by: str,
    reason: str = "",
    scores: Mapping[str, Any] | None = None,
    usable: Usable = _anything,
) -> None:
    """Put a release in service, and retire the one that was, in one transaction.

    Args:
        store: the record.
        release_id: which one.
        by: who, or what, promotes.
        reason: why, in words.
        scores: those of its checks.
        usable: says whether it can answer; asked within the transaction, so that retention
            cannot remove it in between.

    Raises:
        ValueError: no such release is recorded.
        RunRefused: it cannot answer.
    """
    with store.write() as connection:
        if not usable(release_id):
            raise RunRefused(
                f"the folder of release {release_id} is gone or damaged: it cannot answer. "
                "Run: ragphoto release list",
                code="release_gone",
                release=release_id,
            )
        previous = _champion(connection)
        if previous != release_id:
            _switch(connection, release_id, previous, by=by, action="promote", reason=reason)
        if scores is not None:
            connection.execute(
                sa.update(t.releases)
                .where(t.releases.c.release_id == release_id)
                .values(scores=dict(scores), reasons=[reason] if reason else [])
            )
    log.info("release %s in service (was %s)", release_id, previous)


def rollback(store: Store, *, by: str, reason: str = "", usable: Usable = _anything) -> str:
    """Put the predecessor of the release in service back; returns its id.

    Args:
        store: the record.
        by: who, or what, goes back.
        reason: why, in words.
        usable: says whether a release can answer; one that cannot is passed over for the one
            before it (``in_folder`` looks at its folder).

    Raises:
        RunRefused: there is no predecessor that can answer.
    """
    with store.write() as connection:
        current = _champion(connection)
        previous, passed = _predecessor(connection, current, usable)
        if current is None or previous is None:
            raise RunRefused(
                "no release was in service before this one: nothing to go back to. "
                "Run: ragphoto ingest",
                code="no_predecessor",
            )
        _switch(connection, previous, current, by=by, action="rollback", reason=reason)
    for release_id in passed:
        log.warning("release %s was passed over: its folder is gone or damaged", release_id)
    log.warning("rolled back to release %s (was %s)", previous, current)
    return previous


def predecessor(store: Store, usable: Usable = _anything) -> str | None:
    """The release that ``rollback`` would put back; None when there is none."""
    with store.read() as connection:
        return predecessor_in(connection, usable)


def predecessor_in(connection: sa.Connection, usable: Usable = _anything) -> str | None:
    """The same, within a transaction."""
    return _predecessor(connection, _champion(connection), usable)[0]


def _predecessor(
    connection: sa.Connection, current: str | None, usable: Usable
) -> tuple[str | None, list[str]]:
    """That release, and those passed over on the way."""
    found, passed = _before(connection, current), list[str]()
    while found is not None and not usable(found):
        passed.append(found)
        found = _before(connection, found)
        if found in passed or found == current:
            return None, passed
    return found, passed


def _before(connection: sa.Connection, release_id: str | None) -> str | None:
    """The release that a promotion replaced by that one."""
    p = t.promotions.c
    query = sa.select(p.previous).where(p.release_id == release_id, p.action == "promote")
    return connection.scalar(query.order_by(p.id.desc()).limit(1))


def in_folder(home: Home) -> Usable:
    """Says whether the folder of a release is there, of our format, with all its files.

    Every byte is not (``ragphoto verify`` does that): going back must take less than a second.
    """
    from rag.index.format import whole

    return lambda release_id: whole(home.releases / release_id)


def taken_back(store: Store, release_id: str) -> str | None:
    """Why a release was taken out of service by a rollback; None when it was not.

    It does not come again by itself: only a person puts it back (``promote``).
    """
    p = t.promotions.c
    query = (
        sa.select(p.action, p.reason)
        .where(sa.or_(p.release_id == release_id, p.previous == release_id))
        .where(sa.or_(p.action == "rollback", p.release_id == release_id))
        .order_by(p.id.desc())
        .limit(1)
    )
    with store.read() as connection:
        row = connection.execute(
            query.add_columns((p.release_id == release_id).label("arrived"))
        ).one_or_none()
    return None if row is None or row.arrived else str(row.reason)


def _switch(
    connection: sa.Connection,
    release_id: str,
    previous: str | None,
    *,
    by: str,
    action: str,
    reason: str,
) -> None:
    if connection.scalar(_row(release_id)) is None:
        raise ValueError(f"no release {release_id!r} is recorded")
    _retire(connection)
    take = sa.update(t.releases).where(t.releases.c.release_id == release_id)
    connection.execute(take.values(state="champion"))
    connection.execute(
        sa.insert(t.promotions).values(
            at=now(), release_id=release_id, previous=previous, action=action, author=by,
            reason=reason,
        )
    )  # fmt: skip


def _retire(connection: sa.Connection) -> None:
    """Take the one in service out; the transaction puts another in, or nothing happened."""
    retire = sa.update(t.releases).where(t.releases.c.state == "champion")
    connection.execute(retire.values(state="retired"))


def _row(release_id: str) -> sa.Select[tuple[str]]:
    return sa.select(t.releases.c.release_id).where(t.releases.c.release_id == release_id)


def _champion(connection: sa.Connection) -> str | None:
    query = sa.select(t.releases.c.release_id).where(t.releases.c.state == "champion")
    found = connection.scalar(query)
    return None if found is None else str(found)

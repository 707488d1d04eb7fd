"""The rows of trials: one open at a time, which the database itself enforces."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.store import Store
from mlops.trials.rules import Said
from rag.errors import RunRefused
from rag.settings import Settings

ARMS = 10_000  # readers are told apart to a hundredth of a percent


@dataclass(frozen=True, slots=True)
class Trial:
    """A shadow or a canary; ``share`` of questions or of readers, 0..1."""

    id: int
    kind: str  # shadow, canary
    challenger: str
    champion: str
    share: float
    started_at: datetime
    until: datetime
    ended_at: datetime | None
    decision: str | None  # promoted, rejected, abandoned
    reasons: tuple[Mapping[str, Any], ...]
    evidence: Mapping[str, Any]


def begin(store: Store, settings: Settings, challenger: str, *, kind: str | None = None) -> Trial:
    """Put a validated release on trial beside the one in service.

    Args:
        store: the record.
        settings: kind, share and longest duration of trials.
        challenger: a release that is recorded.
        kind: "shadow" or "canary", instead of ``settings.trial``.

    Raises:
        RunRefused: a trial is under way, no release is in service, or the challenger is not known.
    """
    kind = kind or settings.trial
    if kind not in ("shadow", "canary"):
        raise ValueError(f"trial {kind!r}; wanted shadow or canary")
    start = clock.now()
    until = start + timedelta(hours=settings.trial_hours)
    with store.write() as connection:
        champion = _beside(connection, challenger)
        connection.execute(
            sa.insert(t.trials).values(
                kind=kind, challenger=challenger, champion=champion, share=settings.trial_share,
                started_at=clock.stamp(start), until=clock.stamp(until), open=True,
                reasons=[], evidence={"looks": 0},
            )
        )  # fmt: skip
        connection.execute(
            sa.update(t.releases)
            .where(t.releases.c.release_id == challenger)
            .values(state=kind, reasons=[])
        )
        row = connection.execute(sa.select(t.trials).where(t.trials.c.open.is_(True))).one()
    return _trial(row)


def _beside(connection: sa.Connection, challenger: str) -> str:
    """The champion that a trial would stand beside."""
    if connection.scalar(sa.select(t.trials.c.id).where(t.trials.c.open.is_(True))) is not None:
        raise RunRefused(
            "a trial is under way: see ragphoto trial status, or end it: ragphoto trial stop",
            code="trial_open",
        )
    query = sa.select(t.releases.c.release_id, t.releases.c.removed_at)
    champion = connection.scalar(query.where(t.releases.c.state == "champion"))
    row = connection.execute(query.where(t.releases.c.release_id == challenger)).one_or_none()
    if champion is None or row is None or row.removed_at or challenger == champion:
        raise RunRefused(
            f"release {challenger} cannot be tried beside {champion or 'nothing'}: wanted a "
            "release that is kept and does not answer yet. See: ragphoto release list",
            code="no_challenger",
        )
    return str(champion)


def current(store: Store) -> Trial | None:
    """The trial under way, or None."""
    with store.read() as connection:
        row = connection.execute(sa.select(t.trials).where(t.trials.c.open.is_(True))).one_or_none()
    return None if row is None else _trial(row)


def last(store: Store, count: int = 10) -> list[Trial]:
    """The latest trials, newest first."""
    query = sa.select(t.trials).order_by(t.trials.c.id.desc()).limit(count)
    with store.read() as connection:
        return [_trial(row) for row in connection.execute(query)]


def note(store: Store, trial: Trial, evidence: Mapping[str, Any]) -> None:
    """Keep what a look saw."""
    with store.write() as connection:
        connection.execute(
            sa.update(t.trials).where(t.trials.c.id == trial.id).values(evidence=dict(evidence))
        )


def close(
    store: Store,
    trial: Trial,
    decision: str,
    reasons: Sequence[Said],
    evidence: Mapping[str, Any],
) -> bool:
    """End a trial; False when another process did."""
    with store.write() as connection:
        ended = connection.execute(
            sa.update(t.trials)
            .where(t.trials.c.id == trial.id, t.trials.c.open.is_(True))
            .values(
                open=None, ended_at=clock.stamp(), decision=decision, evidence=dict(evidence),
                reasons=[{"code": said.code, **said.figures} for said in reasons],
            )
        )  # fmt: skip
    return bool(ended.rowcount)


def arm_of(reader: str, challenger: str, share: float) -> str:
    """Say "canary" for a share of readers, always the same ones as long as that trial lasts.

    Args:
        reader: their token; without one a reader stays with the champion.
        challenger: the release on trial, so that the next trial draws other readers.
        share: 0..1.
    """
    if not reader:
        return "champion"
    drawn = hashlib.sha256(f"{challenger}\0{reader}".encode()).digest()
    return "canary" if int.from_bytes(drawn[:8], "big") % ARMS < share * ARMS else "champion"


def _trial(row: sa.Row[Any]) -> Trial:
    return Trial(
        row.id, row.kind, row.challenger, row.champion, row.share,
        clock.read(row.started_at), clock.read(row.until),
        clock.read(row.ended_at) if row.ended_at else None,
        row.decision, tuple(row.reasons), row.evidence,
    )  # fmt: skip

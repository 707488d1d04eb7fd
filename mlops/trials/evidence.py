"""What the record knows of a trial: ratings, answers and failures by arm, answers in silence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.store import Store
from mlops.trials.records import Trial
from mlops.trials.rules import Arm, Shadowed

PER_READER = 5  # ratings of one reader that count: nobody decides alone
ABSTAINED = frozenset({"nearest", "nothing"})  # outcomes


def arms(store: Store, trial: Trial) -> dict[str, Arm]:
    """Both arms of a canary, by name."""
    since = clock.stamp(trial.started_at)
    return {
        name: Arm(
            tuple(ratings(store, release, since=since, arm=name)),
            *_answers(store, release, since, name),
        )
        for name, release in (("champion", trial.champion), ("canary", trial.challenger))
    }


def ratings(
    store: Store, release: str, *, since: str = "", until: str = "", arm: str = ""
) -> list[int]:
    """Ratings given to the answers of a release, oldest first.

    Withdrawn ones do not count; of one reader, the last one of each question and five in all. Those
    whose reader is not known count each.
    """
    q, f = t.queries.c, t.feedback.c
    query = (
        sa.select(f.rating, q.reader, q.question, f.at)
        .join(t.queries, q.answer_id == f.answer_id)
        .where(q.release_id == release, f.withdrawn_at.is_(None))
        .order_by(f.at, f.feedback_id)
    )
    if since:
        query = query.where(q.at >= since)
    if until:
        query = query.where(q.at < until)
    if arm:
        query = query.where(q.arm == arm)
    with store.read() as connection:
        rows = connection.execute(query).all()
    return _fair(rows)


def _fair(rows: Any) -> list[int]:
    """Apply the limits by reader, keeping the order."""
    latest: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        if row.reader:
            latest[row.reader, row.question] = place
    kept, by_reader = [], dict.fromkeys((row.reader for row in rows), 0)
    for place, row in enumerate(rows):
        if row.reader:
            if latest[row.reader, row.question] != place or by_reader[row.reader] >= PER_READER:
                continue
            by_reader[row.reader] += 1
        kept.append(int(row.rating))
    return kept


def _answers(store: Store, release: str, since: str, arm: str) -> tuple[int, int, int]:
    """Answers, abstentions and failures of an arm."""
    q = t.queries.c
    query = (
        sa.select(q.outcome, sa.func.count())
        .where(q.release_id == release, q.at >= since, q.arm == arm)
        .group_by(q.outcome)
    )
    with store.read() as connection:
        counts = {str(outcome): int(n) for outcome, n in connection.execute(query)}
    abstained = sum(counts.get(outcome, 0) for outcome in ABSTAINED)
    return sum(counts.values()), abstained, counts.get("error", 0)


def shadowed(store: Store, trial: Trial) -> Shadowed:
    """What the challenger answered in silence, beside what was shown."""
    s, q = t.shadow_answers.c, t.queries.c
    query = (
        sa.select(
            s.outcome, s.same_outcome, s.same_first, s.overlap, s.seconds,
            q.outcome.label("shown"), q.seconds.label("took"),
        )
        .join(t.queries, q.answer_id == s.answer_id)
        .where(s.trial_id == trial.id)
        .order_by(s.id)
    )  # fmt: skip
    with store.read() as connection:
        rows = connection.execute(query).all()
    good = [row for row in rows if row.outcome != "error"]
    return Shadowed(
        tuple(row.same_outcome for row in good),
        tuple(row.same_first for row in good),
        tuple(row.overlap for row in good),
        tuple((row.shown in ABSTAINED, row.outcome in ABSTAINED) for row in good),
        tuple((row.took, row.seconds) for row in good),
        len(rows) - len(good),
    )


def in_service(store: Store) -> tuple[str, datetime, str | None] | None:
    """The champion, when it was put in service, and the release before; None without promotion."""
    p, r = t.promotions.c, t.releases.c
    query = (
        sa.select(p.release_id, p.at, p.previous, p.action)
        .join(t.releases, r.release_id == p.release_id)
        .where(r.state == "champion")
        .order_by(p.id.desc())
        .limit(1)
    )
    with store.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None or row.action != "promote":  # what came back by a rollback is not on probation
        return None
    return row.release_id, clock.read(row.at), row.previous


def described(arm: Arm) -> Mapping[str, Any]:
    """An arm as plain values."""
    n = len(arm.ratings)
    return {
        "ratings": n,
        "mean": round(sum(arm.ratings) / n, 3) if n else None,
        "answers": arm.answers,
        "abstained": arm.abstained,
        "failed": arm.failed,
    }

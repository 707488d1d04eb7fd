"""Runs, nights, their scheduler, alerts and trials: what goes on while nobody looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.health.words import finding
from mlops.store import Store
from rag.settings import Home

LATE_H = 26.0  # since the last good night
MANY_H = 72.0  # from then on days are counted
TRIES = 3  # failed, after which a notice is stuck

Findings = dict[str, dict[str, str]]


def runs(run: Mapping[str, Any] | None, language: str) -> Findings:
    """The last run and its validation."""
    if run is None:
        return {"last_run": finding("warning", "never_run", language)}
    found: Findings = {}
    if run["state"] in ("failed", "interrupted"):
        found["last_run"] = finding("warning", "run_failed", language, why=run["error"])
        found["last_run"]["code"] = "run_" + run["state"]
    else:
        found["last_run"] = finding("ok", "run_completed", language, at=run["started_at"])
        found["last_run"]["code"] = "run_" + run["state"]
    validation = run.get("validation")
    if not validation or validation.get("all_passed"):
        found["validation"] = finding("ok", "validation", language)
    else:
        tests = validation.get("tests", {}).values()
        why = " ; ".join(c["message"] for c in tests if not c["passed"])
        found["validation"] = finding("warning", "validation_failed", language, why=why)
    return found


def look(home: Home, store: Store, language: str) -> Findings:
    """Everything else that the record knows of."""
    return {
        "night": _night(store, language),
        "schedule": _schedule(home, language),
        "queue": _queue(store, language),
        "alerts": _alerts(store, language),
        **_trial(store, language),
    }


def _night(store: Store, language: str) -> dict[str, str]:
    n = t.nights.c
    with store.read() as connection:
        newest = sa.select(t.nights).where(n.state != "skipped").order_by(n.night.desc())
        row = connection.execute(newest.limit(1)).mappings().first()
        done = connection.scalar(sa.select(sa.func.max(n.ended_at)).where(n.state == "done"))
    if row is None:
        return finding("ok", "night_none", language)
    if row["state"] == "failed":
        step = (row["steps"] or {}).get("pipeline", {})
        why = step.get("detail", {}).get("error", "")
        return finding("warning", "night_failed", language, night=row["night"], why=why)
    hours = (clock.now() - clock.read(done or row["started_at"])).total_seconds() / 3600
    if row["state"] == "running" and hours < LATE_H:
        return finding("ok", "night_running", language, night=row["night"])
    if hours > MANY_H:
        return finding("warning", "night_missing_days", language, days=round(hours / 24))
    if hours > LATE_H:
        return finding("warning", "night_missing", language, hours=round(hours))
    return finding("ok", "night_done", language, night=row["night"])


def _schedule(home: Home, language: str) -> dict[str, str]:
    from mlops.schedule import armed

    found = armed(home)
    if not found.kind:
        return finding("ok", "schedule_none", language)
    if not found.known:
        return finding("warning", "schedule_lost", language, kind=found.kind)
    return finding("ok", "schedule", language, kind=found.kind, at=found.at or "?")


def _queue(store: Store, language: str) -> dict[str, str]:
    n = t.notices.c
    query = sa.select(n.error).where(n.sent_at.is_(None), n.attempts >= TRIES).order_by(n.id)
    with store.read() as connection:
        stuck = list(connection.scalars(query))
    if not stuck:
        return finding("ok", "queue", language)
    return finding("warning", "queue_stuck", language, count=len(stuck), why=stuck[-1])


def _alerts(store: Store, language: str) -> dict[str, str]:
    from mlops.alerts import listing

    firing = [alert.rule for alert in listing(store, firing=True)]
    if not firing:
        return finding("ok", "alerts", language)
    names = ", ".join(sorted(set(firing)))
    return finding("warning", "alerts_firing", language, count=len(firing), names=names)


def _trial(store: Store, language: str) -> Findings:
    from mlops.trials import current

    trial = current(store)
    if trial is None:
        return {}
    late = clock.now() > trial.until
    status, code = ("warning", "trial_stale") if late else ("ok", "trial")
    return {"trial": finding(status, code, language, until=clock.stamp(trial.until)[:16])}

"""Firing and resolved: one open alert a rule and subject, whatever looks how often."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.alerts import outbox
from mlops.alerts.facts import FACTS, Fact
from mlops.alerts.rules import Rule, rules
from mlops.store import Store
from rag.settings import Home, Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of the record."""

    id: int
    rule: str
    subject: str
    severity: str
    state: str  # firing, resolved
    first_at: str
    last_at: str
    resolved_at: str | None
    acked_at: str | None
    acked_by: str | None
    value: float | None
    times: int
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An alert that began, ended, or is recalled after a day."""

    kind: str  # firing, resolved, reminder
    alert_id: int
    rule: str
    subject: str


def evaluate(home: Home, settings: Settings, store: Store) -> list[Event]:
    """Look at every rule; what changed is recorded and put in the outbox, in one transaction.

    A fact that cannot be read (its table is damaged…) leaves its alerts as they are.
    """
    events: list[Event] = []
    for rule in rules(settings.alert_rules):
        try:
            found = list(FACTS[rule.name](home, settings, store))
        except Exception:
            log.exception("alerts: %s cannot be measured", rule.name)
            continue
        with store.write() as connection:
            for event in _changes(connection, rule, found):
                outbox.put(connection, settings, event.alert_id, event.kind, rule.severity)
                events.append(event)
    events += _out_of_force(settings, store)
    for event in events:
        log.warning("alert %s %s %s", event.rule, event.subject, event.kind)
    return events


def _out_of_force(settings: Settings, store: Store) -> list[Event]:
    """End the alerts of rules that were switched off, or that are no more."""
    names = [rule.name for rule in rules(settings.alert_rules)]
    query = sa.select(t.alerts).where(t.alerts.c.state == "firing", t.alerts.c.rule.not_in(names))
    events = []
    with store.write() as connection:
        for row in list(connection.execute(query).mappings()):
            _end(connection, row["id"])
            outbox.put(connection, settings, row["id"], "resolved", row["severity"])
            events.append(Event("resolved", row["id"], row["rule"], row["subject"]))
    return events


def _changes(connection: sa.Connection, rule: Rule, facts: Sequence[Fact]) -> list[Event]:
    query = sa.select(t.alerts).where(t.alerts.c.rule == rule.name, t.alerts.c.state == "firing")
    open_ = {row["subject"]: dict(row) for row in connection.execute(query).mappings()}
    events = []
    for fact in facts:
        row = open_.pop(fact.subject, None)
        if row is None:
            if fact.n >= rule.fewest and rule.beyond(fact.value, fact.low, fact.high):
                events.append(
                    Event("firing", _begin(connection, rule, fact), rule.name, fact.subject)
                )
        elif rule.cleared(fact.value):
            _end(connection, row["id"])
            events.append(Event("resolved", row["id"], rule.name, fact.subject))
        elif _goes_on(connection, row, rule, fact):
            events.append(Event("reminder", row["id"], rule.name, fact.subject))
    if facts:  # what is not among the subjects any more is over; with no fact at all, unknown
        for subject, row in open_.items():
            _end(connection, row["id"])
            events.append(Event("resolved", row["id"], rule.name, subject))
    return events


def _begin(connection: sa.Connection, rule: Rule, fact: Fact) -> int:
    moment = clock.stamp()
    done = connection.execute(
        sa.insert(t.alerts).values(
            rule=rule.name, subject=fact.subject, severity=rule.severity, state="firing",
            first_at=moment, last_at=moment, value=fact.value, times=1,
            details=_details(rule, fact),
        )
    )  # fmt: skip
    assert done.inserted_primary_key is not None
    return int(done.inserted_primary_key[0])


def _details(rule: Rule, fact: Fact) -> dict[str, Any]:
    return {
        **fact.details, "n": fact.n, "low": round(fact.low, 4), "high": round(fact.high, 4),
        "threshold": rule.threshold,
    }  # fmt: skip


def _end(connection: sa.Connection, alert_id: int) -> None:
    connection.execute(
        sa.update(t.alerts)
        .where(t.alerts.c.id == alert_id)
        .values(state="resolved", resolved_at=clock.stamp(), last_at=clock.stamp())
    )


def _goes_on(connection: sa.Connection, row: dict[str, Any], rule: Rule, fact: Fact) -> bool:
    """Note that it lasts; True when a day passed since it was last told and nobody took it up."""
    connection.execute(
        sa.update(t.alerts)
        .where(t.alerts.c.id == row["id"])
        .values(
            last_at=clock.stamp(), times=row["times"] + 1,
            **({} if math.isnan(fact.value) else
               {"value": fact.value, "details": _details(rule, fact)}),
        )
    )  # fmt: skip
    return row["acked_at"] is None and outbox.told_before(connection, row["id"])


def listing(store: Store, *, firing: bool = False) -> list[Alert]:
    """The alerts of the record, newest first; with ``firing`` only those that are on."""
    query = sa.select(t.alerts).order_by(t.alerts.c.id.desc())
    if firing:
        query = query.where(t.alerts.c.state == "firing")
    with store.read() as connection:
        return [Alert(**row) for row in connection.execute(query).mappings()]


def acknowledge(store: Store, alert_id: int, *, by: str) -> bool:
    """Say that somebody takes it up: no more reminders. False when no such alert is firing."""
    with store.write() as connection:
        done = connection.execute(
            sa.update(t.alerts)
            .where(t.alerts.c.id == alert_id, t.alerts.c.state == "firing")
            .values(acked_at=clock.stamp(), acked_by=by)
        )
    return bool(done.rowcount)

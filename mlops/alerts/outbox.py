"""What is to be sent, kept until it is: one row a notice and channel.

A notice is written in the transaction that changes its alert. A channel that fails is tried again,
later each time, and never holds up another. Killed between the sending and the note of it, a notice
goes out twice: at least once, never lost.
"""

from __future__ import annotations

import hashlib
import logging
import warnings
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.alerts.words import notice
from mlops.store import Store
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

RECALL = timedelta(hours=24)
MOST_A_DAY = 6  # changes of one rule and subject that are told: three times on and off
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a delivery did."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0  # for quiet hours to end, or for their next try


def channel_name(url: str) -> str:
    """A channel without its secrets: its kind, and a hash that tells it from others."""
    kind = url.partition(":")[0].lower() or "?"
    return f"{kind}-{hashlib.sha256(url.encode()).hexdigest()[:10]}"


def put(
    connection: sa.Connection, settings: Settings, alert_id: int | None, event: str, severity: str
) -> None:
    """Put one notice a channel in the outbox, unless its subject was told too often today.

    What flaps is then recalled a day later, if it is on by then; the record has every change.
    """
    moment = clock.now()
    if alert_id is not None and len(_told(connection, alert_id)) >= MOST_A_DAY:
        log.warning("alerts: %s flaps: told no more today", alert_id)
        return
    start = moment if severity == "critical" else after_quiet(moment, settings)
    for url in settings.alert_channels:
        connection.execute(
            sa.insert(t.notices).values(
                alert_id=alert_id, event=event, channel=channel_name(url),
                created_at=clock.stamp(moment), not_before=clock.stamp(start), attempts=0,
            )
        )  # fmt: skip


def after_quiet(moment: datetime, settings: Settings) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls in."""
    if not settings.quiet_hours:
        return moment
    from mlops.night.due import zone_of

    start, end = (time.fromisoformat(part) for part in settings.quiet_hours.split("-"))
    local = moment.astimezone(zone_of(settings.timezone))
    now = local.time()
    quiet = start <= now < end if start <= end else (now >= start or now < end)
    if not quiet:
        return moment
    day = local.date() + timedelta(days=int(start > end and now >= start))
    return datetime.combine(day, end, local.tzinfo)


def told_before(connection: sa.Connection, alert_id: int) -> bool:
    """Whether the rule and subject of an alert were told of, but not in the last day."""
    last = connection.scalar(
        sa.select(sa.func.max(t.notices.c.created_at)).where(_about_the_same(alert_id))
    )
    return last is not None and clock.now() - clock.read(str(last)) >= RECALL


def _told(connection: sa.Connection, alert_id: int) -> set[tuple[int, str]]:
    """The changes of an alert's rule and subject that were told in the last day."""
    query = sa.select(t.notices.c.alert_id, t.notices.c.event).where(
        _about_the_same(alert_id), t.notices.c.created_at > clock.stamp(clock.now() - RECALL)
    )
    return {(int(row.alert_id), row.event) for row in connection.execute(query)}


def _about_the_same(alert_id: int) -> sa.ColumnElement[bool]:
    """Notices of this alert, and of those before it with its rule and subject."""
    this, other = t.alerts.alias(), t.alerts.alias()
    same = (
        sa.select(other.c.id)
        .join(this, sa.and_(this.c.rule == other.c.rule, this.c.subject == other.c.subject))
        .where(this.c.id == alert_id)
    )
    return t.notices.c.alert_id.in_(same)


def deliver(home: Home, settings: Settings, store: Store) -> Delivery:
    """Send what is due, each channel on its own; one process at a time.

    A channel that fails is not tried again in this delivery: one that hangs costs one wait.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(home.storage / "notices.lock", timeout=0):
            return _deliver(settings, store)
    except Timeout:
        return Delivery()  # another process is sending them


def _deliver(settings: Settings, store: Store) -> Delivery:
    urls = {channel_name(url): url for url in settings.alert_channels}
    query = sa.select(t.notices).where(t.notices.c.sent_at.is_(None)).order_by(t.notices.c.id)
    with store.read() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    moment, sent, failed = clock.stamp(), 0, 0
    broken: dict[str, str] = {}  # channel → what went wrong just now
    due = [row for row in rows if row["not_before"] <= moment]
    for row in due:
        url = urls.get(row["channel"])
        error = "channel no longer set" if url is None else broken.get(row["channel"], "")
        if not error and url is not None:
            error = _send(url, *_text(store, settings, row))
        if error and url is not None:
            failed += 1
            broken[row["channel"]] = error
            _try_later(store, row, error)
        else:
            sent += url is not None
            _sent(store, row, error)
    return Delivery(sent, failed, len(rows) - len(due) + failed)


def _text(store: Store, settings: Settings, row: dict[str, Any]) -> tuple[str, str]:
    alert = None
    if row["alert_id"] is not None:
        query = sa.select(t.alerts).where(t.alerts.c.id == row["alert_id"])
        with store.read() as connection:
            found = connection.execute(query).mappings().first()
        alert = dict(found) if found else None
    return notice(row["event"], alert, settings.language)


def _send(url: str, title: str, body: str) -> str:
    """Send through Apprise; returns what went wrong, "" when nothing did."""
    with warnings.catch_warnings():  # its plugins import what Python 3.13 drops
        warnings.simplefilter("ignore", DeprecationWarning)
        return _notify(url, title, body)


def _notify(url: str, title: str, body: str) -> str:
    import apprise

    room = apprise.Apprise()
    if not room.add(url):
        return "not an address that Apprise knows"
    try:
        told = room.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    except Exception as error:  # noqa: BLE001  a plugin may raise anything; the notice stays
        return type(error).__name__
    return "" if told else "refused, or not reached"


def _sent(store: Store, row: dict[str, Any], error: str) -> None:
    with store.write() as connection:
        connection.execute(
            sa.update(t.notices)
            .where(t.notices.c.id == row["id"])
            .values(sent_at=clock.stamp(), attempts=row["attempts"] + 1, error=error or None)
        )


def _try_later(store: Store, row: dict[str, Any], error: str) -> None:
    wait = min(FIRST_WAIT * 2 ** row["attempts"], LONGEST_WAIT)
    log.warning("alerts: %s: %s; again in %s", row["channel"], error, wait)
    with store.write() as connection:
        connection.execute(
            sa.update(t.notices)
            .where(t.notices.c.id == row["id"])
            .values(
                attempts=row["attempts"] + 1, error=error,
                not_before=clock.stamp(clock.now() + wait),
            )
        )  # fmt: skip


def try_channels(settings: Settings) -> dict[str, str]:
    """Send a test to every channel now; channel → what went wrong ("" when nothing did)."""
    title, body = notice("test", None, settings.language)
    return {channel_name(url): _send(url, title, body) for url in settings.alert_channels}

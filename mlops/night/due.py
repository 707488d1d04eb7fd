"""Which night is due: each local date exactly once, whatever the clocks do.

A night is named by its local date and falls due at one moment: the hour that is set, on that
date, in that zone. Where that hour does not exist (clocks go forward) it is the moment they skip
to; where it exists twice (clocks go back) it is the first of the two.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rag.errors import SettingsError


def zone_of(name: str) -> ZoneInfo:
    """The zone that is set, else this machine's, else UTC.

    Raises:
        SettingsError: there is no zone of that name.
    """
    if not name:
        import tzlocal

        try:
            name = tzlocal.get_localzone_name() or "UTC"
        except (ZoneInfoNotFoundError, ValueError, LookupError):
            name = "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(
            f"timezone {name!r} is not known. Wanted: an IANA name such as 'Europe/Paris'. "
            "Change it in ragphoto.toml or in RAG_TIMEZONE.",
            code="setting",
            name="timezone",
        ) from error


def hour_of(at: str) -> time:
    """The hour of the night, from "02:00"."""
    hours, minutes = at.split(":")
    return time(int(hours), int(minutes))


def moment(night: date, at: time, zone: ZoneInfo) -> datetime:
    """When a night falls due, in UTC."""
    first = datetime.combine(
        night, at, zone
    )  # fold=0: the first of two, or the offset before a gap
    return first.astimezone(UTC)


def latest(now: datetime, at: time, zone: ZoneInfo) -> date:
    """The last night that has fallen due at ``now``."""
    today = now.astimezone(zone).date()
    night = today + timedelta(days=1)
    while moment(night, at, zone) > now:
        night -= timedelta(days=1)
    return night


def missed(last: date | None, wanted: date) -> list[date]:
    """The nights between the last one of the record and the one that is due, both left out."""
    if last is None:
        return []
    return [last + timedelta(days=n) for n in range(1, (wanted - last).days)]

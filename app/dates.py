"""Dates and hours as each language writes them: « 23 novembre 2026 », "23 November 2026"."""

from __future__ import annotations

import datetime as dt

from app.messages import Language, text

BLANK = "\u00a0"  # never between a day and its month at the end of a line
Written = str | dt.date | dt.datetime


def date(
    value: Written, language: Language, *, short: bool = False, zone: dt.tzinfo | None = None
) -> str:
    """A day: « 23 novembre 2026 », or short, without its year: « 23 nov. ».

    Args:
        value: a date, a moment, or either as ISO 8601 text.
        language: of the reader.
        short: for an axis or a narrow column.
        zone: where the reader is; that of this machine unless given.

    Raises:
        ValueError: the text is no date.
    """
    day = _day(value, zone)
    months = text("dates.months_short" if short else "dates.months", language).split()
    written = text(
        "dates.short" if short else "dates.date",
        language,
        day=text("dates.first", language) if day.day == 1 else day.day,
        month=months[day.month - 1],
        year=day.year,
    )
    return written.replace(" ", BLANK)


def hour(value: str | dt.datetime, language: Language, *, zone: dt.tzinfo | None = None) -> str:
    """The hour of a moment: « 14 h 05 », "14:05"."""
    there = _moment(value).astimezone(zone)
    written = text("dates.hour", language, hour=there.hour, minute=f"{there.minute:02}")
    return written.replace(" ", BLANK)


def moment(
    value: str | dt.datetime,
    language: Language,
    *,
    short: bool = False,
    zone: dt.tzinfo | None = None,
) -> str:
    """A day and its hour: « 23 novembre 2026 à 14 h 05 », or short: « 23 nov., 14 h 05 ».

    Raises:
        ValueError: the text is no moment.
    """
    return text(
        "dates.moment_short" if short else "dates.moment",
        language,
        date=date(value, language, short=short, zone=zone),
        hour=hour(value, language, zone=zone),
    )


def _day(value: Written, zone: dt.tzinfo | None) -> dt.date:
    if isinstance(value, str):
        if len(value) == len("2026-11-23"):
            return dt.date.fromisoformat(value)
        value = _moment(value)
    return value.astimezone(zone).date() if isinstance(value, dt.datetime) else value


def _moment(value: str | dt.datetime) -> dt.datetime:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value

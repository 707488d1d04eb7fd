"""Dates and hours as each language writes them: « 23 novembre 2026 », "23 November 2026"."""

from __future__ import annotations

import datetime as dt
import re

from app.messages import Language, number, text

BLANK = "\u00a0"  # never between a day and its month at the end of a line
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
LONG_NAME = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{16,64}\b")  # of a release, of a file
DECIMAL = re.compile(r"(?<![\w.])(\d+)\.(\d+)(?![\w.]*\d)")  # 1.5, not 3.10.0 nor v12.3
SIZE = re.compile(r"(?P<size>\d+(?P<part>[.,]\d+)?) (?P<unit>Mo|MB)\b")
CODE = re.compile(r"^[a-z][a-z0-9_@]*[a-z0-9] ?: (?=[^/])")  # « kept : », of a check
APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
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


def told(text_of_record: str, language: Language, *, zone: dt.tzinfo | None = None) -> str:
    """A sentence of the record for a person: moments as dates, sizes written, long names cut.

    « Dernière lecture : 2026-11-23T14:05:00+00:00 » → « Dernière lecture : 23 novembre 2026 à … ».
    """
    there = STAMP.sub(lambda found: moment(found[0], language, zone=zone), text_of_record)
    there = APOSTROPHE.sub("’", CODE.sub("", there))
    if language == "fr":
        there = DECIMAL.sub(r"\1,\2", there)
    there = SIZE.sub(lambda found: _size(found, language), there)
    return LONG_NAME.sub(lambda found: found[0][:8], there)


def _size(found: re.Match[str], language: Language) -> str:
    digits = len(found["part"] or "")
    written = number(float(found["size"].replace(",", ".")), language, max(0, digits - 1))
    return f"{written}{BLANK}{found['unit']}"


def _day(value: Written, zone: dt.tzinfo | None) -> dt.date:
    if isinstance(value, str):
        if len(value) == len("2026-11-23"):
            return dt.date.fromisoformat(value)
        value = _moment(value)
    return value.astimezone(zone).date() if isinstance(value, dt.datetime) else value


def _moment(value: str | dt.datetime) -> dt.datetime:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value

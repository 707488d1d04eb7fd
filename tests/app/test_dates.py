from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app import dates

PARIS = ZoneInfo("Europe/Paris")


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "language", "long", "short"),
    [
        (date(2026, 11, 23), "fr", "23 novembre 2026", "23 nov."),
        ("2026-11-23", "en", "23 November 2026", "23 Nov"),
        ("2026-08-01", "fr", "1er août 2026", "1er août"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "fr", "1er janvier 2027", "1er janv."),
    ],
)
def test_a_day_is_written_as_the_language_does_and_where_the_reader_is(
    value, language, long, short
):
    assert plain(dates.date(value, language, zone=PARIS)) == long
    assert plain(dates.date(value, language, zone=PARIS, short=True)) == short


def test_a_moment_of_the_record_is_told_in_local_time():
    stamp = "2026-07-02T03:04:05.678+00:00"
    assert plain(dates.moment(stamp, "fr", zone=PARIS)) == "2 juillet 2026 à 5 h 04"
    assert plain(dates.moment(stamp, "en", zone=PARIS)) == "2 July 2026 at 05:04"
    assert plain(dates.moment(stamp, "fr", zone=PARIS, short=True)) == "2 juill., 5 h 04"


def test_what_is_no_date_is_refused():
    with pytest.raises(ValueError, match="Invalid isoformat"):
        dates.date("hier matin", "fr")


@pytest.mark.parametrize(
    ("kept", "french", "english"),
    [
        ("Note moyenne 1.5.", "Note moyenne 1,5.", "Note moyenne 1.5."),
        ("12.75 % sur rapidocr 3.10.0", "12,75 % sur rapidocr 3.10.0", None),
        ("Il reste 75648 Mo", "Il reste 75\u202f648\u00a0Mo", "Il reste 75,648\u00a0Mo"),
        ("kept : rien n'a manqué", "rien n’a manqué", "rien n’a manqué"),
        ("la version ccad7c54f55617f66916", "la version ccad7c54", "la version ccad7c54"),
        ("à 2026-11-23T13:05:00.454+00:00.", "à 23 novembre 2026 à 14 h 05.", None),
    ],
)
def test_a_sentence_of_the_record_is_written_for_a_person(kept, french, english):
    paris = ZoneInfo("Europe/Paris")
    assert dates.told(kept, "fr", zone=paris).replace("\u00a0", " ") == french.replace(
        "\u00a0", " "
    )
    if english:
        told = dates.told(kept, "en", zone=paris)
        assert told.replace("\u00a0", " ") == english.replace("\u00a0", " ")

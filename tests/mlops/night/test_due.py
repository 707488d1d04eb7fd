"""Each local date falls due exactly once, whatever daylight saving does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.night.due import hour_of, latest, missed, moment, zone_of
from rag.errors import SettingsError

ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC",
         "America/St_Johns", "Asia/Kathmandu")  # fmt: skip


@given(
    st.dates(date(2020, 1, 1), date(2032, 12, 31)), st.sampled_from(ZONES),
    st.integers(0, 23), st.sampled_from((0, 30)),
)  # fmt: skip
def test_a_date_is_due_from_its_moment_until_the_next(
    night: date, zone: str, hour: int, minute: int
) -> None:
    at, where = time(hour, minute), ZoneInfo(zone)
    due, after = (moment(n, at, where) for n in (night, night + timedelta(days=1)))
    assert due < after, "dates fall due in their order"
    assert latest(due, at, where) >= night
    assert latest(due - timedelta(microseconds=1), at, where) < night
    if after - due > timedelta(hours=2):  # a date that a zone skipped falls due with the next
        assert latest(after - timedelta(microseconds=1), at, where) == night


@pytest.mark.parametrize("zone", ZONES)
def test_every_night_of_ten_years_is_seen_once_by_a_look_every_hour(zone: str) -> None:
    where, at = ZoneInfo(zone), time(2, 0)
    now, seen = datetime(2023, 1, 1, tzinfo=UTC), []
    for _ in range(24 * 900):
        night = latest(now, at, where)
        if not seen or night != seen[-1]:
            seen.append(night)
        now += timedelta(hours=1)
    wanted = [seen[0] + timedelta(days=n) for n in range(len(seen))]
    assert seen == wanted


def test_the_hour_that_does_not_exist_and_the_one_that_is_twice() -> None:
    paris = ZoneInfo("Europe/Paris")
    at = time(2, 30)
    assert moment(date(2026, 3, 29), at, paris) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moment(date(2026, 10, 25), at, paris) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_nights_between_are_missed() -> None:
    assert missed(date(2026, 3, 1), date(2026, 3, 4)) == [date(2026, 3, 2), date(2026, 3, 3)]
    assert missed(date(2026, 3, 1), date(2026, 3, 2)) == []
    assert missed(None, date(2026, 3, 2)) == []


def test_a_zone_that_nobody_knows_is_told() -> None:
    with pytest.raises(SettingsError, match="Europe/Paris"):
        zone_of("Europe/Pariss")
    assert str(zone_of("Europe/Paris")) == "Europe/Paris"
    assert str(zone_of(""))
    assert hour_of("02:05") == time(2, 5)

"""Thirty nights: at each morning the service answers, and every night is accounted for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from mlops import store_tables as t
from mlops.store import Store
from rag.settings import Home
from tests.journey import month
from tests.journey.month import Morning

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

# night → the alerts that begin, by rule; no other may
FIRED = {
    9: ("validation_refused",),
    19: ("validation_refused",),
    22: ("night_failed", "night_missing"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return month.make_home(tmp_path_factory.mktemp("month") / "home")


@pytest.fixture(scope="module")
def mornings(home: Home) -> list[Morning]:
    return list(month.live(home))


def of(mornings: list[Morning], number: int) -> Morning:
    return mornings[number - 1]


def test_every_morning_the_service_answers_with_a_citation(mornings: list[Morning]) -> None:
    assert len(mornings) == month.NIGHTS
    assert [m.night for m in mornings if not m.answered] == []


def test_every_night_is_accounted_for_exactly_once(home: Home, mornings: list[Morning]) -> None:
    wanted = [month.FIRST + timedelta(days=n) for n in range(month.NIGHTS)]
    with Store(home) as store, store.read() as connection:
        query = sa.select(t.nights.c.night).order_by(t.nights.c.night)
        kept = [date.fromisoformat(night) for night in connection.scalars(query)]
    assert kept == wanted
    assert [m.night.day for m in mornings if m.state != "done"] == [of(mornings, 22).night.day]


@pytest.mark.parametrize("number", [n for n, plan in month.PLAN.items() if plan.crash])
def test_a_night_that_was_killed_is_taken_up_again(mornings: list[Morning], number: int) -> None:
    found = of(mornings, number)
    assert (found.state, found.attempts) == ("done", 2)


def test_a_second_scheduler_makes_no_second_night(mornings: list[Morning]) -> None:
    assert of(mornings, 24).attempts == 1


def test_the_bad_challengers_never_answer(mornings: list[Morning]) -> None:
    for number in (9, 19):
        bad, before = of(mornings, number), of(mornings, number - 1)
        assert bad.decision == "rejected" and bad.reasons
        assert bad.champion == before.champion


def test_the_good_challenger_is_promoted(mornings: list[Morning]) -> None:
    assert of(mornings, 17).decision == "promoted"
    assert of(mornings, 17).champion != of(mornings, 16).champion


def test_what_was_refused_goes_in_once_the_bug_is_mended(mornings: list[Morning]) -> None:
    for number in (10, 20, 23):
        assert of(mornings, number).decision == "promoted", of(mornings, number)


def test_a_full_disk_leaves_the_release_that_answers(mornings: list[Morning]) -> None:
    full, before = of(mornings, 22), of(mornings, 21)
    assert full.state == "failed" and full.champion == before.champion and full.answered


def test_every_alert_that_should_fire_did_and_no_other(mornings: list[Morning]) -> None:
    fired = {n: m.fired for n, m in enumerate(mornings, 1) if m.fired}
    drift = {n for n, rules in fired.items() if "drift" in rules}
    assert drift, "the readers who ask about boats were not noticed"
    assert drift <= set(range(14, 23)), "drift is said while it lasts, and at no other time"
    others = {n: tuple(r for r in rules if r != "drift") for n, rules in fired.items()}
    assert {n: rules for n, rules in others.items() if rules} == FIRED


def test_at_the_end_of_the_month_nothing_is_firing(mornings: list[Morning]) -> None:
    assert mornings[-1].firing == ()

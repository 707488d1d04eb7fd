"""One open alert a rule and subject; it resolves once, whatever is seen how often."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlops import alerts
from mlops import store_tables as t
from mlops.alerts.facts import Fact, exact
from mlops.alerts.rules import RULES, rules
from rag.errors import SettingsError
from rag.settings import Settings
from tests.mlops.alerts.conftest import World

CHANNEL = Settings(alert_channels=("json://127.0.0.1:9/x",))


def test_it_fires_once_and_resolves_once(world: World) -> None:
    world.known["disk_free_mb"] = [exact(100.0)]
    assert world.look() == [("firing", "disk_free_mb", "")]
    assert world.look() == []
    world.known["disk_free_mb"] = [exact(600.0)]
    assert world.look() == [], "hysteresis: 600 MB is not yet enough"
    world.known["disk_free_mb"] = [exact(800.0)]
    assert world.look() == [("resolved", "disk_free_mb", "")]
    assert world.look() == []
    (row,) = alerts.listing(world.store)
    assert (row.state, row.times) == ("resolved", 3)


def test_what_is_unknown_neither_fires_nor_resolves(world: World) -> None:
    world.known["disk_free_mb"] = [Fact(math.nan, math.nan, math.nan)]
    assert world.look() == []
    world.known["disk_free_mb"] = [exact(100.0)]
    world.look()
    for unknown in ([], [Fact(math.nan, math.nan, math.nan)]):
        world.known["disk_free_mb"] = unknown
        assert world.look() == []
    assert len(alerts.listing(world.store, firing=True)) == 1


def test_a_mean_is_judged_with_its_interval_and_a_minimum_count(world: World) -> None:
    world.known["rating_mean"] = [Fact(2.0, 1.2, 2.8, 8)]
    assert world.look() == [], "it may well be above 2.5"
    world.known["rating_mean"] = [Fact(1.0, 1.0, 1.0, 4)]
    assert world.look() == [], "four ratings say nothing"
    world.known["rating_mean"] = [Fact(2.0, 1.7, 2.3, 40)]
    assert world.look() == [("firing", "rating_mean", "")]


def test_subjects_are_told_apart_and_end_when_they_are_gone(world: World) -> None:
    world.known["drift"] = [exact(1.0, "topics"), exact(1.0, "ratings"), exact(0.0, "scores")]
    assert {subject for _, _, subject in world.look()} == {"topics", "ratings"}
    world.known["drift"] = [exact(1.0, "topics"), exact(0.0, "scores")]
    assert world.look() == [("resolved", "drift", "ratings")]


def test_a_fact_that_cannot_be_read_leaves_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlops.alerts import states

    def broken(*_: object) -> list[Fact]:
        raise RuntimeError("planted")

    monkeypatch.setitem(states.FACTS, "drift", broken)
    world.known["disk_free_mb"] = [exact(1.0)]
    assert world.look() == [("firing", "disk_free_mb", "")]


def test_it_is_recalled_once_a_day_until_somebody_takes_it_up(world: World) -> None:
    world.settings = CHANNEL
    world.known["rollback"] = [exact(1.0)]
    told = []
    for _ in range(72):
        told += world.look()
        world.later(hours=1)
    assert [kind for kind, _, _ in told] == ["firing", "reminder", "reminder"]
    (row,) = alerts.listing(world.store)
    assert alerts.acknowledge(world.store, row.id, by="archivist")
    for _ in range(72):
        assert world.look() == []
        world.later(hours=1)
    world.known["rollback"] = [exact(0.0)]
    assert world.look() == [("resolved", "rollback", "")]
    assert not alerts.acknowledge(world.store, row.id, by="archivist")


SEEN = st.lists(
    st.dictionaries(
        st.sampled_from(("a", "b")), st.sampled_from((0.0, 0.4, 1.0, math.nan)), max_size=2
    ),
    max_size=12,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(SEEN)
def test_whatever_is_seen_each_firing_ends_at_most_once(
    world: World, seen: list[dict[str, float]]
) -> None:
    events: Counter[tuple[str, str]] = Counter()
    open_: set[str] = {a.subject for a in alerts.listing(world.store, firing=True)}
    for subjects in seen:
        world.known["drift"] = [exact(value, name) for name, value in subjects.items()]
        for kind, _, subject in world.look():
            events[kind, subject] += 1
            if kind == "firing":
                assert subject not in open_
                open_.add(subject)
            else:
                assert subject in open_
                open_.discard(subject)
        assert world.look() == [], "the same facts change nothing"
        firing = [a.subject for a in alerts.listing(world.store, firing=True)]
        assert sorted(firing) == sorted(open_) and len(set(firing)) == len(firing)


def test_rules_are_changed_by_the_settings_and_typing_errors_are_told() -> None:
    changed = {r.name: r for r in rules({"rating_mean": {"threshold": 2, "sure": False}})}
    assert (changed["rating_mean"].threshold, changed["rating_mean"].clear) == (2, 2)
    assert len(rules({"drift": {"enabled": False}})) == len(RULES) - 1
    for wrong, hint in (
        ({"rating_men": {}}, "rating_mean"),
        ({"drift": {"treshold": 1}}, "threshold"),
        ({"drift": {"threshold": "high"}}, "wanted a float"),
        ({"drift": {"threshold": True}}, "wanted a float"),
    ):
        with pytest.raises(SettingsError, match=hint):
            rules(wrong)


def test_rules_clear_on_their_own_side() -> None:
    for rule in RULES:
        assert (rule.clear <= rule.threshold) if rule.above else (rule.clear >= rule.threshold)
        assert not rule.beyond(math.nan, math.nan, math.nan)
        assert not rule.cleared(math.nan)


def test_every_rule_has_a_fact_and_words() -> None:
    from mlops.alerts.facts import FACTS
    from mlops.alerts.words import WHAT, remedy

    assert set(FACTS) == {rule.name for rule in RULES} == set(WHAT)
    assert all(remedy(rule.name) for rule in RULES)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("disk_free_mb", {"clear": 100.0}),
        ("p95_seconds", {"clear": 9.0}),
        ("drift", {"severity": "loud"}),
        ("p95_seconds", {"threshold": math.nan}),
    ],
)
def test_a_rule_that_would_flap_or_never_fire_is_refused(
    rule: str, values: dict[str, object]
) -> None:
    with pytest.raises(SettingsError, match=rule):
        rules({rule: values})


def test_a_rule_that_is_switched_off_ends_its_alerts(world: World) -> None:
    world.known["disk_free_mb"] = [exact(100.0)]
    world.look()
    world.settings = Settings(alert_rules={"disk_free_mb": {"enabled": False}})
    assert world.look() == [("resolved", "disk_free_mb", "")]
    assert world.look() == []


def test_what_an_alert_says_keeps_up_with_its_figures(world: World) -> None:
    world.known["rating_mean"] = [Fact(2.0, 1.7, 2.3, 40)]
    world.look()
    world.known["rating_mean"] = [Fact(1.5, 1.2, 1.8, 60)]
    world.look()
    world.known["rating_mean"] = [Fact(math.nan, math.nan, math.nan, 0)]
    world.look()
    (row,) = alerts.listing(world.store)
    assert (row.value, row.details["n"], row.details["low"]) == (1.5, 60, 1.2)


def test_what_flaps_is_told_six_times_a_day_and_recorded_every_time(world: World) -> None:
    world.settings = CHANNEL
    for minute in range(40):
        world.known["disk_free_mb"] = [exact(900.0 if minute % 2 else 100.0)]
        assert len(world.look()) == 1
        world.later(minutes=5)
    assert len(alerts.listing(world.store)) == 20
    with world.store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.notices)) == 6
    world.known["disk_free_mb"] = [exact(100.0)]
    assert world.look() == [("firing", "disk_free_mb", "")]
    world.later(hours=23)
    assert world.look() == [("reminder", "disk_free_mb", "")], "on, and silent for a day: recalled"

"""A canary ends early on harm shown, and otherwise says on how much it decides."""

from __future__ import annotations

import pytest

from mlops import releases, trials
from mlops.trials import rules
from rag.errors import RunRefused
from tests.mlops.trials.conftest import World

GOOD, BAD = (5, 4, 5, 4, 4), (2, 1, 3, 2, 1)


def test_readers_stay_in_their_arm_and_their_share_is_the_one_asked_for() -> None:
    arms = [trials.arm_of(f"reader-{n}", "new", 0.1) for n in range(20_000)]
    assert arms == [trials.arm_of(f"reader-{n}", "new", 0.1) for n in range(20_000)]
    assert 0.09 < arms.count("canary") / len(arms) < 0.11
    other = [trials.arm_of(f"reader-{n}", "newer", 0.1) for n in range(20_000)]
    both = sum(a == b == "canary" for a, b in zip(arms, other, strict=True))
    assert both < 300, "the next trial draws other readers"
    assert trials.arm_of("", "new", 0.5) == "champion"


def test_one_trial_at_a_time_beside_a_release_in_service(world: World) -> None:
    trials.begin(world.store, world.settings, "new")
    assert world.state("new") == "canary"
    with pytest.raises(RunRefused, match="under way"):
        trials.begin(world.store, world.settings, "new")
    trials.abandon(world.store, world.settings, "by hand")
    assert world.state("new") == "validated"
    for name in ("old", "unknown"):
        with pytest.raises(RunRefused, match="cannot be tried"):
            trials.begin(world.store, world.settings, name)
    assert trials.current(world.store) is None


def test_ratings_shown_to_be_lower_end_it_at_the_next_look(world: World) -> None:
    trials.begin(world.store, world.settings, "new")
    world.rate("old", *GOOD * 4, arm="champion")
    world.rate("new", *BAD * 4, arm="canary")
    assert trials.decide(world.home, world.settings, world.store) is None, "too early to look"
    world.later(hours=20)
    ended = trials.decide(world.home, world.settings, world.store)
    assert ended is not None and ended.decision == "rejected"
    assert [said.code for said in ended.reasons] == ["ratings_lower"]
    assert (world.state("new"), world.state("old")) == ("rejected", "champion")
    assert trials.last(world.store)[0].evidence["canary"]["ratings"] == 20


def test_ratings_of_other_releases_and_withdrawn_ones_do_not_count(world: World) -> None:
    trials.begin(world.store, world.settings, "new")
    world.rate("old", *GOOD * 4, arm="champion")
    world.rate("new", *BAD * 4, arm="")
    world.later(hours=20)
    assert trials.decide(world.home, world.settings, world.store) is None
    assert trials.current(world.store) is not None


def test_one_reader_alone_cannot_end_it(world: World) -> None:
    trials.begin(world.store, world.settings, "new")
    world.rate("old", *GOOD * 4, arm="champion")
    world.rate("new", *BAD * 10, arm="canary", reader="angry-reader")
    world.later(hours=20)
    assert trials.decide(world.home, world.settings, world.store) is None


def test_it_is_looked_at_four_times_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    harm = rules.canary_harm
    monkeypatch.setattr(rules, "canary_harm", lambda *arms: looks.append(1) or harm(*arms))
    trials.begin(world.store, world.settings, "new")
    for _ in range(160):
        world.later(minutes=30)
        trials.decide(world.home, world.settings, world.store)
    assert len(looks) == rules.LOOKS
    assert trials.current(world.store) is None


@pytest.mark.parametrize(("each", "code"), [(2, "too_few_ratings"), (30, "no_harm_shown")])
def test_without_harm_it_is_promoted_and_says_on_how_much(
    world: World, each: int, code: str
) -> None:
    trials.begin(world.store, world.settings, "new")
    world.rate("old", *GOOD * each, arm="champion")
    world.rate("new", *GOOD * each, arm="canary")
    world.later(hours=81)
    ended = trials.decide(world.home, world.settings, world.store)
    assert ended is not None and ended.decision == "promoted"
    assert [said.code for said in ended.reasons] == [code]
    assert ended.reasons[0].figures["wanted"] == 105
    assert releases.champion_id(world.store) == "new"


def test_it_is_abandoned_when_another_release_is_put_in_service(world: World) -> None:
    trials.begin(world.store, world.settings, "new")
    releases.register(world.store, "third", run_id=None)
    releases.promote(world.store, "third", by="a person")
    ended = trials.decide(world.home, world.settings, world.store)
    assert ended is not None and ended.decision == "abandoned"
    assert (world.state("new"), world.state("third")) == ("validated", "champion")


def test_a_promotion_that_was_interrupted_is_closed(world: World) -> None:
    trials.begin(world.store, world.settings, "new")
    releases.promote(world.store, "new", by="canary")  # and the machine stopped there
    ended = trials.decide(world.home, world.settings, world.store)
    assert ended is not None and ended.decision == "promoted"
    assert trials.current(world.store) is None


def test_more_abstentions_and_failures_are_harm(world: World) -> None:
    healthy = rules.Arm((), 200, 10, 0)
    assert rules.canary_harm(healthy, rules.Arm((), 200, 12, 1)) == []
    for arm, code in (
        (rules.Arm((), 200, 60, 0), "abstains_more"),
        (rules.Arm((), 200, 10, 30), "fails_more"),
    ):
        assert [said.code for said in rules.canary_harm(healthy, arm)] == [code]

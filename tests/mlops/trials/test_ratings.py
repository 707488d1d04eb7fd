"""Readers take a promotion back; it does not come again by itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mlops import releases, trials
from mlops.trials import rules
from mlops.trials.words import WORDS, words
from tests.mlops.trials.conftest import World

GOOD, BAD = (5, 4, 5, 4, 4), (2, 1, 3, 2, 1)


def look(world: World) -> str | None:
    return trials.watch_ratings(world.home, world.settings, world.store)


def test_a_fall_of_ratings_goes_back_by_itself(world: World) -> None:
    world.rate("old", *GOOD * 4)
    releases.promote(world.store, "new", by="pipeline")
    world.rate("new", *BAD)
    assert look(world) is None, "five ratings show nothing"
    world.rate("new", *BAD)
    assert look(world) == "new"
    assert (world.state("new"), world.state("old")) == ("rejected", "champion")
    world.rate("old", *BAD * 8)
    assert look(world) is None, "what came back is not taken away again"
    assert releases.champion_id(world.store) == "old"


def test_equal_ratings_change_nothing(world: World) -> None:
    world.rate("old", *GOOD * 4)
    releases.promote(world.store, "new", by="pipeline")
    world.rate("new", *GOOD * 16)
    assert look(world) is None
    assert releases.champion_id(world.store) == "new"


def test_without_ratings_before_there_is_nothing_to_compare_with(world: World) -> None:
    releases.promote(world.store, "new", by="pipeline")
    world.rate("new", *BAD * 8)
    assert look(world) is None


def test_looks_add_up_to_the_level() -> None:
    assert [rules.look_of(n) for n in (0, 9, 10, 19, 20, 40, 79, 80)] == [0, 0, 1, 1, 2, 3, 3, 4]
    assert [rules.ratings_at(k) for k in (1, 2, 3, 4)] == [10, 20, 40, 80]
    assert sum(rules.ALPHA / (k * (k + 1)) for k in range(1, 1000)) <= rules.ALPHA


def test_p_lower_agrees_with_another_permutation_test() -> None:
    rng = np.random.default_rng(3)
    before, after = rng.integers(1, 6, 30).tolist(), (rng.integers(1, 5, 25)).tolist()
    oracle = stats.permutation_test(
        (after, before), lambda a, b: np.mean(a) - np.mean(b),
        alternative="less", n_resamples=20_000, rng=np.random.default_rng(1),
    )  # fmt: skip
    assert rules.p_lower(before, after) == pytest.approx(oracle.pvalue, abs=0.015)
    assert rules.p_lower([5], [1]) == 1.0


def test_ratings_needed_is_the_textbook_figure() -> None:
    assert rules.needed(0.5) == 105
    assert rules.needed(1.0) == 27
    with pytest.raises(ValueError, match="wanted more than 0"):
        rules.needed(0.0)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", list(WORDS))
def test_every_finding_has_words(code: str, language: str) -> None:
    names = ("reason", "loss", "n", "p", "more", "before", "after", "wanted", "harm", "questions",
             "same_outcome", "same_first", "overlap")  # fmt: skip
    said = words(rules.Said(code, dict.fromkeys(names, 0.25)), language)
    assert said and "{" not in said

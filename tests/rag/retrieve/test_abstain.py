from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Outcome
from rag.retrieve.abstain import (
    NAMES,
    OF_CASE,
    SHIFT,
    Signals,
    Thresholds,
    background,
    elsewhere,
    fitted,
)

GOOD = Signals(1, 1, 1, 1, 4, 0, 0, 4, 0.01, 0.05, 4, 0.1)
BAD = Signals(0, 0, 0, 0, 4, 0, 0, -1, -0.05, -0.1, -1, 0.0)
GIVEN = Thresholds.of({})


def test_the_fitted_file_weighs_every_signal_of_every_case():
    wanted = {
        f"{case}.{name}" for case, names in OF_CASE.items() for name in (*names, "bias", "floor")
    }
    assert wanted | {"answer", "nearest"} == set(fitted())
    assert 0 < fitted()["nearest"] < fitted()["answer"] < 1


def test_good_signals_are_answered_and_bad_ones_are_not():
    assert GIVEN.outcome(GIVEN.probability(GOOD)) is Outcome.ANSWER
    assert GIVEN.outcome(GIVEN.probability(BAD)) is Outcome.NOTHING


@pytest.mark.parametrize("name", ["coverage", "first", "present", "cosine", "center", "elsewhere"])
@given(low=st.floats(0, 1), high=st.floats(0, 1))
def test_more_of_a_good_signal_is_never_less_answerable(name, low, high):
    low, high = sorted((low, high))
    before = GIVEN.probability(replace(BAD, **{name: low}))
    assert GIVEN.probability(replace(BAD, **{name: high})) >= before


@pytest.mark.parametrize(
    ("missing", "case"),
    [((), "full"), (("late", "margin"), "dense"), (NAMES[7:], "lexical")],
)
def test_what_cannot_be_measured_is_done_without(missing, case):
    poor = replace(GOOD, **dict.fromkeys(missing, math.nan))
    assert poor.case == case
    assert GIVEN.outcome(GIVEN.probability(poor)) is Outcome.ANSWER


@given(st.sampled_from(NAMES[:7]))
def test_nan_never_answers(name):
    broken = replace(GOOD, **{name: math.nan})
    assert GIVEN.outcome(GIVEN.probability(broken)) is Outcome.NOTHING


def test_a_release_may_say_otherwise_and_more():
    strict = Thresholds.of({SHIFT: -30.0, "later": 1.0})
    assert strict.outcome(strict.probability(GOOD)) is Outcome.NOTHING
    assert Thresholds.of({"answer": 2.0}).outcome(0.9) is Outcome.NEAREST


def test_a_background_is_not_moved_by_the_few_that_are_answerable():
    plain = [0.80, 0.81, 0.82, 0.80, 0.81, 0.82, 0.81]
    assert background([*plain, 0.95])[0] == pytest.approx(background(plain)[0], abs=0.006)
    assert background([0.8] * 5) == (0.8, 0.004)
    assert all(map(math.isnan, background([math.nan])))


def test_questions_from_elsewhere_are_many_and_distinct():
    assert len(set(elsewhere())) == len(elsewhere()) >= 100

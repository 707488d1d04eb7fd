"""Paired comparisons: exact where they can be, even under the null, and nothing for NaN."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rag.measure.comparing import (
    Metric,
    compare,
    holm,
    level_of_each,
    lower_bound,
    not_worse,
    sign_flips,
    smallest_shown,
)

GAINS = st.lists(st.floats(-1, 1).map(lambda x: round(x, 3)), min_size=1, max_size=30)


@given(GAINS)
def test_a_sign_flip_p_value_is_a_probability_and_never_zero(gains: list[float]) -> None:
    p = sign_flips(np.array(gains))
    assert 0 < p <= 1
    changed = [gain for gain in gains if gain]
    if not changed:
        assert p == 1.0
    else:
        assert p >= min(2.0 ** -len(changed), 1 / 10_001)


@given(st.lists(st.floats(-1, 1).map(lambda x: round(x, 3)), min_size=2, max_size=10))
def test_small_samples_are_exact(gains: list[float]) -> None:
    changed = np.array([gain for gain in gains if gain])
    if len(changed) < 2:
        return
    oracle = stats.permutation_test(
        (changed,), np.sum, permutation_type="samples", alternative="greater", n_resamples=np.inf
    )
    assert sign_flips(np.array(gains)) == pytest.approx(oracle.pvalue, abs=1e-9)


def test_large_samples_agree_with_the_oracle() -> None:
    gains = np.random.default_rng(5).normal(0.1, 0.5, 60)
    oracle = stats.permutation_test(
        (gains,), np.mean, permutation_type="samples", alternative="greater",
        n_resamples=20_000, rng=np.random.default_rng(1),
    )  # fmt: skip
    assert sign_flips(gains) == pytest.approx(oracle.pvalue, abs=0.02)


def test_p_values_are_even_when_nothing_differs() -> None:
    rng = np.random.default_rng(11)
    p_values = [sign_flips(rng.normal(0, 1, 25), rounds=2_000) for _ in range(200)]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


@given(GAINS)
def test_the_bound_lies_below_the_mean(gains: list[float]) -> None:
    data = np.array(gains)
    assert lower_bound(data, 0.05, rounds=500) <= data.mean() + 1e-9
    assert lower_bound(data, 0.05, rounds=500) >= data.min() - 1e-9


def test_nothing_shows_nothing() -> None:
    assert math.isnan(lower_bound(np.empty(0), 0.05))
    assert math.isnan(smallest_shown(np.array([0.1])))
    assert smallest_shown(np.zeros(60)) == pytest.approx(0.05), "the rule of three"
    found = compare(Metric("nDCG@10"), {}, {})
    assert found.n == 0 and found.p_harm == 1.0 and not not_worse(found, 0.02)


def test_a_missing_or_nan_value_rules_nothing_out() -> None:
    before = {f"q{n}": 0.5 for n in range(30)}
    better = {name: 0.9 for name in before}
    assert not_worse(compare(Metric("x"), before, better), 0.02)
    for broken in ({k: v for k, v in better.items() if k != "q3"}, {**better, "q3": math.nan}):
        found = compare(Metric("x"), before, broken)
        assert found.missing == 1 and not not_worse(found, 0.02)


def test_a_metric_knows_which_way_is_better() -> None:
    before = {f"q{n}": 1.0 for n in range(20)}
    after = {f"q{n}": 2.0 for n in range(20)}
    assert compare(Metric("x"), before, after).p_harm > 0.5
    slower = compare(Metric("seconds", higher_is_better=False), before, after)
    assert slower.p_harm < 0.01 and slower.gain.mean == -1.0
    assert (slower.before, slower.after) == (1.0, 2.0)


def test_one_question_that_slips_shows_nothing() -> None:
    before = {f"q{n}": 1.0 for n in range(60)}
    found = compare(Metric("nDCG@10"), before, {**before, "q7": 0.63})
    assert found.changed == 1 and found.p_harm == 0.5


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_only_raises_and_keeps_the_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(0 <= p <= a <= 1 for p, a in zip(p_values, adjusted, strict=True))
    order = np.argsort(p_values, kind="stable")
    assert np.all(np.diff(np.array(adjusted)[order]) >= 0)
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_tests_that_could_not_show_anything_do_not_count() -> None:
    assert level_of_each([1, 2, 30], 0.05) == 0.05
    assert level_of_each([30, 30, 30], 0.05) == pytest.approx(0.05 / 3)
    assert level_of_each([], 0.05) == 0.05

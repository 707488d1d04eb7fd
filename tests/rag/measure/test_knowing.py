"""Intervals, abstention curves and slices, against values worked out by hand."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.measure import abstention, intervals, slices


def test_an_interval_is_the_same_each_time_and_holds_the_mean():
    values = [0.0, 1.0, 1.0, 0.0, 1.0, 0.5]
    once = intervals.interval(values)
    assert once == intervals.interval(values)
    assert once.low < once.mean < once.high
    assert once.n == 6
    assert intervals.interval([0.7] * 9).low == pytest.approx(0.7)
    assert math.isnan(intervals.interval([]).mean)


def test_an_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(3)
    inside = 0
    for _ in range(200):
        found = intervals.interval(rng.normal(0.3, 1.0, 60).tolist(), rounds=400)
        inside += found.low <= 0.3 <= found.high
    assert 0.90 <= inside / 200 <= 0.99


def test_many_values_are_drawn_in_parts_without_changing_what_is_meant():
    values = [float(n % 2) for n in range(3000)]
    found = intervals.interval(values)
    assert found.mean == 0.5
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(3000), rel=0.15)


def test_paired_counts_only_pairs_and_says_what_it_could_have_seen():
    nan = math.nan
    found = intervals.paired([0.0, 0.0, nan, 1.0], [1.0, 0.0, 1.0, nan])
    assert (found.before, found.after, found.gain.n) == (0.0, 0.5, 2)
    deviation = float(np.std([1.0, 0.0], ddof=1))
    assert found.detectable == pytest.approx(2.8016 * deviation / math.sqrt(2), abs=1e-3)
    assert not found.seen
    assert intervals.paired([0.0] * 9, [1.0] * 9).seen
    with pytest.raises(ValueError):
        intervals.paired([1.0], [])


def test_the_detectable_gain_is_seen_four_times_in_five():
    rng = np.random.default_rng(5)
    seen = 0
    size = 40
    truth = (intervals.Z_95 + intervals.Z_80) / math.sqrt(size)  # deviation 1
    for _ in range(150):
        gains = rng.normal(truth, 1.0, size)
        seen += intervals.paired([0.0] * size, gains.tolist()).seen
    assert 0.70 <= seen / 150 <= 0.92


def test_half_width_of_a_share():
    assert math.isnan(intervals.half_width(0.7, 0))
    assert intervals.half_width(0.5, 100) == pytest.approx(0.0962, abs=1e-3)  # Wilson's
    assert intervals.half_width(0.5, 400) < intervals.half_width(0.5, 100)


scores = st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), min_size=1, max_size=12)


@given(scores, scores)
def test_auroc_is_the_share_of_pairs_in_order(positive, negative):
    wins = sum((p > n) + 0.5 * (p == n) for p, n in product(positive, negative))
    assert abstention.auroc(positive, negative) == pytest.approx(
        wins / (len(positive) * len(negative))
    )


def test_risk_and_coverage_by_hand():
    curve = abstention.risk_coverage([0.9, 0.8, 0.8, 0.1], [True, True, False, False])
    assert [(p.score, p.coverage) for p in curve] == [(0.9, 0.25), (0.8, 0.75), (0.1, 1.0)]
    assert [p.risk for p in curve] == pytest.approx([0.0, 1 / 3, 0.5])


def test_the_area_is_the_mean_risk_and_order_matters():
    rows = np.array([[0.9, 1.0], [0.5, 1.0], [0.1, 0.0]])
    assert abstention.area_under_risk(rows) == pytest.approx((0 + 0 + 1 / 3) / 3)
    turned = np.array([[0.9, 0.0], [0.5, 1.0], [0.1, 1.0]])
    assert abstention.area_under_risk(turned) == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    tied = np.array([[0.5, 1.0], [0.5, 0.0]])
    assert abstention.area_under_risk(tied) == abstention.area_under_risk(tied[::-1]) == 0.5


def test_calibration_error_by_hand():
    sure = np.array([[1.0, 1.0], [0.0, 0.0]])
    assert abstention.calibration_error(sure) == 0
    rows = np.array([[0.75, 1.0], [0.75, 0.0], [0.15, 0.0]])
    assert abstention.calibration_error(rows) == pytest.approx((2 * 0.25 + 0.15) / 3)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("perrot-1874.pdf", "19"),
        ("1900 - traité.pdf", "19"),
        ("notes-2023.md", "21"),
        ("a/1899/b-1901.pdf", "20"),
        ("img_18741.jpg", "?"),
        ("notes.md", "?"),
    ],
)
def test_the_century_is_that_of_the_year_in_the_name(name, part):
    assert slices.century(name) == part


def test_bands_and_groups():
    assert [slices.band(c) for c in (0.5, 0.8, 0.95, 1.0, math.nan)] == [
        "<80%", "80-95%", ">=95%", ">=95%", "text",
    ]  # fmt: skip
    rows = slices.grouped([1, 2, 3], lambda n: {"odd": str(n % 2 == 1)})
    assert rows == {("odd", "False"): [2], ("odd", "True"): [1, 3]}

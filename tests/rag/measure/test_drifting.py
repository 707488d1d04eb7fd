"""Shifts that are there are seen, those that are not are not, and nothing breaks on nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rag.measure.drifting import share_rose, topics_moved, values_fell


def test_a_share_that_rose_is_fisher_s_test() -> None:
    found = share_rose((10, 100), (30, 100))
    table = [[30, 70], [10, 90]]
    assert found.p == stats.fisher_exact(table, alternative="greater").pvalue
    assert found.effect == pytest.approx(0.516, abs=0.001)
    assert share_rose((30, 100), (10, 100)).p > 0.99, "a fall is not a rise"
    assert share_rose((0, 0), (1, 1)).p == 1.0


def test_values_that_fell_have_a_positive_delta() -> None:
    found = values_fell([3, 4, 5, 4], [1, 2, 1, 2])
    assert found.effect == 1.0 and found.p < 0.05
    assert values_fell([1, 2], [3, 4]).effect == -1.0
    assert values_fell([1, math.nan], [3, 4]).p == 1.0


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_the_same_values_did_not_fall(values: list[float]) -> None:
    found = values_fell(values, values)
    assert found.p >= 0.4 and found.effect == pytest.approx(0.0)


def about(center: int, count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = rng.normal(0, 0.4, (count, 16))
    rows[:, center] += 2.0
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_another_topic_is_seen_and_its_questions_come_first() -> None:
    before = about(0, 120, 1)
    after = np.vstack([about(0, 30, 2), about(5, 10, 3)])
    shift, order = topics_moved(before, after)
    assert shift.p < 0.001
    assert 0.15 < shift.effect < 0.6
    assert set(order[:10]) == set(range(30, 40))


def test_the_same_topics_are_not() -> None:
    shift, _ = topics_moved(about(0, 120, 1), about(0, 40, 7))
    assert shift.p > 0.002 and shift.effect < 0.15
    assert topics_moved(about(0, 1, 1), about(0, 40, 2))[0].p == 1.0


def test_p_values_of_topics_are_even_when_nothing_moved() -> None:
    p_values = [topics_moved(about(0, 40, n), about(0, 20, 500 + n))[0].p for n in range(60)]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01

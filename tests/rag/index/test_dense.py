from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index import dense
from rag.index.dense import Codes, Dense
from rag.index.release import Release, build_release
from tests.rag.index.small import content


def rows_of(count: int, width: int = 24, seed: int = 0) -> dense.Floats:
    """Unit rows gathered around a few, as texts about one subject are."""
    random = np.random.default_rng(seed)
    middles = random.standard_normal((5, width))
    rows = middles[random.integers(0, 5, count)] + 0.5 * random.standard_normal((count, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_the_best_are_those_of_a_plain_sort_deleted_ones_left_out():
    vectors, query = rows_of(300), rows_of(1, seed=7)[0]
    allowed = np.arange(300) % 3 > 0
    rows, found = Dense(lambda: vectors).best(query, allowed, 20)
    wanted = sorted(np.flatnonzero(allowed), key=lambda row: (-(vectors @ query)[row], row))[:20]
    assert rows.tolist() == wanted
    np.testing.assert_array_equal(found, (vectors @ query)[wanted])


def test_with_codes_the_best_are_still_the_exact_ones():
    vectors, codes = rows_of(6000), Codes.of(rows_of(6000))
    for seed in range(1, 9):
        query = rows_of(1, seed=seed)[0]
        exact = Dense(lambda: vectors).best(query, None, 50)
        again = Dense(lambda: vectors, codes).best(query, None, 50)
        assert again[0].tolist() == exact[0].tolist()
        np.testing.assert_allclose(again[1], exact[1], atol=1e-6)


def test_codes_leave_out_what_is_not_allowed():
    vectors = rows_of(2000)
    query, allowed = vectors[5], np.zeros(2000, bool)
    allowed[[7, 1999]] = True
    rows, _ = Dense(lambda: vectors, Codes.of(vectors)).best(query, allowed, 10)
    assert sorted(rows.tolist()) == [7, 1999]


def test_codes_are_a_step_from_the_vectors_at_most():
    vectors = rows_of(700)
    codes = Codes.of(vectors)
    assert np.all(np.abs(codes.values * codes.scale - vectors) <= codes.scale / 2 + 1e-7)
    np.testing.assert_allclose(codes.cosines(vectors[0]), vectors @ vectors[0], atol=0.02)


def test_codes_do_not_turn_every_vector_into_floats_at_once():
    codes = Codes.of(rows_of(40_000))
    query = rows_of(1)[0]
    tracemalloc.start()
    codes.cosines(query)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < codes.values.nbytes


def test_a_large_release_is_searched_by_codes_and_gives_the_same(tmp_path, monkeypatch):
    small = Release.open(build_release(tmp_path / "small", content()))
    monkeypatch.setattr(dense, "EXACT", 3)
    large = Release.open(build_release(tmp_path / "large", content()))
    assert "codes.values.npy" in large.manifest["files"]
    assert "codes.values.npy" not in small.manifest["files"]
    for row, query in enumerate(small.vectors):
        wanted, found = small.dense.best(query, None, 3), large.dense.best(query, None, 3)
        assert found[0][0] == row
        assert found[0].tolist() == wanted[0].tolist()
    assert large.verify() == []


def test_a_lexical_release_has_no_search_by_meaning(tmp_path):
    assert Release.open(build_release(tmp_path, content(vectors=False))).dense is None


@given(scores=st.lists(st.sampled_from([-np.inf, 0.0, 0.5, 1.0]), max_size=60), k=st.integers(0, 8))
def test_top_is_a_stable_sort_without_what_is_not_finite(scores, k):
    finite = [row for row, score in enumerate(scores) if score > -np.inf]
    wanted = sorted(finite, key=lambda row: -scores[row])[:k]
    assert dense.top(np.array(scores, np.float32), k).tolist() == wanted


def test_another_width_is_refused():
    with pytest.raises(ValueError, match="width 3, a query of 2"):
        dense.cosines(np.zeros((1, 3), np.float32), np.zeros(2, np.float32))

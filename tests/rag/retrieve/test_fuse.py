from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.pagemap import gather
from rag.records import Chunk, Piece
from rag.retrieve import fuse
from rag.retrieve.fuse import Scored

scores = st.lists(st.floats(0.125, 30, width=32), min_size=1, max_size=30)


def scored(values, rows=None, depth=100):
    rows = np.arange(len(values)) if rows is None else np.array(rows)
    return Scored.best(rows, np.array(values, np.float32), depth)


@given(values=scores)
def test_without_vectors_the_order_is_that_of_the_words(values):
    rows = fuse.fuse(scored(values), None, weight=0.5).rows.tolist()
    scaled = fuse.normalise(np.array(values, np.float32))
    assert rows == np.argsort(-scaled, kind="stable").tolist()


def test_both_sides_weigh_the_same_at_one_half():
    ranked = fuse.fuse(scored([9, 3]), scored([0.80, 0.85, 0.90]), weight=0.5)
    assert dict(zip(ranked.rows.tolist(), ranked.scores.tolist(), strict=True)) == pytest.approx(
        {0: 0.5, 1: 0.25, 2: 0.5}, abs=1e-5
    )


@given(seed=st.integers(0, 999))
def test_the_partition_changes_nothing(seed):
    values = np.random.default_rng(seed).integers(0, 50, 900).astype(np.float32)
    wanted = np.argsort(-values, kind="stable")[:100]
    np.testing.assert_array_equal(scored(values).rows, wanted)


def test_scores_are_told_by_row():
    found = scored([1, 5], rows=[7, 3])
    assert found.rows.tolist() == [3, 7]
    assert (found.of(7, 0.0), found.of(4, -1.0), found.max()) == (1.0, -1.0, 5.0)
    assert np.isnan(Scored.none().max())


def chunk_on(*letters):
    """A chunk with so many letters on each page."""
    pieces, at = [], 0
    for index, count in enumerate(letters):
        if count:
            pieces.append(Piece(at, at + count, index, 0, count))
            at += count
    return Chunk("c", "d", "paragraph", (), "x" * at, tuple(pieces), False, 1.0)


def test_a_page_ranks_by_its_best_chunk_and_its_share_of_it():
    page_map = gather([chunk_on(0, 10, 2), chunk_on(0, 0, 10)], {"d": 0})
    ranked = Scored(np.array([0, 1], np.intp), np.array([1.0, 0.7], np.float32))
    found = fuse.rank_pages(ranked, page_map)
    assert [(p.index, round(s, 3), row) for p, s, row in found] == [(1, 1.0, 0), (2, 0.7, 1)]
    assert fuse.rank_pages(Scored.none(), page_map) == []


@given(values=scores, seed=st.integers(0, 99), count=st.integers(0, 30))
def test_a_second_opinion_keeps_every_chunk_and_the_rest_behind(values, seed, count):
    first = scored(values)
    count = min(count, len(first))
    opinion = np.random.default_rng(seed).random(count).astype(np.float32)
    again = fuse.rescore(first, opinion, weight=0.5)
    assert sorted(again.rows.tolist()) == sorted(first.rows.tolist())
    if count > 1:
        assert set(again.rows[:count].tolist()) == set(first.rows[:count].tolist())
        assert again.scores.min() >= 0
        assert again.scores.max() <= 1 + 1e-6
        assert again.rows[count:].tolist() == first.rows[count:].tolist()


def test_a_second_opinion_can_be_all_that_counts():
    first = scored([5, 4, 3])
    opinion = np.array([0.1, 0.3, 0.2], np.float32)
    assert fuse.rescore(first, opinion, weight=1.0).rows.tolist() == [1, 2, 0]
    assert fuse.rescore(first, opinion, weight=0.0).rows.tolist() == [0, 1, 2]

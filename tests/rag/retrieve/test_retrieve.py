from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.language import language_of
from rag.records import Outcome
from rag.retrieve import abstain, fuse
from rag.retrieve.fuse import Place, Ranked

scores = st.lists(st.floats(0, 30, width=32), min_size=1, max_size=30)


@given(values=scores)
def test_without_vectors_the_order_is_that_of_the_words(values):
    lexical = np.array(values, np.float32)
    rows = fuse.fuse(lexical, None, weight=0.5).rows.tolist()
    assert rows == [r for r in np.argsort(-lexical, kind="stable").tolist() if lexical[r] > 0]


@given(values=scores, forbidden=st.sets(st.integers(0, 29)))
def test_what_may_not_rank_never_ranks(values, forbidden):
    lexical = np.array(values, np.float32)
    for row in forbidden & set(range(len(lexical))):
        lexical[row] = -np.inf
    dense = np.where(np.isfinite(lexical), 0.8, -np.inf).astype(np.float32)
    ranked = fuse.fuse(lexical, dense, weight=0.5)
    assert not set(ranked.rows.tolist()) & forbidden
    assert np.all(np.diff(ranked.scores) <= 0)


def test_both_sides_weigh_the_same_at_one_half():
    lexical = np.array([9, 3, 0], np.float32)
    dense = np.array([0.80, 0.85, 0.90], np.float32)
    ranked = fuse.fuse(lexical, dense, weight=0.5)
    assert dict(zip(ranked.rows.tolist(), ranked.scores.tolist(), strict=True)) == pytest.approx(
        {0: 0.5, 1: 0.25, 2: 0.5}, abs=1e-5
    )


@given(seed=st.integers(0, 999))
def test_the_partition_changes_nothing(seed):
    values = np.random.default_rng(seed).integers(0, 50, 900).astype(np.float32)
    wanted = np.argsort(-values, kind="stable")[:100]
    np.testing.assert_array_equal(fuse.best(values), wanted)


def test_a_page_ranks_by_its_best_chunk_and_its_share_of_it():
    ranked = Ranked(np.array([7, 4], np.intp), np.array([1.0, 0.7], np.float32))
    places = {7: [Place(0, 1, 1.0), Place(0, 2, 0.2)], 4: [Place(0, 2, 1.0)]}
    found = fuse.rank_pages(ranked, places)
    assert [(p.index, round(s, 3), row) for p, s, row in found] == [(1, 1.0, 7), (2, 0.7, 4)]


def test_coverage_is_of_one_page_not_of_all_together():
    weights = {"iris": 3.0, "plaque": 1.0}
    rows = {"iris": [0], "plaque": [1]}.__getitem__
    assert abstain.coverage(weights, rows, [{0}, {1}]) == 0.75
    assert abstain.coverage(weights, rows, [{0, 1}]) == 1.0
    assert abstain.coverage({}, rows, [{0}]) == 0.0


@given(
    low=st.floats(0, 1),
    high=st.floats(0, 1),
    cosine=st.one_of(st.floats(-1, 1), st.just(math.nan)),
)
def test_more_coverage_is_never_less_answerable(low, high, cosine):
    low, high = sorted((low, high))
    t = abstain.Thresholds()
    before = abstain.decide(t, coverage=low, cosine=cosine)
    assert abstain.decide(t, coverage=high, cosine=cosine).score >= before.score


def test_a_foreign_question_is_exempt_from_coverage():
    t = abstain.Thresholds(cosine_mean=0.80, cosine_sd=0.01)
    assert abstain.decide(t, coverage=0, cosine=0.9, french=False).outcome is Outcome.ANSWER
    assert abstain.decide(t, coverage=0, cosine=0.8, french=False).outcome is not Outcome.ANSWER


def test_the_reason_is_said():
    t = abstain.Thresholds()
    assert abstain.decide(t, coverage=1, cosine=0.9).reason == ""
    assert abstain.decide(t, coverage=0, cosine=t.cosine_mean).reason == "nothing_found"
    middling = [abstain.decide(t, coverage=c / 100, cosine=t.cosine_mean) for c in range(101)]
    assert {"weak_evidence"} <= {v.reason for v in middling}


def test_the_background_is_that_of_questions_from_elsewhere():
    assert len(set(abstain.elsewhere())) == 40
    vectors = np.eye(2, dtype=np.float32)
    found = abstain.calibrate(vectors, lambda question: np.array([0.6, 0.8], np.float32))
    assert found == {"cosine_mean": 0.8, "cosine_sd": 0.004}
    assert abstain.calibrate(None, None) == {}


def test_unknown_thresholds_of_a_later_version_are_left_aside():
    assert abstain.Thresholds.of({"answer": 0.3, "later": 1.0}).answer == 0.3


@pytest.mark.parametrize(
    ("question", "french"),
    [
        ("Quel est le pouvoir chimique de la lumière ?", True),
        ("diaphragme f/8 profondeur de champ", True),
        ("hyposulfite", True),
        ("Qu'est-ce que le γ d'une émulsion ?", True),
        ("", True),
        ("What is the aperture of a lens?", False),
        ("how long should a plate be fixed", False),
        ("Wie lange wird die Platte fixiert?", False),
        ("¿Cómo se fija una placa?", False),
        ("写真とは", False),
    ],
)
def test_language_of_a_question(question, french):
    assert (language_of(question) == "fr") is french

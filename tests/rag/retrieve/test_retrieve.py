from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.language import language_of
from rag.records import Outcome
from rag.retrieve import abstain


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

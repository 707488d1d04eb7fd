"""Gates that NaN cannot pass, and what is decided from them."""

from __future__ import annotations

from math import nan

import pytest

from mlops.golden import Score
from mlops.validation import quality
from mlops.verdict import Check, at_least, conclude, decide, exactly
from rag.settings import Settings


def score(name: str, *, ndcg: float = 1.0, answerable: bool = True, abstained: bool = False,
          citations: int = 1, resolved: int = 1) -> Score:  # fmt: skip
    return Score(name, answerable, abstained, float(ndcg > 0), ndcg, citations, resolved)


@pytest.mark.parametrize(("value", "passed"), [(0.8, True), (0.7, True), (0.69, False),
                                               (nan, False)])  # fmt: skip
def test_a_floor(value: float, passed: bool) -> None:
    assert at_least(value, 0.7, "")["passed"] is passed


def test_nan_is_not_exact_and_is_null_in_json() -> None:
    assert exactly(nan, 0, "")["passed"] is False
    assert exactly(nan, 0, "")["value"] is None


def checks(**passed: bool) -> dict[str, Check]:
    return {
        name: at_least(float(ok), 0.5, name, structure=name.startswith("structure"))
        for name, ok in passed.items()
    }


def test_no_check_is_no_pass() -> None:
    verdict = conclude("r", {}, measured=True, against=None)
    assert not verdict["all_passed"]
    assert not decide(verdict, None).promote


@pytest.mark.parametrize("in_service", [None, "old"])
def test_wrong_structure_is_always_refused(in_service: str | None) -> None:
    verdict = conclude("r", checks(structure=False, recall=True), measured=True, against=None)
    decision = decide(verdict, in_service)
    assert not decision.promote
    assert "structure" in decision.reasons[0]


def test_low_quality_is_refused_when_something_answers() -> None:
    verdict = conclude("r", checks(structure=True, recall=False), measured=True, against="old")
    assert not decide(verdict, "old").promote


def test_low_quality_is_a_reserve_when_nothing_answers() -> None:
    verdict = conclude("r", checks(structure=True, recall=False), measured=True, against=None)
    decision = decide(verdict, None)
    assert decision.promote
    assert "recall" in decision.reserves[0]
    assert not verdict["all_passed"]


def test_quality_names_what_failed() -> None:
    scores = [
        score("found"),
        score("lost", ndcg=0.0, abstained=True, citations=0, resolved=0),
        score("off", ndcg=nan, answerable=False, abstained=False),
    ]
    tests = quality(scores, Settings())
    assert tests["citations_resolve"]["passed"]
    assert {n for n, check in tests.items() if not check["passed"]} == {
        "recall_at_5", "kept", "refused",
    }  # fmt: skip


def test_one_citation_that_leads_nowhere_refuses() -> None:
    tests = quality([score("a", citations=3, resolved=2)], Settings())
    assert not tests["citations_resolve"]["passed"]


@pytest.mark.parametrize(
    ("before", "promoted"),
    [(0.9, False), (0.0, True), (None, False)],
    ids=["was better", "was no better", "was not measured"],
)
def test_an_old_weakness_does_not_keep_new_documents_out(
    before: float | None, promoted: bool
) -> None:
    verdict = conclude("r", checks(structure=True, recall=False), measured=True, against="old")
    verdict["tests"]["recall"]["in_service"] = before
    decision = decide(verdict, "old")
    assert decision.promote is promoted
    assert bool(decision.reserves) is promoted


def test_the_release_in_service_is_not_refused_for_what_it_is() -> None:
    verdict = conclude("r", checks(structure=True, recall=False), measured=True, against=None)
    assert decide(verdict, "r").promote

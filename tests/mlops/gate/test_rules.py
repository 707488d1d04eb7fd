"""The rules of a verdict, on figures set by hand."""

from __future__ import annotations

import math

import pytest

from mlops.gate.measured import Measured, Row
from mlops.gate.rules import Judged, judge
from mlops.gate.words import EN, FR, words


def measured(values: dict[str, float], *, metric: str = "nDCG@10", part: str = "") -> Measured:
    rows = {
        name: Row({metric: value}, {"kind": part or ("a" if n % 2 else "b")}, (), name)
        for n, (name, value) in enumerate(values.items())
    }
    return Measured("release", "program", rows, 0.1)


def verdict(
    before: dict[str, float], after: dict[str, float], *, change: str = "content",
    metric: str = "nDCG@10",
) -> Judged:  # fmt: skip
    old = measured(before, metric=metric)
    return judge(
        old, measured(after, metric=metric), change=change, unchanged=list(old.rows), margin=0.02,
        alpha=0.05,
    )  # fmt: skip


def codes(judged: Judged) -> list[str]:
    return sorted({reason.code for reason in judged.reasons})


GOOD = {f"q{n}": 1.0 for n in range(60)}


@pytest.mark.parametrize("change", ["content", "method"])
def test_an_identical_release_passes_and_claims_nothing(change: str) -> None:
    found = verdict(GOOD, GOOD, change=change)
    assert found.promote
    (note,) = found.notes
    assert note.code == "equality_not_proved" and note.figures["detectable"] == 0.05


def test_one_question_of_sixty_that_slips_does_not_stop_a_night() -> None:
    assert verdict(GOOD, {**GOOD, "q3": 0.63}).promote


def test_harm_that_is_shown_refuses_overall_and_on_a_slice() -> None:
    worse = {name: 0.6 if n < 20 else 1.0 for n, name in enumerate(GOOD)}
    found = verdict(GOOD, worse)
    assert codes(found) == ["harm"]
    assert {r.figures["where"] for r in found.reasons} >= {""}
    slice_only = {name: 0.4 if n % 2 and n < 40 else v for n, (name, v) in enumerate(GOOD.items())}
    mended = {n: min(1.0, v + 0.0) for n, v in slice_only.items()}
    assert "kind=a" in {r.figures["where"] for r in verdict(GOOD, mended).reasons}


def test_a_method_must_rule_out_a_loss_beyond_the_margin() -> None:
    few = {f"q{n}": 1.0 for n in range(8)}
    slips = {**few, "q3": 0.5}
    assert verdict(few, slips).promote, "content: nothing is shown"
    assert codes(verdict(few, slips, change="method")) == ["not_shown_as_good"]


def test_a_gain_is_claimed_only_when_it_is_shown() -> None:
    before = {f"q{n}": 0.5 for n in range(60)}
    found = verdict(before, {n: 0.7 for n in before}, change="method")
    assert found.promote and found.notes[0].code == "gain"


def test_a_few_questions_that_agree_do_not_show_a_method_to_be_as_good() -> None:
    few = {f"q{n}": 1.0 for n in range(9)}
    assert codes(verdict(few, few, change="method")) == ["not_shown_as_good"]
    assert verdict(few, few).promote, "content: nothing is shown"


@pytest.mark.parametrize("change", ["content", "method"])
def test_nan_and_missing_refuse(change: str) -> None:
    for broken in ({**GOOD, "q3": math.nan}, {k: v for k, v in GOOD.items() if k != "q3"}):
        found = verdict(GOOD, broken, change=change)
        assert not found.promote and "questions_missing" in codes(found)
    assert not verdict(GOOD, {}, change=change).promote


def test_a_method_that_nothing_measures_waits() -> None:
    assert codes(verdict({}, {}, change="method")) == ["method_unmeasured"]
    assert verdict({}, {}).promote


def test_abstention_is_judged_too() -> None:
    lost = {name: 0.0 if n < 12 else 1.0 for n, name in enumerate(GOOD)}
    assert codes(verdict(GOOD, lost, metric="kept")) == ["harm"]


@pytest.mark.parametrize("code", sorted(FR))
def test_every_reason_has_words_in_both_languages(code: str) -> None:
    assert set(FR) == set(EN)
    figures = dict.fromkeys(
        ("words", "metric", "where", "before", "after", "questions", "changed", "p_harm", "p_gain",
         "bound", "detectable", "margin", "count", "now", "budget", "value", "wanted", "name"), 0.5
    )  # fmt: skip
    for language in ("fr", "en"):
        said = words({"code": code, **figures, "metric": "kept", "where": "kind=a"}, language)
        assert said and "{" not in said

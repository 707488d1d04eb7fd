"""Everything measured of one release on golden questions, and two releases compared in pairs."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from mlops.evaluation import compare, evaluate, summary, to_rows
from mlops.golden_file import Golden
from mlops.releases import champion
from rag.engine import Engine
from rag.index.release import Release
from tests.app import small_home

QUESTIONS = (
    Golden("a", small_home.QUESTION, (("livre.pdf", 2),), "200 grammes d'hyposulfite", "how-to",
           "deux cents grammes d'hyposulfite"),
    Golden("b", "Quand la profondeur de champ augmente-t-elle ?", (("notes.md", 1),),
           "quand on ferme le diaphragme", "factual", lang="fr"),
    Golden("c", "Qui a gagné le tour de France 1998 ?", (), kind="off-domain"),
    Golden("d", "How tall is Mount Everest?", (), kind="off-domain"),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    home = small_home.build(tmp_path_factory.mktemp("evaluation") / "home")
    folder = champion(home)
    assert folder is not None
    return Engine(Release.open(folder), None)


@pytest.fixture(scope="module")
def found(engine):
    return evaluate(engine, QUESTIONS)


def test_every_measure_has_its_mean_interval_and_number(found):
    assert {name: e.n for name, e in found.estimates.items()} == {
        "recall@1": 2, "recall@5": 2, "recall@10": 2, "MRR@10": 2, "nDCG@10": 2, "kept": 2,
        "refused": 2, "numbers": 1, "token_f1": 2, "completeness": 2, "first_cited": 2,
        "page_precision": 2, "page_recall": 2, "word_precision": 1, "word_recall": 1,
        "proved": found.estimates["proved"].n,
    }  # fmt: skip
    assert found.estimates["MRR@10"].mean == found.estimates["proved"].mean == 1
    assert found.estimates["word_recall"].mean == 1
    assert 0 < found.estimates["word_precision"].mean < 1
    assert found.refused.keys() == {"off-domain"}
    assert found.areas["AUROC"].mean == 1
    assert found.curve[-1].coverage == 1 and found.curve[-1].risk == 0.5


def test_slices_follow_the_gold_page_and_the_question(found):
    assert set(found.slices["kind"]) == {"factual", "how-to", "off-domain"}
    assert set(found.slices["source"]) == {"scanned", "text"}
    assert set(found.slices["confidence"]) <= {"80-95%", ">=95%", "text"}
    assert found.slices["language"]["en"]["refused"].n == 1
    assert found.slices["source"]["scanned"]["MRR@10"].n == 1


def test_two_runs_are_the_same(engine, found):
    again = evaluate(engine, QUESTIONS)
    assert str(again) == str(found)
    assert to_rows(again)[0]["pages"][0] == ("livre.pdf", 2)


def test_a_wrong_page_is_seen(engine):
    wrong = [replace(QUESTIONS[0], gold=(("livre.pdf", 1),)), replace(QUESTIONS[1], quote="zone")]
    values = evaluate(engine, wrong).asked[0].values
    assert values["first_cited"] == values["page_precision"] == values["page_recall"] == 0
    assert values["recall@1"] == 0
    assert "word_recall" not in values  # the quote is not on that page: nothing to compare with


def test_an_unanswerable_question_answered_is_wrong(engine):
    asked = evaluate(engine, [replace(QUESTIONS[0], gold=())]).asked[0]
    assert asked.values == {"refused": 0.0}
    assert not asked.right


def test_a_judge_stands_apart(engine):
    found = evaluate(engine, QUESTIONS, judge=lambda question, answer: 0.25)
    assert found.estimates["judged"].mean == 0.25
    assert found.estimates["judged"].n == 2  # what was refused is not judged
    assert evaluate(engine, QUESTIONS[:2]).estimates == {
        k: v for k, v in evaluate(engine, QUESTIONS[:2], judge=lambda *_: 0.1).estimates.items()
        if k != "judged"
    }  # fmt: skip


def test_two_releases_are_compared_question_by_question(found):
    worse = summary("other", [
        replace(row, values={**row.values, "MRR@10": row.values["MRR@10"] - 0.5})
        if row.answerable else row for row in found.asked[:3]
    ])  # fmt: skip
    gains = compare(worse, found)
    assert gains["MRR@10"].gain.mean == pytest.approx(0.5)
    assert gains["MRR@10"].seen and gains["MRR@10"].gain.n == 2
    assert gains["recall@1"].gain.mean == 0 and not gains["recall@1"].seen
    assert gains["refused"].gain.n == 1  # asked of one only: no pair
    assert math.isnan(gains["refused"].detectable)


def test_nothing_asked_is_nothing_measured():
    empty = summary("r", [])
    assert empty.estimates == {} and empty.curve == ()
    assert math.isnan(empty.areas["AUROC"].mean)

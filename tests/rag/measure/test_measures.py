from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.measure import ocr, retrieval
from rag.measure.retrieval import Question, Ranking

TOOLS = Path(__file__).resolve().parents[4] / "shared" / "tools"


@pytest.fixture
def tools():
    if not TOOLS.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{TOOLS} is not there")
        pytest.skip("the project's outside scorers are not on this machine")
    return TOOLS


QUESTIONS = [
    Question("1", "?", "factual", frozenset({("a.pdf", 3), ("a.pdf", 4)})),
    Question("2", "?", "reworded", frozenset({("b.pdf", 1)})),
    Question("3", "?", "off", frozenset()),
    Question("4", "?", "off", frozenset()),
]
RANKINGS = [
    Ranking("1", (("a.pdf", 9), ("a.pdf", 4), ("a.pdf", 4), ("a.pdf", 3)), False, 0.9),
    Ranking("3", (("a.pdf", 1),), True, 0.1),
    Ranking("4", (("a.pdf", 1),), False, 0.9),
]


def test_measures_by_hand():
    scores = retrieval.score(QUESTIONS, RANKINGS)
    assert scores.rows["1"]["MRR@10"] == 0.5
    ideal = 1 + 1 / math.log2(3)
    assert scores.rows["1"]["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / 2) / ideal)
    assert scores.mean("R@1") == 0
    assert scores.mean("R@5") == 0.5, "a question without a ranking counts as missed"
    assert (scores.kept, scores.refused) == ((1, 2), (1, 2))
    assert scores.auroc == 0.75
    assert scores.kinds == {"factual": (0.5, 1), "reworded": (0.0, 1)}


def test_nothing_measured_is_nan_not_zero():
    scores = retrieval.score([], [])
    assert math.isnan(scores.mean("R@5"))
    assert math.isnan(scores.kept_share)
    assert math.isnan(scores.auroc)
    assert math.isnan(retrieval.interval([]).low)


def test_paired_difference_of_a_run_with_itself_is_nothing():
    scores = retrieval.score(QUESTIONS, RANKINGS)
    assert retrieval.paired(scores, scores, "MRR@10") == retrieval.Estimate(0, 0, 0)


def test_same_numbers_as_the_outside_scorer(tools, tmp_path):
    def pages(keys):
        return [{"document": d, "page": p} for d, p in keys]

    questions, hits = tmp_path / "q.jsonl", tmp_path / "h.jsonl"
    questions.write_text(
        "\n".join(
            json.dumps(
                {"id": q.question_id, "question": "?", "kind": q.kind, "gold": pages(q.gold)}
            )
            for q in QUESTIONS
        )
    )
    hits.write_text(
        "\n".join(
            json.dumps(
                {
                    "id": r.question_id,
                    "pages": pages(r.pages),
                    "abstained": r.abstained,
                    "score": r.score,
                }
            )
            for r in RANKINGS
        )
    )
    tool = [sys.executable, str(tools / "score_retrieval.py"), str(questions), str(hits)]
    said = subprocess.run(tool, capture_output=True, text=True, check=True).stdout
    scores = retrieval.score(retrieval.read_questions(questions), retrieval.read_rankings(hits))
    for name in retrieval.NAMES:
        assert f"{name:8} {scores.estimate(name)}" in said
    assert "kept 1/2 answerable; refused 1/2 unanswerable; AUROC 0.750" in said


@pytest.mark.parametrize(
    "line", ['{"id": 1}', "[]", "not json", '{"id": 1, "question": "?", "gold": 3}']
)
def test_a_bad_line_is_named(tmp_path, line):
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "1", "question": "?", "gold": []}\n' + line)
    with pytest.raises(ValueError, match="line 2"):
        retrieval.read_questions(path)


def test_reading_differences_that_count_and_that_do_not():
    same = ocr.score_page(
        "L’œuvre « finie ». . . . . 12\ncoupée par un ti-\nret",
        'L\'oeuvre " finie " 12 coupée par un tiret',
    )
    assert same.edits == 0
    page = ocr.score_page("Été 1/250", "Ete 1/25O")
    assert page.edits == 3
    assert (page.numbers, page.numbers_kept) == (1, 0)


def test_a_missing_page_counts_as_empty():
    total = ocr.total([ocr.score_page("abcd", "abcd"), ocr.score_page("efgh", "")])
    assert (total.cer, total.word_f1) == (0.5, 0.5)
    assert math.isnan(total.numbers_kept)
    assert math.isnan(ocr.total([]).cer)


@given(text=st.text(alphabet="aé-\n. ,0½«œ", max_size=60))
def test_normalised_as_the_outside_scorer(text):
    if TOOLS.is_dir():
        sys.path.insert(0, str(TOOLS))
        try:
            from score_ocr import normalise
        finally:
            sys.path.remove(str(TOOLS))
        assert ocr.normalise(text) == normalise(text)
    assert ocr.normalise(text) == ocr.normalise(text + "\n")

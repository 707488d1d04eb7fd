"""The guide's feedback classes, and the rule of retraining."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from mlops import deletion
from mlops.feedback_loop import FeedbackCollector, RetrainingPipeline, UserFeedback
from mlops.serving import open_engine
from mlops.store import Store
from rag.settings import Home
from tests.mlops.learning.small import SETTINGS, make


def save(collector: FeedbackCollector, *ratings: int, corrected: str | None = None) -> None:
    for rating in ratings:
        collector.save_feedback(
            UserFeedback("2026-01-02T03:04:05", "Quelle ouverture ?", "f/8", [], rating,
                         corrected_answer=corrected)
        )  # fmt: skip


def test_nothing_yet(home: Home) -> None:
    stats = FeedbackCollector().get_statistics()
    assert stats["total_feedbacks"] == 0
    assert math.isnan(stats["avg_rating"])
    assert not RetrainingPipeline().should_retrain(min_feedbacks=0)
    assert RetrainingPipeline().prepare_retraining_data()["ready_for_training"] is False


def test_feedback_is_kept_and_exported(home: Home) -> None:
    collector = FeedbackCollector()
    save(collector, 5, 2)
    save(collector, 1, corrected="f/2,8")
    assert [one.rating for one in collector.get_feedback()] == [5, 2, 1]
    assert [one.rating for one in collector.get_feedback(min_rating=2)] == [5, 2]
    stats = collector.get_statistics()
    assert (stats["total_feedbacks"], stats["with_corrections"]) == (3, 1)
    assert stats["avg_rating"] == pytest.approx(8 / 3)
    assert stats["correction_rate"] == pytest.approx(1 / 3)
    lines = (home.root / "mlops/feedback/feedback.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["rating"] for line in lines] == [5, 2, 1]


def test_a_folder_of_one_s_own_is_a_ledger_of_its_own(home: Home, tmp_path: Path) -> None:
    save(FeedbackCollector(feedback_dir=tmp_path / "mine"), 1)
    assert FeedbackCollector().get_statistics()["total_feedbacks"] == 0
    assert FeedbackCollector(tmp_path / "mine").get_statistics()["total_feedbacks"] == 1


@pytest.mark.parametrize(
    ("ratings", "corrections", "wanted"),
    [
        ([1] * 9, 0, False),  # too few
        ([2] * 10, 0, True),  # low mean
        ([3] * 10, 0, False),  # 3.0 is not below 3.0
        ([5] * 8, 2, False),  # 20 % corrections is not more than 20 %
        ([5] * 7, 3, True),
    ],
)
def test_the_rule(home: Home, ratings: list[int], corrections: int, wanted: bool) -> None:
    collector = FeedbackCollector()
    save(collector, *ratings)
    save(collector, *[5] * corrections, corrected="mieux")
    assert RetrainingPipeline().should_retrain(min_feedbacks=10, min_avg_rating=3.0) is wanted


def test_only_feedback_since_the_last_retraining_counts(home: Home) -> None:
    save(FeedbackCollector(), *[1] * 10)
    retraining = RetrainingPipeline()
    retraining.prepare_retraining_data()
    assert retraining.should_retrain(), "preparing is not retraining"
    retraining.record_retraining(note="test")
    assert not retraining.should_retrain()
    save(FeedbackCollector(), *[1] * 9)
    assert not retraining.should_retrain()
    save(FeedbackCollector(), 1)
    assert retraining.should_retrain()


def test_training_data_holds_corrections_and_well_rated_answers(home: Home) -> None:
    collector = FeedbackCollector()
    save(collector, 5, 3, 1)
    save(collector, 1, corrected="f/2,8")
    data = RetrainingPipeline().prepare_retraining_data()
    rows = [json.loads(line) for line in Path(data["data_file"]).read_text("utf-8").splitlines()]
    assert data["training_examples"] == len(rows) == 2
    assert [row["answer"] for row in rows] == ["f/8", "f/2,8"]
    assert data["ready_for_training"] is True
    assert collector.prepare_training_data() == rows


def test_a_document_that_was_deleted_is_in_no_example(tmp_path: Path) -> None:
    """Whether the answer cites it, a mark points at it, or a source names it; back when undone."""
    home = make(tmp_path)
    collector, engine = FeedbackCollector(home=home), open_engine(home, SETTINGS)
    with Store(home) as store:
        answer = engine.ask("Combien d'hyposulfite dans le bain de fixage ?")
        store.record_query(answer)
        fixing = next(s.document_id for s in store.sources() if s.name == "fixage.md")
    assert answer.sentences[0].citations[0].document_id == fixing
    mark = {"document_id": fixing, "index": 0, "right": True}
    for n, about in enumerate(
        ({"answer_id": answer.answer_id}, {"marks": [mark]}, {"sources": ["fixage.md"]},
         {"sources": [{"document": "fixage.md", "page": 1}]}, {"sources": ["stenope.md"]})
    ):  # fmt: skip
        collector.save_feedback(UserFeedback("2026-01-02", f"q{n} ?", "r", rating=5, **about))
    data = RetrainingPipeline(home=home)
    assert data.prepare_retraining_data()["training_examples"] == 5
    deletion.delete(home, "fixage.md")
    assert [one["question"] for one in collector.prepare_training_data()] == ["q4 ?"]
    file = home.root / "mlops/feedback/training_data.jsonl"
    assert not file.exists()
    assert data.prepare_retraining_data()["data_file"] == str(file)
    assert [json.loads(line)["question"] for line in file.read_text("utf-8").splitlines()] == [
        "q4 ?"
    ]
    deletion.undo(home, "fixage.md")
    assert len(collector.prepare_training_data()) == 5

"""Readers' judgements and the rule of retraining, as the guide has them."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, Literal, overload

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.feedback.checking import Given, mark_of
from mlops.feedback.deleted import Gone
from mlops.feedback.keeping import save
from mlops.learning.due import Due, judge
from mlops.monitoring import append_line
from mlops.store import Store, now
from rag.settings import Home, Settings, find_home

if TYPE_CHECKING:
    from mlops.learning.retraining import Retraining

log = logging.getLogger(__name__)

EXPORT = "feedback.jsonl"
TRAINING_DATA = "training_data.jsonl"
GOOD_RATING = 4  # an answer rated so is an example as it stands


@dataclass
class UserFeedback:
    """What a reader says of an answer."""

    timestamp: str
    question: str
    answer: str
    sources: list[Any] = field(default_factory=list)
    rating: int = 0  # 1..5
    feedback_text: str | None = None
    corrected_answer: str | None = None
    user: str | None = None
    answer_id: str | None = None
    marks: list[dict[str, Any]] = field(default_factory=list)  # pages, right or wrong
    wanted: str | None = None  # "answer": should have answered; "refusal": should not have


class FeedbackCollector:
    """Keeps feedback; without arguments, that of ``RAG_HOME`` or the project.

    The database is the record; ``feedback.jsonl`` beside it is an export. A folder of one's own
    (``feedback_dir``) is a ledger of its own: its database lies in it.
    """

    def __init__(self, feedback_dir: str | Path | None = None, *, home: Home | None = None) -> None:
        self.home = home or find_home()
        usual = self.home.root / "mlops" / "feedback"
        self.feedback_dir = Path(feedback_dir) if feedback_dir is not None else usual
        own = self.feedback_dir.resolve() != usual.resolve()
        self.database = self.feedback_dir / "feedback.db" if own else self.home.database

    def save_feedback(self, feedback: UserFeedback) -> str:
        """Keep one judgement; returns its id.

        Raises:
            ValueError: the rating is not 1..5, the question is empty, a text is too long.
        """
        with self.open_store() as store:
            feedback_id = save(
                store,
                Given(
                    question=feedback.question,
                    answer=feedback.answer,
                    rating=feedback.rating,
                    sources=tuple(feedback.sources),
                    text=feedback.feedback_text,
                    corrected_answer=feedback.corrected_answer,
                    user=feedback.user,
                    author=f"user:{feedback.user}"[:80] if feedback.user else "",
                    answer_id=feedback.answer_id,
                    timestamp=feedback.timestamp,
                    marks=tuple(map(mark_of, feedback.marks)),
                    wanted=feedback.wanted,
                ),
                paced=False,  # a program of ours calls this, not a reader
            )
        append_line(self.feedback_dir / EXPORT, {"feedback_id": feedback_id, **asdict(feedback)})
        return feedback_id

    def get_feedback(self, min_rating: int | None = None) -> list[UserFeedback]:
        """All feedback in force, oldest first; only what is rated ``min_rating`` or more."""
        return self.since("", min_rating)

    def prepare_training_data(self) -> list[dict[str, Any]]:
        """Question and answer pairs: what a reader corrected, or rated 4 or 5 as it stood.

        None about a document that was deleted.
        """
        return self.examples(self.since(""))

    def examples(self, feedback: Sequence[UserFeedback]) -> list[dict[str, Any]]:
        """The pairs of some feedback."""
        if not feedback:
            return []
        with self.open_store() as store:
            gone = Gone(store)
            return _examples(
                [f for f in feedback if not gone.spoken_of(f.answer_id, f.marks, f.sources)]
            )

    def get_statistics(self) -> dict[str, Any]:
        """Totals, ``avg_rating`` (nan for none) and ``correction_rate`` (0..1)."""
        return _statistics(self.since(""))

    def since(self, moment: str, min_rating: int | None = None) -> list[UserFeedback]:
        """The feedback received after a moment (ISO 8601, UTC)."""
        if not self.database.is_file():
            return []
        with self.open_store() as store:
            rows = store.feedback(since=moment)
        return [
            UserFeedback(
                row["stated_at"], row["question"], row["answer"], list(row["sources"]),
                row["rating"], row["feedback_text"], row["corrected_answer"], row["user"],
                row["answer_id"], list(row["marks"] or ()), row["wanted"],
            )
            for row in rows
            if min_rating is None or row["rating"] >= min_rating
        ]  # fmt: skip

    def open_store(self) -> Store:
        """The record that this feedback is in."""
        return Store(self.home, database=self.database)


class RetrainingPipeline:
    """The guide's rule: when enough readers since the last retraining are not content."""

    def __init__(self, feedback_dir: str | Path | None = None, *, home: Home | None = None) -> None:
        self.collector = FeedbackCollector(feedback_dir, home=home)

    @overload
    def should_retrain(
        self, min_feedbacks: int = ..., min_avg_rating: float = ..., explain: Literal[False] = ...
    ) -> bool: ...
    @overload
    def should_retrain(
        self, min_feedbacks: int = ..., min_avg_rating: float = ..., *, explain: Literal[True]
    ) -> Due: ...
    def should_retrain(
        self, min_feedbacks: int = 10, min_avg_rating: float = 3.0, explain: bool = False
    ) -> bool | Due:
        """At least ``min_feedbacks`` new ones, and a low mean or more than 20 % corrections.

        With ``explain``, the same with the reasons and how uncertain the mean is; it is true in a
        condition when a retraining is due.
        """
        due = judge(self.new(), min_feedbacks, min_avg_rating)
        return due if explain else due.due

    def prepare_retraining_data(self) -> dict[str, Any]:
        """Write the examples of the feedback since the last retraining; nothing is trained by it.

        Returns:
            ``training_examples`` (how many), ``data_file``, ``ready_for_training``, and what waits
            for a second person or is in force: ``entries`` by state.
        """
        examples = self.collector.examples(self.new())
        path = self.collector.feedback_dir / TRAINING_DATA
        _write_lines(path, examples)
        return {
            "training_examples": len(examples),
            "data_file": str(path),
            "ready_for_training": bool(examples),
            "entries": self._entries(),
        }

    def retrain(self, *, dry_run: bool = False, settings: Settings | None = None) -> Retraining:
        """Build the challenger, let the gate judge it, put it in service when it agrees.

        Args:
            dry_run: only say what would be learned.
            settings: those of the home when not given.

        Raises:
            NoRelease: nothing is in service yet: run ``ragphoto ingest``.
            AlreadyRunning: a run holds the lock.
        """
        from mlops.learning.retraining import retrain

        home = self.collector.home
        return retrain(home, settings or Settings.load(home), dry_run=dry_run)

    def _entries(self) -> dict[str, int]:
        if not self.collector.database.is_file():
            return {}
        from mlops.learning.entries import listing

        with self.collector.open_store() as store:
            return dict(Counter(str(row["state"]) for row in listing(store)))

    def record_retraining(self, *, release_id: str | None = None, note: str = "") -> None:
        """Note that a retraining was done: the feedback that led to it counts no more."""
        used = len(self.new())
        with self.collector.open_store() as store, store.write() as connection:
            connection.execute(
                sa.insert(t.retrainings).values(
                    at=now(), feedbacks=used, release_id=release_id, note=note
                )
            )

    def new(self) -> list[UserFeedback]:
        """The feedback in force received since the last retraining."""
        collector = self.collector
        if not collector.database.is_file():
            return []
        with collector.open_store() as store, store.read() as connection:
            last = connection.scalar(sa.select(sa.func.max(t.retrainings.c.at)))
        return collector.since(str(last or ""))


def _statistics(feedback: Sequence[UserFeedback]) -> dict[str, Any]:
    corrections = sum(bool(one.corrected_answer) for one in feedback)
    total = len(feedback)
    return {
        "total_feedbacks": total,
        "avg_rating": fmean(one.rating for one in feedback) if feedback else float("nan"),
        "with_corrections": corrections,
        "correction_rate": corrections / total if total else 0.0,
    }


def _examples(feedback: Sequence[UserFeedback]) -> list[dict[str, Any]]:
    """One example a feedback that says what the answer should be."""
    return [
        {
            "question": one.question,
            "answer": one.corrected_answer or one.answer,
            "corrected": bool(one.corrected_answer),
            "rating": one.rating,
            "sources": one.sources,
            "timestamp": one.timestamp,
        }
        for one in feedback
        if one.corrected_answer or one.rating >= GOOD_RATING
    ]


def _write_lines(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Replace the file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}-", delete=False, encoding="utf-8"
    ) as beside:
        beside.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        beside.flush()
        os.fsync(beside.fileno())
    Path(beside.name).replace(path)

"""What readers edit, take back or bring in a file, as far as learning goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlops.feedback import Given, Mark, save, withdraw
from mlops.feedback.importing import read_lines
from mlops.learning import entries, retraining
from mlops.learning.proposing import from_feedback
from mlops.serving import open_engine
from mlops.store import Store
from tests.app.small_home import QUESTION, SETTINGS, build

ANNE = "reader:anne-anne"
SAID = ("Le révélateur noircit les sels d'argent", "deux cents grammes d'hyposulfite de soude")


class Room:
    """A small collection, and one answer of it that a reader corrects."""

    def __init__(self, root: Path) -> None:
        self.root, self.home = root, build(root)
        self.store = Store(self.home)
        self.engine = open_engine(self.home, SETTINGS)
        self.book = next(s.document_id for s in self.engine.release.sources if s.kind == "pdf")
        self.answer = self.engine.ask(QUESTION)
        self.store.record_query(self.answer)

    def corrects(self, page: int, rating: int = 1) -> None:
        """The reader says what a page says, in the one remark that they have on this answer."""
        mark = Mark(self.book, page, right=True)
        save(self.store, Given(
            QUESTION, "…", rating, author=ANNE, answer_id=self.answer.answer_id,
            corrected_answer=SAID[page], marks=(mark,),
        ))  # fmt: skip
        from_feedback(self.store, self.engine, retraining.unproposed(self.store))

    def states(self) -> dict[int, str]:
        return {row["page_index"]: row["state"] for row in entries.listing(self.store)}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "home")
    yield made
    made.store.close()


def test_a_remark_edited_is_proposed_anew_and_what_it_said_before_is_not(room):
    room.corrects(0)
    assert room.states() == {0: "proposed"}
    room.corrects(1)
    assert room.states() == {0: "withdrawn", 1: "proposed"}


def test_another_rating_changes_nothing_of_what_was_proposed(room):
    room.corrects(0)
    room.corrects(0, rating=2)
    assert room.states() == {0: "proposed"}


def test_what_a_second_person_validated_stays_when_the_first_edits(room):
    room.corrects(0)
    (row,) = entries.listing(room.store)
    entries.review(room.store, row["entry_id"], by="user:paul", verdict="validate")
    room.corrects(1)
    assert room.states()[0] == "validated"


def test_nobody_takes_back_what_nobody_signed(room):
    unsigned = save(room.store, Given("Et le fixage ?", "…", 1))
    assert not withdraw(room.store, unsigned, "")
    assert not withdraw(room.store, unsigned, ANNE)
    assert withdraw(room.store, unsigned, "editor")


def test_a_file_of_one_persons_old_remarks_is_read_whole(room):
    lines = [{"question": f"Question {n} ?", "rating": 2, "user": "anne"} for n in range(400)]
    path = room.root / "old.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert read_lines(room.store, path).kept == 400

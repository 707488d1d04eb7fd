"""What readers agree on is held back where an editor's golden questions say otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from mlops import clock, releases
from mlops import store_tables as t
from mlops.gate.measured import OF_ONE, from_feedback
from mlops.learning import calibration, entries, fates
from mlops.learning.entries import EDITOR
from mlops.learning.inforce import in_force
from mlops.learning.vetting import derive_vetted
from mlops.serving import open_engine
from mlops.store import Store
from rag.index.release import Release
from rag.retrieve.memory import ENTRIES
from tests.app.small_home import QUESTION, SETTINGS, build

WRONG = "La profondeur de champ est la zone nette devant et derrière le sujet."  # of the note


class Room:
    """A small collection whose editor says that page 2 of the book answers ``QUESTION``."""

    def __init__(self, root: Path) -> None:
        self.home = build(root)
        golden = [
            {"id": "g1", "question": QUESTION, "kind": "how-to",
             "gold": [{"document": "livre.pdf", "page": 2}]},
        ]  # fmt: skip
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in golden)
        (root / "golden.jsonl").write_text(text, "utf-8")
        self.store = Store(self.home)
        self.engine = open_engine(self.home, SETTINGS)
        self.note = next(s.document_id for s in self.engine.release.sources if s.kind != "pdf")

    def teach(self, *authors: str) -> str:
        """People say one after the other that the note answers the golden question."""
        found = [
            entries.propose(
                self.store, self.engine.release, question=QUESTION, answer=WRONG,
                document_id=self.note, index=0, author=author,
            )
            for author in authors
        ]  # fmt: skip
        assert found[-1].state == "validated"
        return found[-1].entry_id

    def made(self) -> Release:
        parent = self.home.releases / str(releases.champion_id(self.store))
        return derive_vetted(self.home, SETTINGS, self.store, parent, in_force(self.store))

    def say(self, question: str, **values: object) -> str:
        """One feedback in the record."""
        with self.store.write() as connection:
            count = connection.scalar(sa.select(sa.func.count()).select_from(t.feedback))
            row = {
                "feedback_id": f"{count:032x}", "at": clock.stamp(), "stated_at": clock.stamp(),
                "question": question, "answer": "…", "sources": [], "rating": 1,
                "state": "received", **values,
            }  # fmt: skip
            connection.execute(sa.insert(t.feedback).values(**row))
        return str(row["feedback_id"])


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.store.close()


def test_what_readers_agree_on_against_a_golden_question_waits_for_an_editor(room):
    entry_id = room.teach("reader:one", "reader:two")
    assert room.made().extra(ENTRIES) == []
    (row,) = entries.listing(room.store)
    assert (row["state"], row["reason"]) == ("proposed", "contradicts_golden")
    entries.review(room.store, entry_id, by=EDITOR, verdict="validate")
    assert [one["entry_id"] for one in room.made().extra(ENTRIES)] == [entry_id]


def test_what_contradicts_nothing_is_served(room):
    entries.propose(
        room.store, room.engine.release, question="Qu'est-ce que la zone nette ?", answer=WRONG,
        document_id=room.note, index=0, author=EDITOR,
    )  # fmt: skip
    assert len(room.made().extra(ENTRIES)) == 1
    assert not entries.listing(room.store, "proposed")


def test_cookies_are_one_person_for_the_calibration_and_names_are_not(room):
    for token in range(12):
        room.say(f"Question {token} ?", author=f"reader:{token}", wanted="answer")
    assert {label.author for label in calibration.labels(room.store, room.engine)} == {""}
    assert calibration.learn(room.store, room.engine) == {}
    room.say("Une autre ?", author="user:anne", wanted="answer")
    room.say("Une autre encore ?", author=EDITOR, wanted="answer")
    found = {label.author for label in calibration.labels(room.store, room.engine)}
    assert found == {"", "user:anne", EDITOR}


@pytest.mark.parametrize(("author", "guards"), [("reader:one", False), (EDITOR, True)])
def test_one_reader_cannot_keep_releases_from_service(room, author, guards):
    """They mark what comes first as right: it would have to come first for good."""
    (page, *_) = room.engine.search(QUESTION).pages
    mark = {"document_id": page.document_id, "index": page.index, "right": True}
    room.say(QUESTION, author=author, marks=[mark])
    fates.recheck(room.store, room.engine)
    assert len(fates.wanted(room.store, "corrected")) == 1
    room.teach(EDITOR)
    after = type(room.engine)(room.made(), None)
    assert after.search(QUESTION).pages[0].document_id == room.note
    assert fates.returned(room.store, room.engine, after) == []  # an editor's answer overrules
    with room.store.write() as connection:  # the same had the program changed of itself
        connection.execute(sa.update(t.entries).values(validated_by="reader:two"))
    assert len(fates.returned(room.store, room.engine, after)) == int(guards)


def test_votes_of_one_reader_are_few_golden_questions_and_none_of_what_was_taught(room):
    answer = room.engine.ask(QUESTION)
    room.store.record_query(answer)
    for n in range(OF_ONE + 5):
        room.say(f"Question {n} ?", author="reader:one", rating=5, answer_id=answer.answer_id)
    assert len(from_feedback(room.store)) == OF_ONE
    room.say(QUESTION, author="reader:two", rating=5, answer_id=answer.answer_id)
    assert QUESTION in {one.question for one in from_feedback(room.store)}
    room.teach(EDITOR)
    assert QUESTION not in {one.question for one in from_feedback(room.store)}


@pytest.mark.parametrize(
    ("question", "wanted", "state", "why"),
    [
        (QUESTION, "answer", "corrected", ""),
        (QUESTION, "refusal", "not_corrected", "still_answered"),
        ("Qui a peint la Joconde ?", "refusal", "corrected", ""),
        ("Qui a peint la Joconde ?", "answer", "not_corrected", "nothing_to_learn"),
    ],
)
def test_what_should_or_should_not_be_answered_is_asked_again(room, question, wanted, state, why):
    said = room.say(question, author=EDITOR, wanted=wanted)
    with room.store.write() as connection:
        connection.execute(sa.update(t.feedback).values(state="diagnosed"))
    asked = fates.recheck(room.store, room.engine)
    assert asked[said].right == (state == "corrected")
    row = next(row for row in room.store.feedback() if row["feedback_id"] == said)
    assert (row["state"], row["fate"]["reason"]) == (state, why)
    assert not fates.recheck(room.store, room.engine), "once a release"

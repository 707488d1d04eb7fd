"""Remarks in the record: one a person and answer, changed and taken back by who made them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from mlops import clock
from mlops import feedback as room
from mlops import store_tables as t
from mlops.feedback import Given, Mark, TooMany
from mlops.feedback.keeping import A_DAY, A_MINUTE
from mlops.store import MAX_TEXT, Store, now
from rag.records import Collection, Source

BOOK = "b" * 64
ANN = Given("Quelle ouverture ?", "f/8", 2, author="reader:ann12345", answer_id="a1")


@pytest.fixture
def store(home):
    with Store(home) as opened:
        book = Source(BOOK, "livre.pdf", "livre.pdf", (), "pdf", 10, 3)
        opened.record_collection(Collection((book,), ()), root="data")
        yield opened


def diagnosed(store, feedback_id):
    with store.write() as connection:
        connection.execute(
            sa.insert(t.diagnoses).values(
                feedback_id=feedback_id, at=now(), release_id="r", program="p", cause="misread",
                detail="", evidence={}, remedy="read_again", group_key="g",
            )
        )  # fmt: skip
        connection.execute(
            sa.insert(t.entries).values(
                entry_id=f"e-{feedback_id[:8]}", at=now(), feedback_id=feedback_id, question="q",
                wordings=[], answer="r", document_id=BOOK, page_index=0, quote="", page_key="k",
                author="reader:ann12345", state="proposed", reason="",
            )
        )  # fmt: skip
        connection.execute(sa.update(t.feedback).values(state="diagnosed"))


def count(store, table):
    with store.read() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


def test_one_person_counts_once_an_answer(store):
    first = room.save(store, ANN)
    second = room.save(store, replace(ANN, rating=1, text="toujours faux"))
    (row,) = room.rows(store)
    assert first == second == row["feedback_id"]
    assert (row["rating"], row["feedback_text"]) == (1, "toujours faux")
    assert row["updated_at"] is not None


def test_one_person_counts_once_a_question_and_answer_without_an_id(store):
    """As the guide's parameters have it; an editor may speak for several."""
    bare = replace(ANN, answer_id=None)
    assert room.save(store, bare) == room.save(store, replace(bare, rating=5))
    room.save(store, replace(bare, answer="autre chose"))
    room.save(store, replace(bare, author="reader:bob12345"))
    assert len(room.rows(store)) == 3
    editor = replace(bare, author="editor")
    assert room.save(store, editor) != room.save(store, editor)


def test_another_person_and_another_answer_are_other_remarks(store):
    for given in (ANN, replace(ANN, author="reader:bob12345"), replace(ANN, answer_id="a2")):
        room.save(store, given)
    assert len(room.rows(store)) == 3
    assert [row["answer_id"] for row in room.of_author(store, "reader:bob12345")] == ["a1"]


def test_nobody_in_particular_is_never_taken_for_somebody(store):
    unsigned = replace(ANN, author="")
    one, two = room.save(store, unsigned), room.save(store, unsigned)
    assert one != two
    assert room.of_author(store, "") == []
    assert not room.withdraw(store, one, "")
    assert not room.edit(store, one, "", rating=5)
    assert room.withdraw(store, one, "editor")


def test_what_changed_is_looked_at_again(store):
    feedback_id = room.save(store, ANN)
    diagnosed(store, feedback_id)
    room.save(store, replace(ANN, corrected_answer="f/11"))
    assert room.rows(store)[0]["state"] == "received"
    assert count(store, t.diagnoses) == 0
    with store.read() as connection:
        assert connection.scalar(sa.select(t.entries.c.state)) == "withdrawn"


def test_what_is_said_twice_changes_nothing(store):
    feedback_id = room.save(store, ANN)
    diagnosed(store, feedback_id)
    room.save(store, ANN)
    (row,) = room.rows(store)
    assert (row["state"], row["updated_at"], count(store, t.diagnoses)) == ("diagnosed", None, 1)


def test_only_its_author_changes_a_remark(store):
    feedback_id = room.save(store, ANN)
    assert not room.edit(store, feedback_id, "reader:bob12345", rating=5)
    assert not room.withdraw(store, feedback_id, "reader:bob12345")
    assert room.edit(store, feedback_id, ANN.author, corrected_answer="f/11", wanted="answer")
    (row,) = room.rows(store)
    assert (row["rating"], row["corrected_answer"], row["wanted"]) == (2, "f/11", "answer")
    assert room.withdraw(store, feedback_id, ANN.author)
    assert room.rows(store) == []
    assert not room.edit(store, feedback_id, ANN.author, rating=5)
    assert not room.withdraw(store, feedback_id, ANN.author)


def test_what_a_remark_is_about_cannot_be_edited(store):
    feedback_id = room.save(store, ANN)
    for change in ({"question": "autre"}, {"user": "ann"}, {"answer_id": "a9"}):
        with pytest.raises(ValueError, match="want corrected_answer"):
            room.edit(store, feedback_id, ANN.author, **change)
    with pytest.raises(ValueError, match="1 to 5"):
        room.edit(store, feedback_id, ANN.author, rating=9)


def test_taking_back_takes_what_was_proposed(store):
    feedback_id = room.save(store, ANN)
    diagnosed(store, feedback_id)
    assert room.withdraw(store, feedback_id, ANN.author)
    with store.read() as connection:
        assert connection.scalar(sa.select(t.entries.c.state)) == "withdrawn"


@pytest.mark.parametrize(
    "change",
    [
        {"rating": 0}, {"rating": 6}, {"rating": True}, {"rating": 4.0}, {"question": " \n"},
        {"question": "\x00\x07"}, {"wanted": "money"}, {"text": "x" * (MAX_TEXT + 1)},
        {"corrected_answer": "x" * (MAX_TEXT + 1)}, {"author": "reader:" + "x" * 80},
        {"marks": (Mark(BOOK, 0, True),) * 51}, {"marks": (Mark(BOOK, -1, True),)},
        {"marks": (Mark(BOOK, 3, True),)}, {"marks": (Mark("c" * 64, 0, True),)},
        {"marks": (Mark(BOOK, 0, True, first=4),)},
        {"marks": (Mark(BOOK, 0, True, first=4, last=4),)},
    ],
)  # fmt: skip
def test_what_is_not_a_remark_is_refused_and_nothing_is_kept(store, change):
    with pytest.raises(ValueError, match=r"want|pages count|no such page|empty question"):
        room.save(store, replace(ANN, **change))
    assert room.rows(store) == []


def test_texts_are_data_without_control_characters(store):
    said = "<script>x</script>\x00\x1b[31m ‮drop table;\r\nfin"
    room.save(store, replace(ANN, text=said, answer="f/8\x07 et f/11"))
    (row,) = room.rows(store)
    assert row["feedback_text"] == "<script>x</script>  [31m drop table; \nfin"
    assert row["answer"] == "f/8  et f/11"


def test_the_answer_as_it_was_corrects_nothing(store):
    room.save(store, replace(ANN, corrected_answer="f/8 "))
    assert room.rows(store)[0]["corrected_answer"] is None


def test_pages_marked_are_kept(store):
    marks = (Mark(BOOK, 2, True, 3, 7), Mark(BOOK, 0, False))
    room.save(store, replace(ANN, marks=marks))
    assert room.rows(store)[0]["marks"] == [
        {"document_id": BOOK, "index": 2, "right": True, "first": 3, "last": 7},
        {"document_id": BOOK, "index": 0, "right": False},
    ]


def test_one_person_has_a_pace_whichever_process_keeps_it(store, home):
    moment = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)
    with clock.told_by(moment), Store(home) as other:
        for number in range(A_MINUTE):
            room.save((store, other)[number % 2], replace(ANN, answer_id=f"a{number}"))
        with pytest.raises(TooMany) as refused:
            room.save(other, replace(ANN, answer_id="more"))
        assert refused.value.code == "too_many_remarks"
        room.save(other, replace(ANN, answer_id="a0", rating=1))  # one said already may change
        room.save(other, replace(ANN, author="reader:bob12345"))
    with clock.told_by(moment + timedelta(seconds=61)):
        room.save(store, replace(ANN, answer_id="later"))


def test_taking_back_and_saying_again_does_not_beat_the_day(store):
    moment = datetime(2026, 1, 2, 0, 0, tzinfo=UTC)
    for number in range(A_DAY):
        with clock.told_by(moment + timedelta(minutes=number)):
            room.withdraw(store, room.save(store, ANN), ANN.author)
    with clock.told_by(moment + timedelta(minutes=A_DAY)), pytest.raises(TooMany):
        room.save(store, ANN)


def test_two_at_once_make_one_row(home, store):
    def once(number):
        with Store(home) as mine:
            return room.save(mine, replace(ANN, rating=1 + number % 5))

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(once, range(12)))) == 1
    assert len(room.rows(store)) == 1


def test_numbers_cannot_be_guessed(store):
    made = {room.save(store, replace(ANN, author="")) for _ in range(20)}
    assert len(made) == 20
    assert all(len(one) == 32 for one in made)


def test_rows_are_chosen(store):
    for number, rating in enumerate((1, 3, 5)):
        with clock.told_by(datetime(2026, 1, 1 + number, tzinfo=UTC)):
            room.save(store, replace(ANN, rating=rating, answer_id=str(number)))
    assert [row["rating"] for row in room.rows(store)] == [5, 3, 1]
    assert [row["rating"] for row in room.rows(store, rating_max=3)] == [3, 1]
    assert [row["rating"] for row in room.rows(store, since="2026-01-02")] == [5, 3]
    assert room.rows(store, state="corrected") == []

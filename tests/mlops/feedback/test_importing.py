"""Old files of remarks: each line once, bad ones named, nothing lost."""

from __future__ import annotations

import json

import pytest

from mlops import clock
from mlops import feedback as room
from mlops.feedback.importing import Imported, read_lines
from mlops.feedback.keeping import A_MINUTE, line_of
from mlops.feedback_loop import FeedbackCollector, UserFeedback
from mlops.store import Store
from rag.errors import SettingsError

FULL = {
    "timestamp": "2025-05-06T07:08:09", "question": "Quelle ouverture ?", "answer": "f/8",
    "sources": [{"document": "livre.pdf", "page": 3}], "rating": 2, "feedback_text": "faux",
    "corrected_answer": "f/11", "user": "ann",
}  # fmt: skip


@pytest.fixture
def store(home):
    with Store(home) as opened:
        yield opened


def write(home, *lines):
    path = home.root / "old.jsonl"
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n"
                            for one in lines), "utf-8")  # fmt: skip
    return path


def test_every_field_of_the_guide_comes_in(store, home):
    assert read_lines(store, write(home, FULL)).kept == 1
    (row,) = room.rows(store)
    assert (row["stated_at"], row["author"], row["user"]) == (FULL["timestamp"], "user:ann", "ann")
    for name in ("question", "answer", "sources", "rating", "feedback_text", "corrected_answer"):
        assert row[name] == FULL[name]


def test_old_lines_may_lack_what_is_optional(store, home):
    found = read_lines(store, write(home, {"question": "q", "rating": 4}, "", FULL))
    assert (found.kept, found.bad) == (2, ())


def test_the_same_content_is_counted_once(store, home):
    shuffled = json.dumps(dict(reversed(FULL.items())))
    path = write(home, FULL, FULL, shuffled, FULL | {"rating": 3})
    assert (read_lines(store, path).kept, read_lines(store, path).kept) == (2, 0)
    assert read_lines(store, path).known == 4
    assert len(room.rows(store)) == 2


def test_bad_lines_are_named_and_the_others_kept(store, home):
    bad = [
        "{not json", "[1]", {"question": "q"}, {"rating": 3}, FULL | {"rating": 6},
        FULL | {"rating": "4"}, FULL | {"question": ""}, FULL | {"sources": "livre.pdf"},
        FULL | {"feedback_text": 3}, FULL | {"marks": [{"page": 1}]}, FULL | {"marks": 3},
        "[" * 100_000,
    ]  # fmt: skip
    found = read_lines(store, write(home, *bad, FULL))
    assert found.kept == 1
    assert [one.number for one in found.bad] == list(range(1, len(bad) + 1))
    assert all(one.why for one in found.bad)
    codes = ["not_json", "not_json", "incomplete", "incomplete", "rating", "rating", "question",
             "kind", "kind", "mark", "mark", "not_json"]  # fmt: skip
    assert [one.code for one in found.bad] == codes


def test_a_file_of_one_person_is_not_paced(store, home):
    lines = [FULL | {"question": f"q{number}"} for number in range(A_MINUTE + 5)]
    assert read_lines(store, write(home, *lines)).kept == A_MINUTE + 5


def test_our_own_export_comes_back_once(store, home):
    collector = FeedbackCollector()
    with clock.told_by(clock.read("2026-01-02T03:04:05+00:00")):
        collector.save_feedback(UserFeedback("2026-01-02", "q", "r", [], 3, user="ann"))
    written = home.root / "mlops" / "feedback" / "feedback.jsonl"
    assert read_lines(store, written).known == 1
    again = write(home, *(line_of(row) for row in room.rows(store)))
    assert (read_lines(store, again).known, len(room.rows(store))) == (1, 1)


def test_ids_of_others_are_not_trusted(store, home):
    path = write(home, FULL | {"feedback_id": "../x"}, FULL | {"feedback_id": "1"})
    assert read_lines(store, path).kept == 2
    assert all(len(row["feedback_id"]) == 32 for row in room.rows(store))


def test_a_file_that_is_not_there_is_said(store, home):
    with pytest.raises(SettingsError) as refused:
        read_lines(store, home.root / "absent.jsonl")
    assert refused.value.code == "remarks_absent"
    (home.root / "latin.jsonl").write_bytes(b'{"question": "\xe9t\xe9 ?", "rating": 1}')
    with pytest.raises(SettingsError) as refused:
        read_lines(store, home.root / "latin.jsonl")
    assert refused.value.code == "remarks_unreadable"


@pytest.mark.parametrize("marks", ['["x"]', '"x"', '{"a": 1}', "5"])
def test_marks_of_another_kind_are_a_bad_line(store, tmp_path, marks):
    path = tmp_path / "f.jsonl"
    path.write_text(f'{{"question": "q", "rating": 1, "marks": {marks}}}\n', "utf-8")
    assert [one.number for one in read_lines(store, path).bad] == [1]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85"])
def test_a_line_end_of_unicode_inside_a_text_is_no_end_of_line(store, tmp_path, end):
    path = tmp_path / "f.jsonl"
    row = {"question": "q", "answer": f"a{end}b", "rating": 1}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    assert read_lines(store, path) == Imported(1, 0, ())

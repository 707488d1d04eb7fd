"""One person's data: given whole, then gone everywhere."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from mlops import feedback as room
from mlops import store_tables as t
from mlops.feedback import Given
from mlops.feedback.persons import erase_lines
from mlops.feedback_loop import FeedbackCollector, RetrainingPipeline, UserFeedback
from mlops.store import Store, now

ANN, BOB = "user:ann", "reader:bob12345"


@pytest.fixture
def store(home):
    with Store(home) as opened:
        yield opened


def taught(store, name, author, feedback_id=None, **more):
    values = {
        "entry_id": name, "at": now(), "feedback_id": feedback_id, "question": f"de {author}",
        "wordings": ["autrement"], "answer": "réponse", "document_id": "b" * 64, "page_index": 0,
        "quote": "page", "page_key": "k", "author": author, "state": "validated", "reason": "",
    }  # fmt: skip
    with store.write() as connection:
        connection.execute(sa.insert(t.entries).values(**(values | more)))


def asked(store, answer_id, **who):
    with store.write() as connection:
        connection.execute(
            sa.insert(t.queries).values(
                answer_id=answer_id, at=now(), question="q", outcome="answer", reason="",
                release_id="r", seconds=0.1, answer_chars=1, sources=1, **who,
            )
        )  # fmt: skip


def everything(store):
    """All the text of the database."""
    with store.read() as connection:
        return json.dumps(
            [
                [list(map(str, row)) for row in connection.execute(sa.select(table))]
                for table in t.metadata.sorted_tables
            ]
        )


def test_one_person_s_data_is_whole_and_only_theirs(store):
    room.save(store, Given("q", "r", 2, author=ANN, user="ann", text="mot"))
    room.save(store, Given("q", "r", 2, author=BOB, text="autre"))
    taught(store, "e1", ANN)
    asked(store, "a1", user="ann")
    asked(store, "a2", reader="bob12345")
    found = room.export(store, ANN)
    assert {name: len(rows) for name, rows in found.items() if rows} == {
        "feedback": 1, "entries": 1, "questions": 1,
    }  # fmt: skip
    assert found["questions"][0]["answer_id"] == "a1"


def test_erasure_leaves_nothing_of_one_and_all_of_the_other(store):
    said = room.save(store, Given("q", "r", 2, author=ANN, user="ann", text="mon secret"))
    room.save(store, Given("q", "r", 2, author=BOB, text="reste"))
    taught(store, "e1", ANN, said)
    taught(store, "e2", BOB, validated_by=ANN)
    with store.write() as connection:
        connection.execute(
            sa.insert(t.diagnoses).values(
                feedback_id=said, at=now(), release_id="r", program="p", cause="misread",
                detail="", evidence={"said": "mon secret"}, remedy="x", group_key="g",
            )
        )  # fmt: skip
        connection.execute(
            sa.insert(t.rechecks).values(
                feedback_id=said, release_id="r", at=now(), right=False, outcome="answer"
            )
        )
        connection.execute(
            sa.insert(t.reviews).values(
                at=now(), kind="entry", subject="e2", author=ANN, verdict="validate", note="secret"
            )
        )
    asked(store, "a1", user="ann")
    counts = room.erase(store, ANN)
    assert (counts["feedback"], counts["entries"], counts["questions"]) == (1, 1, 1)
    left = everything(store)
    for word in ("secret", "user:ann", "'ann'", '"ann"', said):
        assert word not in left
    assert "reste" in left
    with store.read() as connection:
        states = dict(connection.execute(sa.select(t.entries.c.entry_id, t.entries.c.state)).all())
    assert states == {"e1": "withdrawn", "e2": "validated"}
    assert room.erase(store, ANN)["feedback"] == 0


@pytest.mark.parametrize("author", ["", "editor", "ann", "user:", "x:y"])
def test_only_a_person_is_erased(store, author):
    room.save(store, Given("q", "r", 2, author=""))
    for act in (room.export, room.erase):
        with pytest.raises(ValueError, match="user:NAME"):
            act(store, author)
    assert len(room.rows(store)) == 1


def test_the_files_beside_forget_too(home, store):
    collector = FeedbackCollector()
    for user in ("ann", "bob"):
        collector.save_feedback(UserFeedback("2026", "q", "r", [], 5, f"mot de {user}", user=user))
    RetrainingPipeline().prepare_retraining_data()
    folder = collector.feedback_dir
    (folder / "feedback.jsonl").open("a").write("pas du JSON\n")
    said = [row["feedback_id"] for row in room.export(store, ANN)["feedback"]]
    assert erase_lines(folder, ANN, said) == 1
    left = (folder / "feedback.jsonl").read_text("utf-8")
    assert "mot de bob" in left and "ann" not in left and "pas du JSON" in left
    assert not (folder / "training_data.jsonl").exists()
    assert erase_lines(folder, BOB, []) == 0


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85"])
def test_a_text_with_line_ends_of_unicode_is_forgotten_in_the_files(tmp_path, end):
    path = tmp_path / "feedback.jsonl"
    theirs = json.dumps({"user": "alice", "answer": f"a{end}b"}, ensure_ascii=False)
    path.write_text(f'{theirs}\n[1]\n{{"user": "bob"}}\n', "utf-8")
    assert erase_lines(tmp_path, "user:alice", ()) == 1
    assert path.read_text("utf-8") == '[1]\n{"user": "bob"}\n'

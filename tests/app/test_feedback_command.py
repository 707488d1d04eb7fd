"""``ragphoto feedback``: said, listed, shown, brought in, given out, taken back, reviewed."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from app import cli, console
from mlops import feedback as room
from mlops import store_tables as t
from mlops.feedback import Given
from mlops.store import Store, now
from tests.app.small_home import QUESTION


@pytest.fixture
def run(capsys, monkeypatch):
    """The command in this process: what it wrote."""
    monkeypatch.setenv("RAG_EMBEDDER", "none")
    monkeypatch.setattr(console, "_language", "fr")

    def run(*arguments, home, code=0):
        with pytest.raises(SystemExit) as ended:
            cli.main([*arguments, "--home", str(home.root)])
        written = capsys.readouterr()
        assert (ended.value.code or 0) == code, written.err + written.out
        return written

    return run


def rows(run, home, *more):
    return json.loads(run("feedback", "list", "--json", *more, home=home).out)


def say(run, home, *more, code=0):
    given = ("--question", QUESTION, "--answer-text", "f/8", *more)
    return run("feedback", *given, home=home, code=code)


def proposed(home, author="reader:ann12345"):
    with Store(home) as store, store.write() as connection:
        connection.execute(
            sa.insert(t.entries).values(
                entry_id="e" * 32, at=now(), question=QUESTION, wordings=[], answer="dix minutes",
                document_id="b" * 64, page_index=1, quote="l'épreuve dix minutes", page_key="k",
                author=author, state="proposed", reason="",
            )
        )  # fmt: skip


def test_an_editor_points_at_the_right_page(run, home):
    say(run, home, "--rating", "1", "--page", "livre.pdf:2", "--wanted", "answer")
    (row,) = rows(run, home)
    assert (row["author"], row["wanted"], row["marks"][0]["index"]) == ("editor", "answer", 1)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--page", "livre.pdf"), ("--page", "livre.pdf:0"), ("--page", "livre.pdf:3"),
        ("--page", "absent.pdf:1"), ("--wanted", "money"),
    ],
    ids=lambda given: given[1],
)  # fmt: skip
def test_what_cannot_be_is_a_usage_error(run, home, wrong):
    told = say(run, home, "--rating", "1", *wrong, code=2)
    assert told.err and "Traceback" not in told.err
    assert rows(run, home) == []


def test_the_list_is_chosen(run, home):
    for rating in ("1", "3", "5"):
        say(run, home, "--rating", rating)
    assert [row["rating"] for row in rows(run, home)] == [1, 3, 5]
    assert [row["rating"] for row in rows(run, home, "--rating-max", "3")] == [1, 3]
    assert rows(run, home, "--state", "corrected") == []
    assert rows(run, home, "--since", "2999-01-01") == []
    run("feedback", "list", "--state", "forgotten", home=home, code=2)


def test_one_is_shown_with_its_fate_then_taken_back(run, home):
    say(run, home, "--rating", "1", "--correction", "f/11")
    (row,) = rows(run, home)
    begins = row["feedback_id"][:8]
    told = run("feedback", "show", begins, home=home).out
    assert "f/11" in told and "cette nuit" in told
    assert "tonight" in run("feedback", "show", begins, "--lang", "en", home=home).out
    run("feedback", "withdraw", begins, home=home)
    assert rows(run, home) == []
    run("feedback", "show", begins, home=home, code=2)


def test_what_is_exported_is_imported_once(run, home, tmp_path):
    say(run, home, "--rating", "2")
    file = tmp_path / "out.jsonl"
    run("feedback", "export", "--out", str(file), home=home)
    told = json.loads(run("feedback", "import", str(file), "--json", home=home).out)
    assert (told["kept"], told["known"]) == (0, 1)
    file.write_text('{"question": "q", "rating": 4}\nnot json\n', "utf-8")
    told = run("feedback", "import", str(file), home=home, code=1)
    assert "1 remarques reprises" in told.out and "ligne 2" in told.err
    run("feedback", "import", str(tmp_path / "absent.jsonl"), home=home, code=2)


def test_what_waits_is_settled_by_an_editor(run, home):
    assert "Rien n’attend" in run("feedback", "review", home=home).out
    proposed(home)
    told = run("feedback", "review", home=home).out
    assert QUESTION in told and "l'épreuve dix minutes" in told
    told = run("feedback", "review", "eeee", "--refuse", "--note", "non", "--json", home=home)
    assert json.loads(told.out)["state"] == "refused"
    with Store(home) as store, store.read() as connection:
        review = connection.execute(sa.select(t.reviews)).one()
    assert (review.author, review.verdict, review.note) == ("editor", "refuse", "non")
    run("feedback", "review", "inconnu", "--validate", home=home, code=2)


def test_a_person_s_data_is_given_then_forgotten(run, home):
    with Store(home) as store:
        room.save(store, Given("q", "r", 2, author="user:ann", user="ann", text="mot"))
    kept = json.loads(run("feedback", "person", "user:ann", home=home).out)
    assert kept["feedback"][0]["feedback_text"] == "mot"
    run("feedback", "person", "user:ann", "--erase", home=home)
    assert rows(run, home) == []
    run("feedback", "person", "ann", home=home, code=2)


def test_an_editor_corrects_a_word(run, home):
    told = run("feedback", "word", "livre.pdf:2", "6-7", "pain", "--json", home=home)
    found = json.loads(told.out)
    assert found["state"] == "validated"
    for wrong in (("livre.pdf", "6-7"), ("livre.pdf:2", "six"), ("livre.pdf:2", "900-901")):
        run("feedback", "word", *wrong, "pain", home=home, code=2)


def test_an_answer_is_named_by_the_beginning_of_its_id(run, home):
    shown = json.loads(run("ask", QUESTION, "--json", home=home).out)["answer_id"]
    said = run("feedback", "--answer", shown[:8], "--rating", "2", home=home)
    (row,) = rows(run, home)
    assert row["answer_id"] == shown
    assert f"feedback show {row['feedback_id'][:8]}" in said.err
    told = run("feedback", "--answer", "0000", "--rating", "2", home=home, code=2).err
    assert "Aucune réponse 0000" in told
    assert (
        "Aucune réponse" in run("feedback", "--answer", "-", "--rating", "2", home=home, code=2).err
    )


def test_a_page_that_does_not_answer_is_marked_wrong(run, home):
    say(run, home, "--rating", "1", "--page", "livre.pdf:2", "--wrong-page", "livre.pdf:1")
    (row,) = rows(run, home)
    assert [(mark["index"], mark["right"]) for mark in row["marks"]] == [(1, True), (0, False)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--page", "livre.pdf:3"), "livre.pdf » n’a pas de page 3"),
        (("--wanted", "oui"), "écrivez answer"),
        (("--page", "absent.pdf:1"), "absent.pdf"),
    ],
)
def test_what_is_wrong_is_said_in_french(run, home, wrong, said):
    told = say(run, home, "--rating", "1", *wrong, code=2).err.replace("\u202f", " ")
    assert said in told.replace("\xa0", " ")


def test_faults_of_files_and_of_names_say_what_to_type(run, home, tmp_path):
    lines = tmp_path / "vieux.jsonl"
    lines.write_text(
        '{"question": "q ?"}\npas du JSON\n{"question": "q ?", "rating": 2}\n', "utf-8"
    )
    told = run("feedback", "import", str(lines), home=home, code=1).err
    assert "question ou la note" in told and "objet JSON" in told
    told = run("feedback", "import", str(tmp_path / "absent.jsonl"), home=home, code=2).err
    assert "n’existe pas" in told and "chmod" not in told
    told = run("feedback", "export", "--out", str(tmp_path / "no/f.jsonl"), home=home, code=2).err
    assert "--out" in told
    assert "user:NOM" in run("feedback", "person", "anne", home=home, code=2).err
    assert "feedback list" in run("feedback", "show", "zz", home=home, code=2).err
    assert "feedback review" in run("feedback", "review", "zz", "--validate", home=home, code=2).err
    assert "DEBUT-FIN" in run("feedback", "word", "livre.pdf:1", "3", "x", home=home, code=2).err
    assert "foo" in run("feedback", "list", "--state", "foo", home=home, code=2).err


def test_a_retraining_says_what_is_proposed_and_what_waits(run, home):
    with Store(home) as store:
        book = next(s.document_id for s in store.sources() if s.name == "livre.pdf")
        room.save(store, Given(
            QUESTION, "…", 1, corrected_answer="deux cents grammes d'hyposulfite",
            author="reader:ann12345", marks=(room.Mark(book, 1, right=True),),
        ))  # fmt: skip
    assert "proposeraient quelque chose" in run("retrain", "--dry-run", home=home).out
    told = run("retrain", home=home, code=1).out  # nothing measures this home's first release
    assert "proposées, à valider" in told and "ragphoto feedback review" in told
    assert json.loads(run("retrain", "--json", home=home, code=1).out)["waiting"] == 1


def test_a_remark_is_shown_with_its_pages_what_it_taught_and_how_it_went(run, home):
    say(
        run, home, "--rating", "1", "--page", "livre.pdf:2", "--wrong-page", "notes.md:1",
        "--wanted", "answer", "--correction", "deux cents grammes d'hyposulfite",
    )  # fmt: skip
    (row,) = rows(run, home)
    run("retrain", home=home, code=1)
    told = run("feedback", "show", row["feedback_id"][:8], home=home).out
    assert "bonne page : livre.pdf, p. 2" in told.replace("\xa0", " ")
    assert "pas la bonne page : notes.md, p. 1" in told.replace("\xa0", " ")
    assert "il fallait répondre" in told
    assert "périmé (la page a été relue autrement" in told  # the retraining read this home again
    assert "reposée à la version" in told and "la bonne page au rang 1" in told


def test_a_date_that_is_none_is_said(run, home):
    assert "hier" in run("feedback", "list", "--since", "hier", home=home, code=2).err


def test_a_diagnosis_says_how_many_it_looked_at(run, home):
    say(run, home, "--rating", "1", "--page", "livre.pdf:2")
    assert "à l’instant\u00a0: 1." in run("diagnose", home=home).out
    told = run("diagnose", home=home).out
    assert "à l’instant\u00a0: 0." in told and "Aucune remarque" not in told

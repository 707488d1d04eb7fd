"""``ragphoto eval run``: readable at 100 columns, the same twice, refusing what it cannot do."""

from __future__ import annotations

import json

import pytest

from app.tables import WIDTH, Table, as_markdown, as_text
from tests.app.small_home import QUESTION
from tests.app.test_cli import run

ROWS = (
    {"id": "a", "question": QUESTION, "kind": "how-to", "answer": "200 grammes",
     "gold": [{"document": "livre.pdf", "page": 2}]},
    {"id": "u", "question": "Qui a gagné le tour de France 1998 ?", "kind": "off-domain"},
    {"id": "x", "question": "Ailleurs ?", "gold": [{"document": "ailleurs.pdf", "page": 1}]},
)  # fmt: skip


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    return path


def test_run_measures_and_writes_and_is_the_same_twice(shared_home, questions, tmp_path):
    out = tmp_path / "out"
    done = run("eval", "run", str(questions), "--json", "--out", str(out), home=shared_home)
    again = run("eval", "run", str(questions), "--json", home=shared_home)
    assert done.stdout == again.stdout
    measured = json.loads(done.stdout)
    assert measured["questions"] == 2  # the third is about a document that is not there
    assert measured["estimates"]["MRR@10"]["mean"] == 1
    assert "1 questions laissées de côté" in done.stderr
    assert json.loads((out / "summary.json").read_text("utf-8")) == measured
    rows = [json.loads(line) for line in (out / "questions.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["a", "u"]
    assert (out / "report.md").read_text("utf-8").startswith("## Version ")


def test_a_release_against_itself_gains_nothing_in_a_hundred_columns(shared_home, questions):
    own = json.loads(run("release", "list", "--json", home=shared_home).stdout)
    rows = own if isinstance(own, list) else own["releases"]
    release = rows[0].get("id") or rows[0].get("release_id")
    done = run("eval", "run", str(questions), "--release", release[:8], "--against", release,
               home=shared_home)  # fmt: skip
    assert "décelable" in done.stdout and "+0,000" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= WIDTH
    english = run("eval", "run", str(questions), "--lang", "en", "--markdown", home=shared_home)
    assert "| recall@1 | 1.000 |" in english.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--release", "inconnue"], "release list"),
        (["--release", ".."], "release list"),
        (["--where", "kind"], "kind, lang, collection"),
        (["--where", "kind=rien"], "Aucune question"),
        (["--judge"], "modèle"),
    ],
)
def test_what_cannot_be_measured_is_said(shared_home, questions, arguments, words):
    done = run("eval", "run", str(questions), *arguments, home=shared_home, code=2)
    assert words in done.stderr and done.stdout == ""


def test_without_questions_it_says_how_to_write_some(shared_home, questions):
    assert "golden add" in run("eval", "run", home=shared_home, code=2).stderr
    twice = run("eval", "run", str(questions), str(questions), home=shared_home, code=2)
    assert "« a »" in twice.stderr or "identifiant a" in twice.stderr


def test_a_table_is_cut_to_fit_and_its_bars_escaped():
    table = Table("T", ("nom", "n"), (("x" * 200, "1"), ("a|b", "22")))
    assert max(map(len, as_text([table]).splitlines())) == WIDTH
    assert "a\\|b" in as_markdown([table])

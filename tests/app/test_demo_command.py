"""``ragphoto demo``: the loop works, and a loop that does not is told, not hidden."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from app import demonstration, messages
from app.commands import demo
from app.demonstration import CASES, STEPS, NotShown, Shown, borrow, right
from mlops.golden_file import load
from rag.cache import StageCache
from rag.settings import PROJECT_ROOT, Home, Settings

SAMPLE = PROJECT_ROOT / "sample"


def run(*arguments, **environment):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("RAG_")}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "demo", *arguments],
        capture_output=True, text=True, check=False, env={**kept, **environment},
    )  # fmt: skip


def answer(*places):
    citations = [
        SimpleNamespace(document=name, anchors=(SimpleNamespace(index=page - 1),))
        for name, page in places
    ]
    return SimpleNamespace(sentences=[SimpleNamespace(citations=citations)], text="…")


def test_right_is_the_first_page_cited_and_nothing_else():
    case = CASES[0]
    assert right(answer((case.document, case.page)), case)
    assert not right(answer((case.document, case.page + 1)), case)
    assert not right(answer(("cours-exposition.pdf", 1), (case.document, case.page)), case)
    assert not right(answer(), case)


def test_the_questions_are_none_of_those_the_gate_asks():
    golden = {one.question.casefold() for one in load(SAMPLE / "golden.jsonl")}
    assert not golden & {case.question.casefold() for case in CASES}
    assert all((SAMPLE / "data" / case.document).is_file() for case in CASES)


@pytest.fixture
def shown(tmp_path):
    return Shown(Home(tmp_path), Settings(embedder="none"))


def play(shown, monkeypatch, *steps):
    monkeypatch.setattr(demonstration, "STEPS", tuple(zip(("read", "ask"), steps, strict=False)))
    return demo.play(shown, pauses=False, keep=None)


def test_a_step_that_does_not_do_what_it_says_stops_the_demonstration(shown, monkeypatch, capsys):
    def fails(_):
        raise NotShown("la page ne dit rien")

    assert play(shown, monkeypatch, fails, fails) == "la page ne dit rien"
    assert [(step["step"], step["ok"]) for step in shown.steps] == [("read", False)]
    told = capsys.readouterr()
    assert "s’arrête ici" in told.err and "boucle a été montrée" not in told.out


def test_a_failure_that_is_no_more_is_told_and_another_question_tried(shown, monkeypatch, capsys):
    asked = []

    def ask(question):
        asked.append(question)
        case = next(case for case in CASES if case.question == question)
        return answer((case.document, case.page))

    engine = SimpleNamespace(ask=ask, release=SimpleNamespace(id="r"))
    monkeypatch.setattr(demonstration, "opened", lambda shown: engine)
    with pytest.raises(NotShown, match="bonne nouvelle"):
        demonstration.step_ask(shown)
    assert asked == [case.question for case in CASES]
    assert capsys.readouterr().out.count("bien répondue") == len(CASES)


def test_a_folder_that_holds_a_collection_is_left_alone(home):
    before = sorted(path for path in home.root.rglob("*"))
    done = run("--keep", str(home.root))
    assert done.returncode == 2
    assert "--keep" in done.stderr
    assert sorted(path for path in home.root.rglob("*")) == before


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    done = run("--keep", str(tmp_path / "file" / "here"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and "--keep" in done.stderr


def test_only_readings_of_the_samples_own_bytes_are_taken_up(tmp_path):
    usual, here = Home(tmp_path / "usual"), Home(tmp_path / "here")
    note = hashlib.sha256((SAMPLE / "data" / "glossaire.txt").read_bytes()).hexdigest()
    for name in (note, "0" * 64):
        StageCache(usual.cache).put(f"read-page/{name}-a-0", b"read")
    assert borrow(usual, here) == 1
    assert list(StageCache(here.cache).keys("read-page/")) == [f"read-page/{note}-a-0"]
    assert borrow(usual, usual) == 0


def test_every_step_has_its_title_and_its_reason():
    for name, _ in STEPS:
        for language in messages.LANGUAGES:
            assert messages.text(f"demo.{name}.title", language)
            assert messages.text(f"demo.{name}.why", language)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_whole_loop_and_no_trace_elsewhere(tmp_path):
    """Real reading, real model, real gate: minutes."""
    usual = tmp_path / "usual"
    usual.mkdir()
    done = run("--json", RAG_HOME=str(usual))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] and [step["step"] for step in told["steps"]] == [name for name, _ in STEPS]
    assert "dossier-tirage.pdf" in done.stderr
    assert list(usual.iterdir()) == []

"""The command line as people run it: in a process, standard output kept apart."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest

from app import cli
from app.commands.ocr import wanted_pages
from app.commands.verify import leaking
from app.console import Usage
from app.plain_json import plain
from mlops import deletion, releases
from rag.engine import Engine
from rag.index.release import Release
from tests.app.small_home import QUESTION


def run(*arguments, home=None, code=0, **environment):
    root = str(getattr(home, "root", home))
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments, *(("--home", root) if home else ())],
        capture_output=True,
        text=True,
        check=False,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith("RAG_")},
            "RAG_EMBEDDER": "none",
            "RAG_WORKERS": "1",
            **environment,
        },
    )
    assert done.returncode == code, done.stderr + done.stdout
    return done


def test_help_names_every_command_and_loads_none():
    seen = run("--help").stdout
    for name in cli.COMMANDS:
        assert f"  {name}" in seen
    probe = (
        "import sys; from app import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'rich', 'pydantic', 'fastapi', 'numpy', 'sqlalchemy', 'rag.settings'}\n"
        "sys.stderr.write(repr(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stderr == "[]"


@pytest.mark.slow
def test_help_is_quick():
    """Processor time with compiled bytecode; benchmarks/pipeline.py has the figure (0.2 s).

    The bound leaves room for a noisy machine: a heavy import costs more than that at once.
    """
    spent = []
    for _ in range(5):
        before = os.times()
        run("--help", PYTHONDONTWRITEBYTECODE="")
        after = os.times()
        spent.append(sum(after[2:4]) - sum(before[2:4]))
    assert min(spent) < 0.5


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_explains_itself_in_both_languages(name):
    french = run(name, "--help").stdout
    english = run(name, "--help", RAG_LANGUAGE="en").stdout
    assert french != english
    if name not in ("alerts", "demo", "eval", "golden", "key", "release", "schedule", "trial"):
        assert "--home" in french


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "fr"),
        (["--lang", "en"], {}, "en"),
        (["--lang=fr"], {"RAG_LANGUAGE": "en"}, "fr"),
        ([], {"RAG_LANGUAGE": "en"}, "en"),
    ],
)
def test_the_language_is_chosen_before_anything_is_loaded(
    arguments, environment, language, monkeypatch, tmp_path
):
    monkeypatch.delenv("RAG_LANGUAGE", raising=False)
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cli.choose_language(arguments) == language


def test_the_language_of_a_home_is_its_settings(tmp_path):
    (tmp_path / "ragphoto.toml").write_text('language = "en"\n', "utf-8")
    assert cli.choose_language(["ask", "--home", str(tmp_path)]) == "en"


def test_ask_prints_the_answer_alone_and_tells_the_rest_aside(shared_home):
    done = run("ask", QUESTION, home=shared_home)
    assert "hyposulfite" in done.stdout
    assert "livre.pdf, page 2" in done.stdout
    assert "lu à 95" in done.stdout
    assert "ragphoto serve" not in done.stdout
    assert "ragphoto serve" in done.stderr and "/view/" in done.stderr


def test_ask_in_json_is_what_the_api_gives(shared_home, reader):
    printed = json.loads(run("ask", QUESTION, "--json", home=shared_home).stdout)
    served = reader.post("/ask", json={"question": QUESTION}).json()
    for answer in (printed, served):
        del answer["answer_id"], answer["seconds"]
    assert printed == served


def test_search_in_json(shared_home):
    found = json.loads(run("search", QUESTION, "--k", "2", "--json", home=shared_home).stdout)
    assert (found["pages"][0]["document"], found["pages"][0]["page"]) == ("livre.pdf", 2)
    assert found["pages"][0]["score"] >= found["pages"][-1]["score"]


def test_search_in_batch_is_one_line_a_question_in_the_hits_format(shared_home, tmp_path):
    asked = tmp_path / "questions.jsonl"
    asked.write_text(
        '{"id": "q1", "question": "bain de fixage hyposulfite"}\n\n'
        '{"id": 2, "question": "Qui a gagné la coupe du monde ?", "kind": "x", "gold": []}\n'
        '{"id": "q3", "question": ""}\n',
        "utf-8",
    )
    done = run("search", "--batch", str(asked), "--json", home=shared_home)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["q1", 2, "q3"]
    for row in rows:
        assert row.keys() == {"id", "pages", "abstained", "score"}
        assert row["pages"] and all(p.keys() == {"document", "page"} for p in row["pages"])
        assert isinstance(row["abstained"], bool)
    assert rows[0]["pages"][0] == {"document": "livre.pdf", "page": 2}
    assert [row["abstained"] for row in rows] == [False, True, True]
    assert rows[0]["score"] > rows[1]["score"]


def test_a_batch_line_that_is_no_question_is_named(shared_home, tmp_path):
    asked = tmp_path / "questions.jsonl"
    asked.write_text('{"id": "q1", "question": "a"}\n{"id": "q2"}\n', "utf-8")
    done = run("search", "--batch", str(asked), home=shared_home, code=2)
    assert done.stdout == ""
    assert "ligne 2" in done.stderr


def test_an_empty_home_says_what_to_type(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.md").write_text("x", "utf-8")
    done = run("ask", "quoi ?", home=tmp_path, code=3)
    assert done.stdout == ""
    assert "ragphoto ingest" in done.stderr
    assert "has not been read" in run("ask", "quoi ?", "--lang", "en", home=tmp_path, code=3).stderr


def test_the_sample_is_said_to_be_used(tmp_path):
    assert "exemple" in run("feedback", home=tmp_path).stderr


def test_a_setting_that_cannot_be_used(shared_home):
    done = run("ask", "quoi ?", home=shared_home, code=2, RAG_PORT="beaucoup")
    assert "RAG_PORT" in done.stderr


def test_serve_refuses_to_open_the_collection_without_a_key(shared_home):
    done = run("serve", "--host", "0.0.0.0", "--port", "1", home=shared_home, code=2)
    assert "RAG_API_KEY" in done.stderr


def test_feedback_is_kept_and_listed(home):
    answer = json.loads(run("ask", QUESTION, "--json", home=home).stdout)
    kept = run("feedback", "--answer", answer["answer_id"], "--rating", "2",
               "--text", "incomplet", "--json", home=home)  # fmt: skip
    assert json.loads(kept.stdout)["status"] == "success"
    (row,) = json.loads(run("feedback", "--json", home=home).stdout)
    assert (row["rating"], row["feedback_text"], row["question"]) == (2, "incomplet", QUESTION)
    run("feedback", "--answer", answer["answer_id"], "--rating", "6", home=home, code=2)
    run("feedback", "--answer", "inconnu", "--rating", "3", home=home, code=2)


def test_delete_is_felt_at_the_next_question_and_can_be_undone(home):
    run("delete", "livre.pdf", home=home)
    pages = json.loads(run("search", QUESTION, "--json", home=home).stdout)["pages"]
    assert {p["document"] for p in pages} == {"notes.md"}
    run("delete", "livre.pdf", "--undo", home=home)
    pages = json.loads(run("search", QUESTION, "--json", home=home).stdout)["pages"]
    assert pages[0]["document"] == "livre.pdf"
    assert "livre.pdf" in run("delete", "livr.pdf", home=home, code=9).stderr


def test_releases_are_listed_and_verified(home):
    (row,) = json.loads(run("release", "list", "--json", home=home).stdout)
    assert row["state"] == "champion"
    found = json.loads(run("verify", "--json", home=home).stdout)
    assert found == {"release": row["release_id"], "problems": [], "deleted": [], "leaks": []}
    damaged = max((home.releases / row["release_id"]).iterdir(), key=lambda p: p.stat().st_size)
    damaged.chmod(0o644)
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\xff")
    found = json.loads(run("verify", "--json", home=home, code=1).stdout)
    assert found["problems"] and found["leaks"] is None
    run("release", "promote", "zzz", home=home, code=2)
    run("release", "rollback", home=home, code=4)


def test_what_was_mistyped_is_said_in_words(shared_home, tmp_path):
    nowhere = run("ask", QUESTION, "--home", str(tmp_path / "nowhere"), code=2).stderr
    assert "mkdir -p" in nowhere
    assert "fr ou en" in run("stats", "--lang", "de", home=shared_home, code=2).stderr
    unknown = run("delete", "zzz.pdf", home=shared_home, code=9).stderr
    assert "zzz.pdf" in unknown and "[]" not in unknown
    assert "livre.pdf" in run("delete", "livr.pdf", home=shared_home, code=9).stderr
    assert "plus ancienne" in run("release", "rollback", home=shared_home, code=4).stderr
    assert "Aucune version" in run("release", "promote", "zzz", home=shared_home, code=2).stderr
    assert "en service" in run("release", "list", home=shared_home).stdout


def test_verify_searches_for_what_was_deleted(home):
    release = Release.open(releases.champion(home))
    source = release.sources[0]
    assert "Aucun document effacé" in run("verify", home=home).stdout
    deletion.delete(home, source.name)
    found = json.loads(run("verify", "--json", home=home).stdout)
    assert (found["deleted"], found["leaks"]) == ([source.name], [])
    assert "prochaine lecture" in run("verify", home=home).stdout
    gone = frozenset([source.document_id])
    assert leaking(Engine(release, None, removed=lambda: gone), gone) == []
    forgetful = leaking(Engine(release, None), gone)  # an engine that forgot what was deleted
    assert {page.document_id for page in forgetful} == gone


def test_serve_says_where_when_it_listens_and_no_sooner(shared_home):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "app.cli", "serve", "--home", str(shared_home.root)]
    with subprocess.Popen(
        [*command, "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "RAG_EMBEDDER": "none"},
    ) as server:
        try:
            assert server.stderr is not None
            line = next(line for line in server.stderr if "http://" in line)
            assert f"http://127.0.0.1:{port}/" in line
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            taken = run("serve", "--port", str(port), home=shared_home, code=2)
            assert str(port + 1) in taken.stderr
        finally:
            server.terminate()
            server.communicate(timeout=20)


@pytest.mark.parametrize("name", ["stats", "health", "doctor"])
def test_state_in_json(shared_home, name):
    json.loads(run(name, "--json", home=shared_home).stdout)
    assert run(name, home=shared_home).stdout


def test_eval_ocr_scores_two_folders(tmp_path):
    truth, output = tmp_path / "truth", tmp_path / "output"
    truth.mkdir()
    output.mkdir()
    (truth / "a-p001.txt").write_text("Le bain de fixage", "utf-8")
    (truth / "a-p002.txt").write_text("dix lettres", "utf-8")
    (output / "a-p001.txt").write_text("Le bain de fixagc", "utf-8")
    scores = json.loads(run("eval", "ocr", str(truth), str(output), "--json").stdout)
    assert scores["pages"]["a-p001"]["edits"] == 1
    assert scores["pages"]["a-p002"]["cer"] == 1.0  # a page that is missing counts as empty
    assert run("eval", "ocr", str(output / "nothing"), str(output), code=2).stdout == ""


def test_eval_retrieval_and_answers(shared_home, tmp_path):
    questions, hits = tmp_path / "q.jsonl", tmp_path / "h.jsonl"
    gold = [{"document": "livre.pdf", "page": 2}]
    row = {"id": "a", "question": QUESTION, "kind": "x", "gold": gold, "answer": "hyposulfite"}
    questions.write_text(json.dumps(row) + "\n", "utf-8")
    hits.write_text(run("search", "--batch", str(questions), home=shared_home).stdout, "utf-8")
    scores = json.loads(run("eval", "retrieval", str(questions), str(hits), "--json").stdout)
    assert scores["measures"]["MRR@10"]["mean"] == 1.0
    assert scores["auroc"] is None  # nothing unanswerable was asked: not measured, not zero
    done = run("eval", "answers", str(questions), "--json", home=shared_home)
    assert json.loads(done.stdout)["means"]["words_kept"] == [1.0, 1]


def test_ocr_of_a_file_that_is_not_there_or_broken(tmp_path):
    run("ocr", str(tmp_path / "rien.pdf"), code=2)
    broken = tmp_path / "casse.pdf"
    broken.write_bytes(b"%PDF-1.4 and then nothing")
    done = run("ocr", str(broken), code=8)
    assert done.stdout == ""
    assert "casse.pdf" in done.stderr


def test_ocr_of_a_text_writes_its_sections(tmp_path):
    note = tmp_path / "note.md"
    note.write_text("# Titre\n\nLe bain de fixage.\n", "utf-8")
    run("ocr", str(note), "--out", str(tmp_path / "out"))
    (written,) = (tmp_path / "out").iterdir()
    assert written.name == "note-p001.txt"
    assert "Le bain de fixage." in written.read_text("utf-8")


@pytest.mark.slow
def test_ocr_reads_the_pages_asked_and_no_other(shared_home, tmp_path):
    book = str(shared_home.data / "livre.pdf")
    run("ocr", book, "--pages", "2", "--out", str(tmp_path), RAG_OCR_ENGINE="rapidocr")
    assert [p.name for p in tmp_path.iterdir()] == ["livre-p002.txt"]
    text = (tmp_path / "livre-p002.txt").read_text("utf-8")
    assert "bain de fixage" in text.splitlines()[1]
    assert "sels d'argent" not in text  # that is page 1


@pytest.mark.parametrize(
    ("asked", "indexes"),
    [(None, [0, 1, 2]), ("2", [1]), ("3,1", [0, 2]), ("1-3", [0, 1, 2]), (" 1 - 2 , 2", [0, 1])],
)
def test_pages_wanted(asked, indexes):
    assert wanted_pages(asked, 3) == indexes


@pytest.mark.parametrize("asked", ["", "0", "4", "2-9", "3-1", "a", "1,,2", "-1", "1-"])
def test_pages_that_cannot_be_wanted(asked):
    with pytest.raises(Usage):
        wanted_pages(asked, 3)


def test_what_is_not_a_number_is_null():
    assert plain({"a": float("nan"), "b": (float("inf"), 1.5)}) == {"a": None, "b": [None, 1.5]}

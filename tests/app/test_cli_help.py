"""Every help teaches; a shell completes; an old terminal gets letters without accents, no fault."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
import typer
import typer.main

from app import cli, console, messages
from app.texts.examples import EXAMPLES

WITHOUT_JSON = {"mcp", "serve"}  # they answer until they are stopped
GROUPS = {"alerts", "eval", "golden", "key", "release", "schedule", "trial"}
OPTION = re.compile(r"--[a-z][a-z-]*")


def run(*arguments, **environment):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("RAG_")}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        capture_output=True, check=False, env={**kept, "RAG_EMBEDDER": "none", **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def commands():
    """Every command and subcommand, loaded, by the words that are typed."""
    loaded = typer.main.get_command(cli.build(list(cli.COMMANDS)))
    found = {}

    def walk(group, before):
        for name, command in group.commands.items():
            found[f"{before}{name}"] = command
            if hasattr(command, "commands"):
                walk(command, f"{before}{name} ")

    walk(loaded, "")
    return found


def test_every_command_ends_its_help_with_examples_in_both_languages(commands):
    assert len(commands) > 60
    for name, command in commands.items():
        assert name in EXAMPLES, name
        assert command.epilog and messages.text("example.title") in command.epilog, name
    assert messages.text("example.title", "en") == "Examples:"


def test_no_example_is_left_without_its_command(commands):
    assert EXAMPLES.keys() <= commands.keys()


@pytest.mark.parametrize("language", [0, 1], ids=messages.LANGUAGES)
def test_the_examples_can_be_typed(commands, language):
    """Each begins with an existing command and has no option that the command has not."""
    for name, texts in EXAMPLES.items():
        for line in texts[language].splitlines():
            typed = line.partition("ragphoto ")[2]
            key = " ".join(typed.split()[:2])
            command = commands[key if key in commands else typed.split()[0]]
            known = {o for p in command.params for o in p.opts}
            assert set(OPTION.findall(re.sub(r'"[^"]*"', "", typed))) <= known | {"--lang"}, line
            assert name.split()[0] == typed.split()[0], line


def test_what_prints_a_result_prints_it_as_json_too(commands):
    for name, command in commands.items():
        options = {o for p in command.params for o in p.opts}
        if name not in WITHOUT_JSON | GROUPS:
            assert "--json" in options, name
        assert name in GROUPS or "--lang" in options, name
        assert name in {*GROUPS, "demo"} or "--home" in options, name


@pytest.mark.parametrize(("language", "title"), [("fr", "Exemples"), ("en", "Examples")])
def test_the_help_on_the_screen_has_them(language, title):
    for arguments in (("ask", "--help"), ("release", "diff", "--help")):
        seen = run(*arguments, RAG_LANGUAGE=language).stdout.decode()
        assert title in seen.splitlines()[-4:][0] or title in seen
        assert "\n    ragphoto " in seen


def completed(words, position, **more):
    asked = {"_RAGPHOTO_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": position}
    return run(**asked, **more).stdout.decode().split()


def test_a_shell_completes_commands_subcommands_and_options():
    assert completed("ragphoto re", "1") == ["retrain", "release", "restore"]
    assert "rollback" in completed("ragphoto release ", "2")
    assert {"--json", "--after"} <= set(completed("ragphoto ask --", "2"))
    zsh = {"_RAGPHOTO_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "ragphoto release "}
    assert b"rollback" in run(**zsh).stdout
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # no shell started this test
    assert b"_RAGPHOTO_COMPLETE" in run("--show-completion", "bash", **named).stdout


def test_a_shell_completes_documents_and_releases(shared_home, tmp_path):
    home = {"RAG_HOME": str(shared_home.root)}
    assert completed("ragphoto delete li", "2", **home) == ["livre.pdf"]
    assert completed("ragphoto ask --document n", "3", **home) == ["notes.md"]
    assert "champion" in completed("ragphoto release show ", "3", **home)
    assert completed("ragphoto delete li", "2", RAG_HOME=str(tmp_path)) == []


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("ask", "--help"), ("ask", "hyposulfite ?"), ("search", "fixage"), ("stats",)],
)
def test_a_terminal_without_accents_is_no_fault(shared_home, arguments):
    done = run(*arguments, RAG_HOME=str(shared_home.root), PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr


def test_json_is_whole_even_there(shared_home):
    where = {"RAG_HOME": str(shared_home.root)}
    plain = run("search", "développement", "--json", **where, PYTHONIOENCODING="ascii").stdout
    assert json.loads(plain.decode("ascii"))["question"] == "développement"


def test_the_night_of_a_terminal_without_accents(monkeypatch):
    from mlops import pipeline, report_text, run_log

    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(run_log, "configure", lambda home: None)
    report = SimpleNamespace(decision="promoted")
    monkeypatch.setattr(pipeline, "_with_prefect_or_without", lambda home: report)
    monkeypatch.setattr(report_text, "run_report", lambda report: "lues à 98 % — « en service »\n")
    monkeypatch.setattr(sys, "stdout", ascii_only)
    assert pipeline.main() == 0
    ascii_only.flush()
    assert b"lues a 98" in ascii_only.buffer.getvalue()


def test_colours_are_for_terminals_that_want_them(monkeypatch):
    from app import terminal_look

    monkeypatch.setattr(sys, "stdout", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert terminal_look.link("a", "http://b/") != terminal_look.bold("a") != "a"
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal_look.link("a", "http://b/") == terminal_look.bold("a") == "a"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(isatty=lambda: False))
    assert terminal_look.dim("a") == "a"


def test_the_exit_codes_are_documented():
    from rag.settings import PROJECT_ROOT

    text = (PROJECT_ROOT / "docs" / "cli.md").read_text("utf-8")
    for code in {0, 1, 130, *console.EXIT_CODES.values()}:
        assert re.search(rf"^\| {code} \|", text, re.MULTILINE), code


ENGLISH = re.compile(r"\b(Usage|Options|Commands|Show this|required|default|Install|for help)\b:?")


@pytest.mark.parametrize("name", ["", "ask", "key", "release list", "schedule"])
def test_help_is_all_french_or_all_english(name):
    french = run(*name.split(), "--help", RAG_LANGUAGE="fr").stdout.decode()
    assert "Usage :" in french and "Afficher cette aide." in french
    assert not [m[0] for m in ENGLISH.finditer(french) if m[0] not in ("Options", "Usage")]
    english = run(*name.split(), "--help", RAG_LANGUAGE="en").stdout.decode()
    assert "Usage:" in english and "Show this message and exit." in english


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["asq"], "commande inconnue : « asq »"),
        (["ask"], "il manque « question »"),
        (["ask", "x", "--kindd", "pdf"], "option inconnue : --kindd"),
        (["stats", "--days", "abc"], "pour --days : il faut un nombre entier"),
        (["ask", "x", "--min-confidence", "7"], "au plus 1"),
        (["key", "create", "x", "--role", "boss"], "« boss » n’est pas l’un de"),
    ],
)
def test_what_is_typed_wrong_is_told_in_french(typed, told):
    done = run(*typed, RAG_LANGUAGE="fr")
    words = done.stderr.decode().replace("\xa0", " ")
    assert (done.returncode, told in words) == (2, True), words
    assert "Aide : ragphoto" in words and "Error" not in words


def test_english_is_left_as_it_is():
    done = run("asq", RAG_LANGUAGE="en")
    assert "Error: No such command 'asq'." in done.stderr.decode()

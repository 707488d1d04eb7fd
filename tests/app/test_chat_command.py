"""``ragphoto chat`` through a pipe and on a pseudo-terminal, as people run it."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from types import SimpleNamespace

import pytest

from app.conversation import Conversation
from app.draft import Draft, lines
from mlops.store import Store
from tests.app.small_home import QUESTION

ENGLISH = {"RAG_LANGUAGE": "en"}


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("RAG_") and k != "NO_COLOR"}
    return {**kept, "RAG_EMBEDDER": "none", "RAG_WORKERS": "1", "TERM": "xterm", **more}


def piped(home, text, *options, code=0, **more):
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "chat", "--home", str(getattr(home, "root", home)),
         *options],
        input=text, capture_output=True, text=True, check=False, env=environment(**more),
    )  # fmt: skip
    assert done.returncode == code, done.stderr + done.stdout
    return done


class Terminal:
    """A person at a terminal: types, and waits for words."""

    def __init__(self, home, *options, **more):
        self._read = b""
        command = [sys.executable, "-m", "app.cli", "chat", "--home", str(home.root), *options]
        self._mine, theirs = pty.openpty()
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**more),
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)

    @property
    def seen(self):
        return self._read.decode("utf-8", "replace")

    def type(self, text):
        os.write(self._mine, text.encode())

    def wait(self, pattern, seconds=60.0):
        limit, begun = time.monotonic() + seconds, len(self.seen)
        while time.monotonic() < limit:
            if found := re.search(pattern, self.seen[begun:], re.DOTALL):
                return found
            if select.select([self._mine], [], [], 0.2)[0]:
                try:
                    self._read += os.read(self._mine, 65536)
                except OSError:
                    break
        raise AssertionError(f"{pattern!r} not in {self.seen[begun:]!r}")

    def leave(self):
        try:
            for _ in range(30):
                self.type("\x04")  # again if it came between two prompts
                with suppress(subprocess.TimeoutExpired):
                    return self._process.wait(1)
            raise AssertionError(self.seen)
        finally:
            self._process.kill()
            self._process.wait()
            os.close(self._mine)


def test_a_pipe_gets_plain_answers_with_numbered_pages(shared_home):
    done = piped(shared_home, f"{QUESTION}\n")
    assert "hyposulfite" in done.stdout
    assert "[1]" in done.stdout
    assert "[1] livre.pdf, page 2" in done.stdout
    assert "\x1b" not in done.stdout
    assert "[1] livre.pdf, page 2" in piped(shared_home, f"{QUESTION}\n", **ENGLISH).stdout


def test_json_is_one_line_an_answer_and_follow_ups_keep_the_context(shared_home):
    text = f"{QUESTION}\n\nEt combien de minutes ?\n/new\nEt combien de minutes ?\n"
    rows = [json.loads(line) for line in piped(shared_home, text, "--json").stdout.splitlines()]
    assert [row["question"] for row in rows] == [
        QUESTION, "Et combien de minutes ?", "Et combien de minutes ?",
    ]  # fmt: skip
    assert "fixage" in rows[1]["understood_as"]
    assert "fixage" not in rows[2]["understood_as"]


def test_what_cannot_be_done_ends_a_pipe_with_its_code(shared_home, tmp_path):
    assert "/help" in piped(shared_home, "/danse\n", code=2).stderr
    assert "/rate 4" in piped(shared_home, f"{QUESTION}\n/rate 9\n", code=2).stderr
    assert "ragphoto ingest" in piped(tmp_path, f"{QUESTION}\n", code=3).stderr


def test_a_rating_and_a_correction_are_one_remark(home):
    said = "/rate 1 à côté\n/correct livre.pdf:2 Deux cents grammes dans un litre.\n"
    piped(home, f"{QUESTION}\n{said}/quit\nneither asked nor answered\n")
    with Store(home) as store:
        (row,) = store.feedback()
        assert len(store.sources()) == 2
    assert (row["rating"], row["feedback_text"]) == (1, "à côté")
    assert row["corrected_answer"] == "Deux cents grammes dans un litre."
    assert [(mark["index"], mark["right"]) for mark in row["marks"]] == [(1, True)]


def test_a_proof_opens_in_the_browser_and_shows_its_page(home, tmp_path):
    opened, browser = tmp_path / "opened", tmp_path / "browser"
    fetch = "import sys,urllib.request as u;print(sys.argv[1], u.urlopen(sys.argv[1]).status)"
    browser.write_text(f"#!/bin/sh\n{sys.executable} -c '{fetch}' \"$1\" > {opened}\n", "utf-8")
    browser.chmod(0o755)
    history = tmp_path / "typed"
    chat = Terminal(home, "--history", str(history), BROWSER=str(browser))
    chat.wait("Ctrl-D")
    chat.type(f"{QUESTION}\n")
    found = chat.wait(r"\x1b]8;;(http://127\.0\.0\.1:\d+/view/[^\x1b]+)\x1b\\livre\.pdf, page 2")
    chat.type("/1\n")
    chat.wait("Ouvert")
    assert opened.read_text("utf-8").split() == [found[1], "200"]
    chat.type("/9\n")
    chat.wait("/sources")
    assert chat.leave() == 0
    assert QUESTION in history.read_text("utf-8")
    assert history.stat().st_mode & 0o077 == 0


def test_no_color_is_respected_and_an_address_replaces_a_browser(home):
    chat = Terminal(home, NO_COLOR="1", BROWSER="/nowhere/browser", PATH="/nowhere")
    chat.wait("Ctrl-D")
    chat.type(f"{QUESTION}\n")
    chat.wait(r"\[1\] livre\.pdf, page 2")
    chat.type("/1\n")
    chat.wait(r"http://127\.0\.0\.1:\d+/view/")
    assert chat.leave() == 0
    assert "\x1b]8" not in chat.seen and "\x1b[1m" not in chat.seen
    assert not list(home.root.rglob("*history*"))


def test_ctrl_c_gives_up_the_answer_and_not_the_conversation(shared_home, capsys):
    heard = threading.Event()

    def slow(question, *, after, filters, watch):
        threading.Timer(0.1, signal.raise_signal, [signal.SIGINT]).start()
        while not watch.cancelled():
            time.sleep(0.01)
        heard.set()
        raise AssertionError("given up")

    service = SimpleNamespace(ask=slow, close=lambda: None)
    talk = Conversation(service, filters=None, live=True, as_json=False)
    assert talk.take(QUESTION) is True
    assert heard.is_set()
    assert "abandonnée" in capsys.readouterr().err
    assert talk.take("/quit") is False


def test_a_draft_is_wiped_and_is_never_shown_where_it_could_not_be(capsys):
    draft = Draft(shown=True)
    draft.write("une ligne\n")
    draft.write("puis une autre")
    draft.clear()
    assert capsys.readouterr().out.endswith("\r\x1b[1A\x1b[J")
    hidden = Draft(shown=False)
    hidden.write("rien")
    hidden.clear()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("text", "count"), [("a", 1), ("a" * 80, 1), ("a" * 81, 2), ("a\nb", 2)])
def test_a_draft_knows_how_many_lines_it_takes(text, count):
    assert lines(text, 80) == count

"""``ragphoto alerts`` as typed: a real collection, a real mail server on this machine."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator

import pytest

from rag.settings import Home
from tests.app import small_home
from tests.app.test_release_command import typed

FULL = "[alert_rules.disk_free_mb]\nthreshold = 1e12\n"  # no disk has that much


@pytest.fixture
def home(tmp_path) -> Home:
    return small_home.build(tmp_path / "home")


def settings(home: Home, *channels: str, rules: str = FULL) -> None:
    text = f'embedder = "none"\nalert_channels = {json.dumps(channels)}\n{rules}'
    (home.root / "ragphoto.toml").write_text(text, "utf-8")


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as it takes to receive a letter."""

    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                letter = []
                while (line := self.rfile.readline()) != b".\r\n":
                    letter.append(line)
                self.server.letters.append(b"".join(letter).decode("utf-8"))
            self._say("221 bye" if word == b"QUIT" else "250 fine")
            if word == b"QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mail() -> Iterator[socketserver.ThreadingTCPServer]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)
    server.letters = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def mailto(server: socketserver.ThreadingTCPServer) -> str:
    port = server.server_address[1]
    return f"mailto://127.0.0.1:{port}?from=rag@example.org&to=me@example.org&mode=insecure"


def test_an_alert_from_its_first_sign_to_somebody_who_takes_it_up(home, mail):
    settings(home, mailto(mail))
    code, told = typed(home, "alerts", "check", "--json")
    found = json.loads(told)
    assert code == 0 and found["delivery"]["sent"] == 1
    assert [event["rule"] for event in found["events"]] == ["disk_free_mb"]
    assert len(mail.letters) == 1 and "disk_free_mb" in mail.letters[0]
    code, told = typed(home, "alerts", "list")
    assert code == 1 and "MB are free on the disk" in told and "ragphoto health" in told
    (row,) = json.loads(typed(home, "alerts", "list", "--json")[1])
    assert typed(home, "alerts", "ack", str(row["id"]))[0] == 0
    assert "taken care of by" in typed(home, "alerts", "list")[1]
    settings(home, mailto(mail), rules="")
    typed(home, "alerts", "check")
    assert typed(home, "alerts", "list") == (0, "No alert is on.\n")
    assert "resolved on" in typed(home, "alerts", "list", "--all")[1]
    assert len(mail.letters) == 2


def test_a_test_says_which_channels_work_and_no_secret(home, mail):
    settings(home, mailto(mail), "json://me:hidden@127.0.0.1:9/x")
    code, told = typed(home, "alerts", "test")
    assert code == 1 and "✓ mailto-" in told and "✗ json-" in told and "hidden" not in told
    assert len(mail.letters) == 1
    settings(home, mailto(mail))
    assert typed(home, "alerts", "test")[0] == 0


def test_what_cannot_be_done_is_told(home, capsys):
    settings(home)
    assert typed(home, "alerts", "test")[0] == 2
    assert "alert_channels" in capsys.readouterr().err
    assert typed(home, "alerts", "ack", "3")[0] == 2
    settings(home, rules="[alert_rules.rating_men]\nthreshold = 2\n")
    assert typed(home, "alerts", "rules")[0] != 0
    assert "rating_mean" in capsys.readouterr().err


def test_the_rules_in_force(home):
    settings(home, rules="[alert_rules.rating_mean]\nthreshold = 2.0\n")
    found = {row["name"]: row for row in json.loads(typed(home, "alerts", "rules", "--json")[1])}
    assert found["rating_mean"]["threshold"] == 2.0
    assert "rating_mean          < 2        warning" in typed(home, "alerts", "rules")[1]

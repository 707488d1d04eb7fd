"""``POST /ask/stream``: pages first, provisional text, then the proved answer; and who leaves."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn

from app.api import create_app
from rag.settings import Settings
from tests.app import small_home
from tests.rag.answer.scripted import piece, refuses, says, serving

TRUE = "Le bain de fixage se prépare en faisant dissoudre deux cents grammes d'hyposulfite."


def events_of(text):
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n", 1)
        yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def settings_with(url):
    return Settings(
        embedder="none", workers=1, writer_url=url, writer_model="small", writer_retries=0,
        writer_timeout_s=20,
    )  # fmt: skip


@contextmanager
def running(home, settings):
    """A real server: what happens when a reader leaves cannot be seen without a connection."""
    config = uvicorn.Config(create_app(home, settings), port=0, log_level="error", lifespan="on")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            while not server.started:
                time.sleep(0.02)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)


def post(port, question=small_home.QUESTION):
    """An open connection that has asked; the caller reads, or leaves."""
    body = json.dumps({"question": question}).encode()
    head = (
        "POST /ask/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    link = socket.create_connection(("127.0.0.1", port), timeout=10)
    link.sendall(head.encode() + body)
    return link


def read_until(link, wanted):
    text = b""
    while wanted.encode() not in text:
        more = link.recv(4096)
        assert more, text
        text += more
    return text.decode()


def test_without_a_model_pages_come_then_the_answer(client):
    reply = client.post("/ask/stream", json={"question": small_home.QUESTION})
    assert reply.headers["content-type"].startswith("text/event-stream")
    (first, pages), (last, answer) = events_of(reply.text)
    assert (first, last) == ("pages", "answer")
    assert pages["pages"] == answer["pages"]
    assert answer["sentences"]
    assert answer["writing"] == {
        "model": "", "prompt": "", "tokens": 0, "fallback": "", "message": ""
    }  # fmt: skip
    again = client.post("/ask", json={"question": small_home.QUESTION}).json()
    different = {name for name in again if again[name] != answer[name]}
    assert different <= {"answer_id", "seconds"}


def test_what_a_model_writes_is_provisional_until_it_is_proved(home):
    from tests.app.conftest import TestClient

    with serving(says(TRUE)) as model:
        app = create_app(home, settings_with(model.url))
        with TestClient(app, base_url=small_home.ADDRESS) as client:
            reply = client.post("/ask/stream", json={"question": small_home.QUESTION})
    events = list(events_of(reply.text))
    names = [name for name, _ in events]
    assert names[0] == "pages"
    assert names[-1] == "answer"
    assert set(names[1:-1]) == {"token"}
    assert "".join(data["text"] for name, data in events if name == "token") == TRUE
    assert all(data["provisional"] for name, data in events if name == "token")
    answer = events[-1][1]
    assert [(s["text"], s["support"]) for s in answer["sentences"]] == [(TRUE, "aligned")]
    assert answer["sentences"][0]["citations"][0]["boxes"]
    assert answer["writing"]["model"] == "small"


@pytest.mark.parametrize(("language", "words"), [("fr", "Phrases citées"), ("en", "Quoted")])
def test_a_model_that_refuses_leaves_quotations_and_says_so(home, language, words):
    from tests.app.conftest import TestClient

    with serving(refuses(401)) as model:
        app = create_app(home, settings_with(model.url))
        with TestClient(app, base_url=small_home.ADDRESS) as client:
            reply = client.post(
                "/ask/stream", json={"question": small_home.QUESTION},
                headers={"accept-language": language},
            )  # fmt: skip
            page = client.post(f"/?lang={language}", data={"question": small_home.QUESTION})
    answer = list(events_of(reply.text))[-1][1]
    assert {s["support"] for s in answer["sentences"]} == {"quoted"}
    assert answer["writing"]["fallback"] == "refused"
    assert answer["writing"]["message"].startswith(words)
    assert words in page.text


def test_an_unknown_conversation_is_an_error_event(client):
    reply = client.post("/ask/stream", json={"question": "Et ensuite ?", "after": "0" * 32})
    ((name, problem),) = events_of(reply.text)
    assert (name, problem["status"], problem["code"]) == ("error", 404, "unknown_answer")


def test_a_foreign_page_may_not_ask(client):
    reply = client.post(
        "/ask/stream", json={"question": "?"}, headers={"origin": "http://ailleurs.invalid"}
    )
    assert reply.status_code == 403


def test_a_reader_who_leaves_stops_the_model(home):
    """From the reader's closed connection to the model's, within a second or two."""

    def silent(answering):
        answering.begin()
        answering.event(piece("Le bain "))
        answering.wait_until_the_reader_leaves(8)

    with serving(silent) as model, running(home, settings_with(model.url)) as port:
        link = post(port)
        said = read_until(link, "event: token")
        assert said.index("event: pages") < said.index("event: token")
        assert not model.left.is_set()
        link.close()
        assert model.left.wait(3)


def test_a_service_that_is_stopped_ends_the_answer_under_way_first(home):
    """SIGTERM in the middle of a stream: nobody else comes in, who was there gets it whole."""
    go = threading.Event()

    def slow(answering):
        answering.begin()
        answering.event(piece(TRUE[:20]))
        go.wait(10)
        answering.event(piece(TRUE[20:]))
        answering.event(piece(None, "stop"))
        answering.event("[DONE]")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serving(slow) as model:
        chosen = {"RAG_EMBEDDER": "none", "RAG_WRITER_URL": model.url, "RAG_WRITER_MODEL": "small"}
        command = [sys.executable, "-m", "app.cli", "serve", "--home", str(home.root)]
        with subprocess.Popen(
            [*command, "--port", str(port)],
            stderr=subprocess.PIPE, text=True, env={**os.environ, **chosen},
        ) as server:  # fmt: skip
            assert server.stderr is not None
            assert any(f":{port}/" in line for line in server.stderr)
            link = post(port)
            said = read_until(link, "event: token")
            server.terminate()
            with pytest.raises(OSError):  # the door closes at once
                for _ in range(100):
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    time.sleep(0.05)
            go.set()
            whole = said + read_until(link, "event: answer")
            assert server.wait(15) in (0, -signal.SIGTERM)
    assert whole.index("event: token") < whole.index("event: answer")

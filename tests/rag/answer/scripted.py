"""An OpenAI-compatible server that says what a test wants, faults included; loopback only."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[["Answering"], None]


class Answering(BaseHTTPRequestHandler):
    """One request; ``server.script`` says what becomes of it."""

    protocol_version = "HTTP/1.1"
    server: Scripted

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length))
        self.server.asked.append({"path": self.path, "headers": dict(self.headers), "body": body})
        try:
            self.server.script(self)
        except OSError:
            self.server.left.set()
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        pass

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def event(self, data: object) -> None:
        written = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"data: {written}\n\n".encode())
        self.wfile.flush()

    def wait_until_the_reader_leaves(self, longest_s: float = 5.0) -> None:
        """A silent model; notes when the other side closes the connection."""
        self.connection.settimeout(longest_s)
        try:
            if self.connection.recv(1) == b"":
                self.server.left.set()
        except TimeoutError:
            pass


class Scripted(ThreadingHTTPServer):
    """The server; ``asked`` holds every request, ``left`` is set when a reader went away."""

    daemon_threads = True

    def __init__(self, script: Act) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.script = script
        self.asked: list[dict[str, Any]] = []
        self.left = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(script: Act) -> Iterator[Scripted]:
    server = Scripted(script)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def piece(content: str | None, finish: str | None = None, **more: object) -> dict[str, object]:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "small",
            "choices": [choice], **more}  # fmt: skip


def says(text: str, *, pause_s: float = 0.0, finish: str | None = "stop", **usage: int) -> Act:
    """Stream a text word by word."""

    def act(answering: Answering) -> None:
        answering.begin()
        answering.event(piece(None))
        for word in _words(text):
            answering.event(piece(word))
            time.sleep(pause_s)
        answering.event(piece("", finish, **({"usage": usage} if usage else {})))
        answering.event("[DONE]")

    return act


def refuses(status: int, message: str = "no") -> Act:
    def act(answering: Answering) -> None:
        body = json.dumps({"error": {"message": message, "type": "t", "param": None, "code": None}})
        answering.begin(status, "application/json", retry_after="0")
        answering.wfile.write(body.encode())

    return act


def in_turn(acts: Iterable[Act]) -> Act:
    """A different fate for each request."""
    turns = iter(acts)
    return lambda answering: next(turns)(answering)


def _words(text: str) -> list[str]:
    return [word + " " for word in text.split(" ")[:-1]] + text.split(" ")[-1:]

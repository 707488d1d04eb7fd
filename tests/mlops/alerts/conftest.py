"""Facts set by hand, a clock that stands still, and a real HTTP server that hears notices."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mlops import clock
from mlops.alerts import facts, states
from mlops.alerts.facts import Fact
from mlops.alerts.states import Event, evaluate
from mlops.store import Store
from rag.settings import Home, Settings


@dataclass
class World:
    home: Home
    store: Store
    settings: Settings = field(default_factory=Settings)
    at: datetime = datetime(2026, 5, 4, 12, tzinfo=UTC)
    known: dict[str, list[Fact]] = field(default_factory=dict)

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)

    def look(self) -> list[tuple[str, str, str]]:
        events: list[Event] = evaluate(self.home, self.settings, self.store)
        return [(event.kind, event.rule, event.subject) for event in events]


@pytest.fixture
def world(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Every fact is unknown, until the test says otherwise."""
    with Store(home) as store:
        made = World(home, store)

        def known(name: str):  # type: ignore[no-untyped-def]
            return lambda *_: made.known.get(name, [])

        monkeypatch.setattr(states, "FACTS", {name: known(name) for name in facts.FACTS})
        with clock.told_by(lambda: made.at):
            yield made


@dataclass
class Heard:
    """What a channel was told, and how it answers (an HTTP status)."""

    url: str
    bodies: list[dict[str, str]] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def heard() -> Iterator[Heard]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if found.status == 200:
                found.bodies.append(json.loads(body))
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Heard(f"json://person:secret@127.0.0.1:{server.server_port}/told")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()

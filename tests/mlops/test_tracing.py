"""Traces as a real collector receives them; redacted, in time, and off unless they are set."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from app.api import create_app
from mlops import tracing
from mlops.night import NightReport
from mlops.night.running import _trace
from rag.settings import PROJECT_ROOT, Settings
from tests.app import small_home

QUESTION = small_home.QUESTION


@dataclass
class Collector:
    """What came, as bytes and as spans by name."""

    url: str
    bodies: list[bytes] = field(default_factory=list)
    slow_s: float = 0.0

    def spans(self) -> dict[str, Any]:
        found = {}
        for body in self.bodies:
            request = ExportTraceServiceRequest.FromString(body)
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    found |= {span.name: span for span in scope.spans}
        return found


def attributes(span: Any) -> dict[str, Any]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in span.attributes}


@pytest.fixture
def collector() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                import gzip

                body = gzip.decompress(body)
            time.sleep(found.slow_s)
            found.bodies.append(body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Collector(f"http://127.0.0.1:{server.server_port}/v1/traces")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def asked(tmp_path, collector: Collector, **settings: Any) -> tuple[dict[str, Any], float]:  # type: ignore[no-untyped-def]
    """A question and a rating through the service, then its spans."""
    home = small_home.build(tmp_path / "home")
    chosen = small_home.SETTINGS.model_copy(update={"otel_url": collector.url, **settings})
    with TestClient(create_app(home, chosen), base_url=small_home.ADDRESS) as client:
        headers = {"x-reader": "reader-000001"}
        begun = time.monotonic()
        answer = client.post("/ask", json={"question": QUESTION}, headers=headers).json()
        spent = time.monotonic() - begun
        given = {"answer_id": answer["answer_id"], "rating": 2, "feedback_text": "trop court"}
        assert client.post("/feedback", json=given).status_code == 200
    return collector.spans(), spent


def test_an_answer_and_its_rating_are_one_trace(tmp_path, collector: Collector) -> None:  # type: ignore[no-untyped-def]
    spans, _ = asked(tmp_path, collector)
    assert set(spans) == {"ask", "understand", "find", "judge", "answer", "feedback"}
    root = spans["ask"]
    assert {span.trace_id for span in spans.values()} == {root.trace_id}
    others = [span for name, span in spans.items() if name != "ask"]
    assert {span.parent_span_id for span in others} == {root.span_id}
    kinds = {n: attributes(s)["openinference.span.kind"] for n, s in spans.items()}
    assert kinds["find"] == "RETRIEVER" and kinds["ask"] == "CHAIN"
    found = attributes(spans["find"])
    assert found["retrieval.documents.0.document.score"] > 0
    assert found["retrieval.documents.0.document.id"].endswith("/2")
    assert attributes(root)["session.id"] == "reader-000001"
    assert attributes(spans["feedback"])["feedback.rating"] == 2
    assert root.start_time_unix_nano <= spans["find"].start_time_unix_nano
    assert spans["answer"].end_time_unix_nano <= root.end_time_unix_nano


def test_nothing_that_people_wrote_leaves_unless_it_may(tmp_path, collector: Collector) -> None:  # type: ignore[no-untyped-def]
    asked(tmp_path, collector)
    sent = b"".join(collector.bodies)
    for word in ("fixage", "hyposulfite", "livre.pdf", "trop court"):
        assert word.encode() not in sent
    assert b"[redacted]" in sent


def test_contents_leave_when_they_may(tmp_path, collector: Collector) -> None:  # type: ignore[no-untyped-def]
    spans, _ = asked(tmp_path, collector, otel_contents=True)
    assert attributes(spans["ask"])["input.value"] == QUESTION
    assert "hyposulfite" in attributes(spans["find"])["retrieval.documents.0.document.content"]
    assert attributes(spans["feedback"])["feedback.text"] == "trop court"


def test_a_slow_or_dead_collector_costs_an_answer_nothing(tmp_path, collector: Collector) -> None:  # type: ignore[no-untyped-def]
    collector.slow_s = 8.0
    _, spent = asked(tmp_path / "slow", collector)
    assert spent < 6.0
    begun = time.monotonic()
    dead = Collector("http://127.0.0.1:9/v1/traces")
    asked(tmp_path / "dead", dead)
    assert time.monotonic() - begun < 30


def test_a_night_is_a_trace_with_a_span_a_step(collector: Collector) -> None:
    from datetime import date

    steps = {"pipeline": {"state": "done", "seconds": 0.2, "detail": {}},
             "drift": {"state": "failed", "seconds": 0.1, "detail": {}}}  # fmt: skip
    report = NightReport(date(2026, 5, 4), "done", 1, steps)
    _trace(Settings(otel_url=collector.url), report)
    spans = collector.spans()
    assert set(spans) == {"night", "pipeline", "drift"}
    assert attributes(spans["drift"])["rag.state"] == "failed"


def test_nothing_is_imported_when_it_is_off() -> None:
    code = (
        "import sys, app.service, mlops.tracing as t; from rag.settings import Settings;"
        "assert isinstance(t.make(Settings()), t.NoTracing);"
        "print([m for m in sys.modules if m.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_without_the_extra_it_says_what_to_type(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "mlops.spans", None)
    made = tracing.make(Settings(otel_url="http://127.0.0.1:9/v1/traces"))
    assert isinstance(made, tracing.NoTracing)
    assert "rag-photographie[otel]" in caplog.text

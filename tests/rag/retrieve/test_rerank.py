from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from rag.errors import NotInstalled, RagError, SettingsError
from rag.records import Chunk, Piece
from rag.retrieve.fuse import Scored
from rag.retrieve.rerank import CrossEncoder, EndpointReranker, load_reranker, reranked

TEXTS = ["du fixage", "du lavage", "du virage"]
RANKED = Scored(np.arange(3), np.array([0.9, 0.5, 0.1], np.float32))


def chunk(row):
    piece = Piece(0, 1, 0, 0, 1)
    return Chunk(str(row), "d", "paragraph", ("Tirage",), TEXTS[row], (piece,), True, 1.0)


@pytest.fixture
def server():
    """Replies what ``server.replies`` holds next; notes what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            found.asked.append((self.path, self.headers.get("Authorization"), body))
            status, reply = found.replies.pop(0)
            data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args):
            pass

    found = HTTPServer(("127.0.0.1", 0), Handler)
    found.asked, found.replies = [], []
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


def results(*scores):
    rows = [{"index": n, "relevance_score": s} for n, s in enumerate(scores)]
    return {"results": sorted(rows, key=lambda r: -r["relevance_score"])}


def address(server):
    return f"http://127.0.0.1:{server.server_port}/v1"


def test_a_server_says_the_order(server):
    server.replies = [(200, results(0.1, 0.2, 0.95))]
    reranker = EndpointReranker(address(server), "bge", "secret")
    ranked, notes = reranked(reranker, "virer ?", RANKED, chunk)
    assert (ranked.rows.tolist(), notes) == ([2, 0, 1], ())
    path, key, body = server.asked[0]
    assert (path, key) == ("/v1/rerank", "Bearer secret")
    assert body == {
        "model": "bge",
        "query": "virer ?",
        "documents": [f"Tirage. {text}" for text in TEXTS],
        "top_n": 3,
    }


@pytest.mark.parametrize(
    "reply",
    [
        (500, {"error": "no"}),
        (200, b"not json"),
        (200, {"data": []}),
        (200, results(0.1)),
        (200, {"results": [{"index": 7, "relevance_score": 1.0}]}),
        (200, results(0.1, 0.2, float("nan"))),
        (200, []),
    ],
    ids=["error", "not json", "other shape", "too few", "unknown passage", "nan", "list"],
)
def test_a_server_that_fails_changes_nothing_and_is_told(server, reply):
    server.replies = [reply]
    ranked, notes = reranked(EndpointReranker(address(server), "bge"), "q", RANKED, chunk)
    assert ranked is RANKED
    assert notes == (("reranker", "reranker_unreachable"),)


def test_a_server_that_is_not_there_says_what_to_do():
    reranker = EndpointReranker("http://127.0.0.1:9/rerank", "bge", wait_s=1)
    with pytest.raises(RagError, match="RAG_RERANKER=none"):
        reranker.scores("q", ["p"])


def test_without_one_nothing_changes():
    assert load_reranker("none") is None
    assert reranked(None, "q", RANKED, chunk) == (RANKED, ())


@pytest.mark.parametrize(
    ("name", "known"),
    [("remote", {}), ("remote", {"url": "ftp://x", "model": "m"}), ("hub", {}), ("bm25", {})],
)
def test_what_is_missing_is_named(name, known):
    with pytest.raises(SettingsError):
        load_reranker(name, **known)


def test_the_hub_says_what_to_install(monkeypatch):
    monkeypatch.setattr("rag.retrieve.rerank.find_spec", lambda name: None)
    with pytest.raises(NotInstalled, match="hub"):
        load_reranker("hub", model="some/model")


def test_a_cross_encoder_is_loaded_at_the_first_question(monkeypatch):
    loaded = []

    class Model:
        def __init__(self, name, trust_remote_code):
            loaded.append((name, trust_remote_code))

        def predict(self, pairs):
            return np.array([len(passage) for _, passage in pairs], np.float32)

    monkeypatch.setattr("rag.retrieve.rerank.find_spec", lambda name: object())
    hub = type("hub", (), {"CrossEncoder": Model})
    monkeypatch.setattr("rag.retrieve.rerank.import_module", lambda name: hub)
    reranker = CrossEncoder("some/model")
    assert loaded == []
    assert reranker.scores("q", ["a", "abc"]) == [1.0, 3.0]
    assert reranker.scores("q", ["ab"]) == [2.0]
    assert loaded == [("some/model", False)]

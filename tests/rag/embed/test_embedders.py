from __future__ import annotations

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from rag.embed import embedder as registry
from rag.embed.cached import embed_passages, passage_text
from rag.embed.embedder import HashedEmbedder, load_embedder
from rag.embed.remote import Remote
from rag.errors import NotInstalled, RagError, SettingsError
from rag.records import Chunk, Piece


class Server(BaseHTTPRequestHandler):
    """Answers as OpenAI does, in reverse order, and remembers what it was asked."""

    asked: list[dict] = []  # noqa: RUF012

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({**body, "key": self.headers.get("Authorization"), "path": self.path})
        if body["model"] == "broken":
            data = [{"index": 0, "embedding": [float("nan")]}] * len(body["input"])
        else:
            rows = HashedEmbedder(16).passages(body["input"]) * 3
            data = [{"index": n, "embedding": r.tolist()} for n, r in enumerate(rows)][::-1]
        reply = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    Server.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Server) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/v1"
        running.shutdown()
        thread.join()


@pytest.fixture(params=["hashed", "remote", pytest.param("e5", marks=pytest.mark.slow)])
def embedder(request):
    if request.param == "remote":
        return Remote(url=request.getfixturevalue("server"), model="bge")
    found = load_embedder(request.param)
    if found is None:
        pytest.skip("the wheel of the model does not exist for this machine")
    return found


def test_contract(embedder):
    """What every embedder must do."""
    texts = ["Le diaphragme.", "", "Une phrase bien plus longue. " * 20, "日本 🎞 \ud800"]
    told = []
    rows = embedder.passages(texts, told.append)
    assert rows.shape == (4, embedder.width)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert sum(told) == 4
    np.testing.assert_allclose(embedder.passages(texts[::-1])[::-1], rows, atol=1e-4)
    query = embedder.query("Le diaphragme.")
    assert query.shape == (embedder.width,)
    assert int(np.argmax(rows @ query)) == 0
    assert embedder.passages([]).shape == (0, embedder.width)
    assert embedder.name
    assert embedder.model_hash


def test_none_ranks_by_words_and_says_so(caplog):
    with caplog.at_level(logging.WARNING):
        assert load_embedder("none") is None
    assert "words only" in caplog.text


def test_missing_wheel_is_loud_and_not_fatal(caplog, monkeypatch):
    def missing(threads):
        raise NotInstalled("The embedding model", extra="e5")

    monkeypatch.setattr("rag.embed.e5.E5", missing)
    with caplog.at_level(logging.WARNING):
        assert load_embedder("e5") is None
    assert "WORDS ONLY" in caplog.text
    assert "pip install" in caplog.text


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(SettingsError, match="e5, remote, hashed, none"):
        load_embedder("minilm")


def test_remote_is_never_attempted_unless_configured(monkeypatch):
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: pytest.fail("contacted"))
    with pytest.raises(SettingsError, match="RAG_EMBEDDER_URL"):
        load_embedder("remote")
    with pytest.raises(SettingsError, match="http"):
        load_embedder("remote", url="file:///etc/passwd", model="m")
    load_embedder("remote", url="http://127.0.0.1:9/v1", model="m")


def test_remote_sends_prefixes_key_and_keeps_the_order(server):
    remote = Remote(url=server + "/", model="multilingual-e5-base", key="secret")
    rows = remote.passages(["un", "deux"])
    remote.query("trois")
    assert Server.asked[0]["input"] == ["passage: un", "passage: deux"]
    assert Server.asked[1]["input"] == ["query: trois"]
    assert {(a["key"], a["path"]) for a in Server.asked} == {("Bearer secret", "/v1/embeddings")}
    np.testing.assert_allclose(rows[0], HashedEmbedder(16).query("passage: un"), atol=1e-6)


def test_remote_that_fails_says_what_to_do(server):
    with pytest.raises(RagError, match="choose another with RAG_EMBEDDER"):
        Remote(url=server, model="broken").query("un")
    with pytest.raises(RagError, match="Start that server"):
        Remote(url="http://127.0.0.1:9/v1", model="m").query("un")


class Memory(dict):
    """A cache in memory."""

    def key(self, *parts):
        return repr(parts)

    def put(self, key, data):
        self[key] = data


def test_nothing_is_embedded_twice():
    cache, told = Memory(), []
    rows, computed = embed_passages(["a b", "c", "a b"], HashedEmbedder(), cache)
    assert computed == 2
    again, computed = embed_passages(["c", "a b", "d"], HashedEmbedder(), cache, told.append)
    assert computed == 1
    assert sum(told) == 3
    np.testing.assert_array_equal(again[:2], rows[:2][::-1])
    assert embed_passages(["c"], HashedEmbedder(32), cache)[1] == 1, "another model, another entry"


def test_equal_texts_are_each_counted_in_the_progress():
    told = []
    embed_passages(["a", "a", "b"], HashedEmbedder(), Memory(), told.append)
    assert sum(told) == 3


def test_a_chunk_is_embedded_with_where_it_stands():
    piece = Piece(0, 6, 0, 0, 1)
    chunk = Chunk("i", "d", "paragraph", ("Livre", "I", "Bains"), "Texte.", (piece,), True, 1)
    assert passage_text(chunk) == "I > Bains. Texte."


def test_every_registered_embedder_exists():
    from importlib import import_module

    for module, name in registry.EMBEDDERS.values():
        assert hasattr(import_module(module), name)

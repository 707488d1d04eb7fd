"""``ragphoto doctor`` about the model that writes: it proposes, and uses nothing by itself."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.commands import doctor
from rag.settings import Settings


@contextmanager
def ollama(body):
    asked = []

    class Tags(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tags)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def detail(settings=None):
    (check,) = doctor.writer(settings or Settings())
    assert not check["needed"]
    return check["detail"]


def test_an_ollama_of_this_machine_is_proposed_with_three_settings(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    tags = {"models": [{"name": "nomic-embed-text:latest"}, {"name": "mistral:7b"}]}
    with ollama(json.dumps(tags)) as (address, asked):
        monkeypatch.setattr(doctor, "OLLAMA", address)
        said = detail()
    assert f'writer_url = "{address}/v1"' in said
    assert 'writer_model = "mistral:7b"' in said
    assert "writer_timeout_s" in said
    assert asked == ["/api/tags"]  # nothing was generated


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"models": [1]}', '{"models": null}', "<html>"])
def test_something_else_at_that_port_is_no_ollama(monkeypatch, body):
    with ollama(body) as (address, _):
        monkeypatch.setattr(doctor, "OLLAMA", address)
        assert "docs/models.md" in detail()


def test_an_ollama_without_a_model_is_told_apart(monkeypatch):
    with ollama('{"models": []}') as (address, _):
        monkeypatch.setattr(doctor, "OLLAMA", address)
        assert "ollama pull" in detail()


def test_a_writer_that_is_set_is_named_and_not_contacted():
    with ollama('{"models": []}') as (address, asked):
        said = detail(Settings(writer_url=f"{address}/v1", writer_model="small"))
    assert "small" in said
    assert address in said
    assert asked == []


def test_the_address_looked_at_is_this_machine():
    assert doctor.OLLAMA == "http://127.0.0.1:11434"

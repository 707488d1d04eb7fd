"""``ragphoto doctor`` about the model that writes: it proposes, and uses nothing by itself."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.commands import doctor
from mlops import clock
from rag.settings import Home, Settings


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


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me/photos", "nfs4"),
        ("/home/me", ""),
        ("/mnt/big disk/photos", "cifs"),
        ("/home/me/photos/local", ""),
    ],
)
def test_a_network_disk_is_told_apart(tmp_path, folder, kind):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda / ext4 rw 0 0\nserver:/p /home/me/photos nfs4 rw 0 0\n"
        "/dev/sdb /home/me/photos/local ext4 rw 0 0\n//box/p /mnt/big\\040disk cifs rw 0 0\n",
        "utf-8",
    )
    assert doctor.network_disk(Path(folder), mounts) == kind
    assert doctor.network_disk(Path(folder), tmp_path / "none") == ""


def test_memory_is_read_or_left_out(tmp_path):
    told = tmp_path / "meminfo"
    told.write_text("MemTotal: 4096000 kB\nMemAvailable: 2048000 kB\n", "ascii")
    assert doctor.memory_mb(told) == 2000
    told.write_text("something else", "ascii")
    assert doctor.memory_mb(told) is None
    assert doctor.memory_mb(tmp_path / "none") is None


def test_a_clock_before_the_program_was_made_is_a_fault():
    def found():
        return {check["name"]: check for check in doctor.machine()}["clock"]

    assert found()["ok"]
    with clock.told_by(datetime(2024, 1, 1, tzinfo=UTC)):
        assert not found()["ok"] and found()["needed"] and "timedatectl" in found()["detail"]


def test_what_the_nights_want_is_looked_at(tmp_path):
    (tmp_path / "home").mkdir()

    def found(**how):
        return {c["name"]: c for c in doctor.nights(Home(tmp_path / "home"), Settings(**how))}

    bad = found(timezone="Europe/Pari")["timezone"]
    assert not bad["ok"] and bad["needed"] and "Europe/Paris" in bad["detail"]
    good = found(timezone="Europe/Paris", alert_channels=("json://here/x",))
    assert good["timezone"]["ok"] and good["alerts"]["ok"] and good["sqlite"]["ok"]
    assert "ragphoto schedule" in good["schedule"]["detail"] or good["schedule"]["ok"]
    assert not found()["alerts"]["ok"] and not found()["alerts"]["needed"]


def test_an_extra_is_needed_only_when_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(doctor, "installed", lambda package: "")
    for asked in (Settings(), Settings(otel_url="http://127.0.0.1:6006", mlflow="http://here")):
        for check in doctor.extras(asked):
            assert not check["ok"] and "pip install" in check["detail"]
            assert check["needed"] == (bool(asked.otel_url) and check["name"] != "mcp")


def test_a_prefect_server_that_is_named_is_asked_for_its_health():
    with ollama("true") as (address, asked):
        (check,) = doctor.prefect_server(f"{address}/api")
    assert check["ok"] and asked == ["/api/health"]
    (check,) = doctor.prefect_server(f"{address}/api")
    assert not check["ok"] and not check["needed"] and "prefect server start" in check["detail"]
    assert list(doctor.prefect_server("")) == []

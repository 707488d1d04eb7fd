"""``GET /metrics`` as Prometheus reads it, and questions that failed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from app.api import create_app
from mlops import prometheus
from mlops import store_tables as t
from mlops.store import Store
from rag.engine import Engine
from rag.errors import IndexMismatch, NoRelease
from rag.index.release import Release
from tests.app import small_home


@pytest.fixture(autouse=True)
def _always_read(monkeypatch):
    monkeypatch.setattr(prometheus, "FRESH_S", -1.0)


@pytest.fixture
def client(home):
    app = create_app(home, small_home.SETTINGS)
    with TestClient(app, base_url=small_home.ADDRESS, raise_server_exceptions=False) as client:
        yield client


def samples(response, parse=plain):
    assert response.status_code == 200, response.text
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in parse(response.text)
        for sample in family.samples
    }


def ask(client, question=small_home.QUESTION):
    return client.post("/ask", json={"question": question})


def failures(home):
    with Store(home) as store, store.read() as connection:
        rows = connection.execute(sa.select(t.queries).where(t.queries.c.outcome == "error"))
        return [(row.question, row.reason, row.release_id) for row in rows]


def test_an_answer_is_counted_with_its_stages(client):
    assert ask(client).json()["outcome"] == "answer"
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    found = samples(response)
    assert found["rag_answers_total", ("outcome", "answer"), ("reason", "")] == 1
    assert found["rag_answer_seconds_count", ("outcome", "answer")] == 1
    assert found["rag_stage_seconds_count", ("stage", "find")] == 1
    assert found["rag_database_bytes",] > 0


def test_openmetrics_is_negotiated(client):
    ask(client)
    response = client.get("/metrics", headers={"accept": "application/openmetrics-text"})
    assert response.headers["content-type"].startswith("application/openmetrics-text")
    found = samples(response, openmetrics)
    assert found["rag_answers_total", ("outcome", "answer"), ("reason", "")] == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [(RuntimeError("planted"), "RuntimeError"), (IndexMismatch("planted"), "index_mismatch")],
)
def test_a_question_that_fails_is_noted_once(client, home, monkeypatch, error, reason):
    def fails(*_, **__):
        raise error

    release = ask(client).json()["release"]
    monkeypatch.setattr(Engine, "ask", fails)
    other = "Et la cuvette ?"  # one that was not answered yet
    assert ask(client, other).status_code == 500
    assert failures(home) == [(other, reason, release)]
    found = samples(client.get("/metrics"))
    assert found["rag_answers_total", ("outcome", "error"), ("reason", reason)] == 1
    assert client.get("/stats").json()["rag"]["error_rate"] == 50.0


def test_a_failure_is_noted_when_the_engine_itself_cannot_be_had(client, home, monkeypatch):
    def fails(*_):
        raise IndexMismatch("planted")

    monkeypatch.setattr(Release, "open", fails)
    assert ask(client).status_code == 500
    assert failures(home) == [(small_home.QUESTION, "index_mismatch", "")]


def test_before_the_first_run_nothing_has_failed(client, home, monkeypatch):
    def nothing(*_, **__):
        raise NoRelease(home.root)

    monkeypatch.setattr(Engine, "ask", nothing)
    assert ask(client).status_code == 503
    assert failures(home) == []

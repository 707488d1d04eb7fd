"""Readers who try a challenger over HTTP: sticky, served whatever happens, never slower."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from app.api import create_app
from mlops import releases, trials
from mlops import store_tables as t
from mlops.store import Store
from rag.engine import Engine
from rag.settings import Settings
from tests.app import small_home

QUESTION = {"question": "Comment préparer le collodion ?"}


@pytest.fixture
def store(home):
    with Store(home) as store:
        yield store


@pytest.fixture
def client(home):
    app = create_app(home, small_home.SETTINGS)
    with TestClient(app, base_url=small_home.ADDRESS) as client:
        yield client


def challenger(home, store):
    """A second release: the same documents, and one more note."""
    folder = small_home.another(home)
    releases.register(store, folder.name, run_id=None)
    return folder.name


def asked(client, reader):
    response = client.post("/ask", json=QUESTION, headers={"x-reader": reader})
    assert response.status_code == 200, response.text
    return response.json()["release"]


def queries(store):
    with store.read() as connection:
        rows = connection.execute(sa.select(t.queries).order_by(t.queries.c.at)).mappings()
        return [dict(row) for row in rows]


def begin(store, new, kind, share=0.5):
    return trials.begin(store, Settings(trial_share=share), new, kind=kind)


def test_readers_keep_their_arm_and_the_record_says_which(client, home, store):
    old, new = releases.champion_id(store), challenger(home, store)
    begin(store, new, "canary")
    readers = [f"reader-{n:03}" for n in range(20)]
    first = {reader: asked(client, reader) for reader in readers}
    assert set(first.values()) == {old, new}
    assert {reader: asked(client, reader) for reader in readers} == first
    for row in queries(store):
        assert row["release_id"] == first[row["reader"]]
        assert row["arm"] == ("canary" if row["release_id"] == new else "champion")
    trials.abandon(store, Settings())
    assert {asked(client, reader) for reader in readers} == {old}
    assert queries(store)[-1]["arm"] is None


def test_the_page_gives_a_cookie_of_the_session_to_who_asks(client, store):
    assert "set-cookie" not in client.get("/").headers
    given = client.post("/", data=QUESTION).headers["set-cookie"]
    assert given.startswith("ragphoto_reader=")
    assert "HttpOnly" in given and "SameSite=Lax" in given and "expires" not in given.lower()
    again = client.post("/ask", json=QUESTION)
    assert "set-cookie" not in again.headers
    assert len({row["reader"] for row in queries(store)}) == 1
    strange = client.post("/ask", json=QUESTION, headers={"x-reader": "<script>"})
    assert strange.status_code == 200
    assert "<" not in str(queries(store)[-1]["reader"])


def test_a_challenger_that_does_not_open_ends_the_trial(client, home, store):
    old, new = releases.champion_id(store), challenger(home, store)
    begin(store, new, "canary")
    manifest = home.releases / new / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text("{", "utf-8")
    assert {asked(client, f"reader-{n:03}") for n in range(8)} == {old}
    assert trials.current(store) is None
    assert trials.last(store)[0].decision == "rejected"


def test_a_challenger_that_fails_costs_its_readers_nothing(client, home, store, monkeypatch):
    old, new = releases.champion_id(store), challenger(home, store)
    begin(store, new, "canary")
    ask = Engine.ask

    def broken(engine, *given, **named):
        if engine.release.id == new:
            raise RuntimeError("planted")
        return ask(engine, *given, **named)

    monkeypatch.setattr(Engine, "ask", broken)
    assert {asked(client, f"reader-{n:03}") for n in range(8)} == {old}
    failed = [row for row in queries(store) if row["outcome"] == "error"]
    assert failed and all((row["release_id"], row["arm"]) == (new, "canary") for row in failed)
    assert trials.current(store) is not None, "failures are counted at the next look"


def test_a_shadow_answers_in_silence_and_nobody_waits_for_it(client, home, store, monkeypatch):
    old, new = releases.champion_id(store), challenger(home, store)
    asked(client, "reader-000")  # opens the engine
    begin(store, new, "shadow", share=0.5)
    ask = Engine.ask

    def slow(engine, *given, **named):
        if engine.release.id == new:
            time.sleep(1.5)
        return ask(engine, *given, **named)

    monkeypatch.setattr(Engine, "ask", slow)
    begun = time.monotonic()
    assert {asked(client, f"reader-{n:03}") for n in range(20)} == {old}
    assert time.monotonic() - begun < 9.0, "half of twenty questions asked again would be 15 s"
    assert silent(store) >= 2
    with store.read() as connection:
        row = connection.execute(sa.select(t.shadow_answers)).first()
    assert row.same_first and 0 <= row.overlap <= 1
    assert all(row["release_id"] == old for row in queries(store))


def silent(store, wanted=2):
    """How many answers in silence there are, waiting for them a while."""
    for _ in range(100):
        with store.read() as connection:
            count = connection.scalar(sa.select(sa.func.count()).select_from(t.shadow_answers))
        if count >= wanted:
            break
        time.sleep(0.1)
    return count

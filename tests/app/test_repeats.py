"""A write sent twice with one ``Idempotency-Key`` acts once."""

from __future__ import annotations

import os
import threading
import time

import pytest

from app import repeats
from mlops import feedback as room
from mlops.store import Store
from tests.app.small_home import QUESTION

ANN, BOB = {"x-reader": "ann-ann-ann"}, {"x-reader": "bob-bob-bob"}
KEY = {"idempotency-key": "2f0c7a3e-once"}


@pytest.fixture
def body(client):
    answer = client.post("/ask", json={"question": QUESTION}, headers=ANN).json()
    return {"answer_id": answer["answer_id"], "rating": 4}


def rows(home):
    with Store(home) as store:
        return room.rows(store)


def golden(client, **headers):
    body = {"question": "Qui a inventé la plaque ?", "unanswerable": True}
    return client.post("/golden", json=body, headers=headers)


def test_a_remark_sent_twice_is_one_remark(client, home, body):
    first = client.post("/feedback", json=body, headers=ANN | KEY)
    again = client.post("/feedback", json=body, headers=ANN | KEY)
    assert again.json() == first.json() and again.status_code == 200
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers and len(rows(home)) == 1
    assert again.headers["x-request-id"] != first.headers["x-request-id"]


def test_without_the_key_it_would_have_been_refused(client, body):
    assert golden(client, **KEY).json() == golden(client, **KEY).json()
    assert golden(client).status_code == 409


def test_the_same_key_of_somebody_else_is_another_write(client, home, body):
    client.post("/feedback", json=body, headers=ANN | KEY)
    assert "idempotency-replayed" not in client.post(
        "/feedback", json=body, headers=BOB | KEY
    ).headers  # fmt: skip
    assert {row["author"] for row in rows(home)} == {"reader:ann-ann-ann", "reader:bob-bob-bob"}


def test_a_key_that_served_for_another_write_says_so(client, body):
    client.post("/feedback", json=body, headers=ANN | KEY)
    other = client.post("/feedback", json=body | {"rating": 1}, headers=ANN | KEY)
    assert (other.status_code, other.json()["code"]) == (422, "http.key_reused")


def test_what_was_refused_is_looked_at_again(client, body):
    assert client.post("/feedback", json={"rating": 9}, headers=ANN | KEY).status_code == 422
    assert client.post("/feedback", json=body, headers=ANN | KEY).status_code == 200


def test_a_program_without_token_gets_its_answer_after_it_was_given_one(client, body):
    client.cookies.clear()
    first = client.post("/feedback", json=body, headers=KEY)  # its answer brings a cookie
    again = client.post("/feedback", json=body, headers=KEY)
    assert first.json() == again.json() and "idempotency-replayed" in again.headers


def test_two_at_once_act_once(client, home, body, monkeypatch):
    begun, go = threading.Event(), threading.Event()
    save = room.save

    def slow(*args, **options):
        begun.set()
        go.wait(10)
        return save(*args, **options)

    monkeypatch.setattr(room, "save", slow)
    first = threading.Thread(
        target=client.post, args=("/feedback",), kwargs={"json": body, "headers": ANN | KEY}
    )
    first.start()
    assert begun.wait(10)
    second = client.post("/feedback", json=body, headers=ANN | KEY)
    go.set()
    first.join()
    assert (second.status_code, second.json()["code"]) == (409, "http.under_way")
    assert client.post("/feedback", json=body, headers=ANN | KEY).status_code == 200
    assert len(rows(home)) == 1


def test_a_restart_forgets_nothing_and_a_day_does(client, home, body, monkeypatch):
    client.post("/feedback", json=body, headers=ANN | KEY)
    (kept,) = (home.storage / "repeats").rglob("*.json")
    before = time.time() - repeats.KEPT_S - 1
    os.utime(kept, (before, before))
    again = client.post("/feedback", json=body, headers=ANN | KEY)
    assert "idempotency-replayed" not in again.headers


def test_who_is_forgotten_leaves_no_answer_behind(client, home, body):
    client.post("/feedback", json=body, headers=ANN | KEY)
    assert list((home.storage / "repeats").rglob("*.json"))
    client.delete("/me", headers=ANN)
    assert not list((home.storage / "repeats").rglob("*.json"))


def test_every_write_documents_the_key(client):
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            names = [p["name"].lower() for p in operation.get("parameters", ())]
            asked = path in ("/ask", "/ask/stream", "/v1/chat/completions")
            wanted = 0 if asked or method == "get" else 1
            assert names.count("idempotency-key") == wanted, (method, path)

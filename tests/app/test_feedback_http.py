"""Remarks over HTTP: pages marked, one's own fate, changed, taken back, given, forgotten."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from app.api import create_app
from mlops import feedback as room
from mlops.store import Store
from tests.app.small_home import ADDRESS, QUESTION, SETTINGS

ANN, BOB = {"x-reader": "ann-ann-ann"}, {"x-reader": "bob-bob-bob"}
PAGE = {"document": "livre.pdf", "page": 2}


@pytest.fixture
def asked(client):
    return client.post("/ask", json={"question": QUESTION}, headers=ANN).json()


def say(client, asked, who=ANN, **more):
    body = {"answer_id": asked["answer_id"], "rating": 2, **more}
    return client.post("/feedback", json=body, headers=who)


def rows(home):
    with Store(home) as store:
        return room.rows(store)


def test_a_remark_points_at_the_right_page(client, home, asked):
    marks = [{**PAGE, "first": 3, "last": 6}, {"document": "notes.md", "page": 1, "right": False}]
    assert say(client, asked, marks=marks, wanted="answer").status_code == 200
    (row,) = rows(home)
    assert (row["author"], row["wanted"]) == ("reader:ann-ann-ann", "answer")
    right, wrong = row["marks"]
    assert (right["index"], right["right"], right["first"], right["last"]) == (1, True, 3, 6)
    assert wrong["right"] is False
    assert row["release_id"]  # of the answer


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"marks": [{"document": "livre.pdf", "page": 3}]}, 404),
        ({"marks": [{"document": "../../etc/passwd", "page": 1}]}, 404),
        ({"marks": [{"document": "livre.pdf", "page": 0}]}, 422),
        ({"marks": [{**PAGE, "first": 5, "last": 2}]}, 422),
        ({"marks": [PAGE] * 51}, 422),
        ({"wanted": "everything"}, 422),
        ({"author": "editor"}, 422),
        ({"user": "editor"}, 422),
    ],
)
def test_what_cannot_be_is_refused(client, home, asked, more, status):
    assert say(client, asked, **more).status_code == status
    assert rows(home) == []


def test_a_document_that_is_not_there_is_said_in_the_readers_language(client, asked):
    sent = {"answer_id": asked["answer_id"], "rating": 1,
            "marks": [{"document": "absent.pdf", "page": 1}]}  # fmt: skip
    for language, word in (("fr", "Aucun document"), ("en", "No document")):
        found = client.post("/feedback", json=sent, headers={"accept-language": language})
        assert found.json()["code"] == "feedback.no_document"
        assert word in found.json()["detail"]


def test_what_is_wrong_is_said_in_the_readers_language(client, asked):
    def told(language, **more):
        sent = {"answer_id": asked["answer_id"], "rating": 1, **more}
        found = client.post("/feedback", json=sent, headers={"accept-language": language})
        return found.json()["detail"]

    page = {"marks": [{"document": "livre.pdf", "page": 3}]}
    assert "livre.pdf" in told("fr", **page) and "de page 3" in told("fr", **page)
    assert told("en", **page) == "'livre.pdf' has no page 3: it has 2."
    words = {"marks": [{**PAGE, "first": 5, "last": 2}]}
    assert "Mots 5 à 2" in told("fr", **words)
    assert "Words 5 to 2" in told("en", **words)
    assert told("en", rating=None) == "The rating goes from 1 to 5."


def test_the_author_sees_the_pages_they_marked(client, asked):
    made = say(client, asked, marks=[{**PAGE, "right": False}], wanted="refusal").json()
    seen = client.get(f"/feedback/{made['feedback_id']}", headers=ANN).json()
    assert seen["wanted"] == "refusal"
    (mark,) = seen["marks"]
    assert (mark["page"], mark["right"]) == (PAGE["page"], False)
    again = client.patch(
        f"/feedback/{made['feedback_id']}", json={"marks": [{**mark, "right": True}]}, headers=ANN
    )
    assert again.json()["marks"] == [{**mark, "right": True}]


def test_one_reader_counts_once_an_answer(client, home, asked):
    first = say(client, asked).json()["feedback_id"]
    assert say(client, asked, rating=5).json()["feedback_id"] == first
    say(client, asked, who=BOB)
    assert sorted(row["rating"] for row in rows(home)) == [2, 5]


def test_the_author_sees_its_fate_and_nobody_else(client, asked):
    made = say(client, asked).json()["feedback_id"]
    seen = client.get(f"/feedback/{made}", headers=ANN)
    assert seen.status_code == 200
    assert seen.json()["state"] == "received"
    assert "cette nuit" in seen.json()["told"]
    assert client.get(f"/feedback/{made}", headers=BOB).status_code == 404
    assert [one["feedback_id"] for one in client.get("/feedback/mine", headers=ANN).json()] == [
        made
    ]
    assert client.get("/feedback/mine", headers=BOB).json() == []


def test_only_the_author_changes_it_and_only_what_is_given(client, home, asked):
    made = say(client, asked, feedback_text="faux").json()["feedback_id"]
    change = {"corrected_answer": "Deux cents grammes."}
    assert client.patch(f"/feedback/{made}", json=change, headers=BOB).status_code == 404
    done = client.patch(f"/feedback/{made}", json=change, headers=ANN)
    assert done.json()["corrected_answer"] == "Deux cents grammes."
    (row,) = rows(home)
    assert (row["rating"], row["feedback_text"]) == (2, "faux")
    assert row["updated_at"]
    assert client.patch(f"/feedback/{made}", json={"question": "?"}, headers=ANN).status_code == 422
    assert client.patch(f"/feedback/{made}", json={"rating": 7}, headers=ANN).status_code == 422
    assert client.patch(f"/feedback/{made}", json={"marks": [PAGE]}, headers=ANN).status_code == 200
    assert rows(home)[0]["marks"][0]["index"] == 1


def test_only_the_author_takes_it_back(client, home, asked):
    made = say(client, asked).json()["feedback_id"]
    assert client.delete(f"/feedback/{made}", headers=BOB).status_code == 404
    assert client.delete(f"/feedback/{made}", headers=ANN).json()["status"] == "withdrawn"
    assert client.delete(f"/feedback/{made}", headers=ANN).status_code == 404
    assert client.get(f"/feedback/{made}", headers=ANN).status_code == 404
    assert rows(home) == []


def test_a_reader_has_all_that_is_kept_of_them_then_is_forgotten(client, home, asked):
    say(client, asked, feedback_text="mon mot")
    say(client, asked, who=BOB, feedback_text="celui de Bob")
    kept = client.get("/me/export", headers=ANN).json()
    assert [one["feedback_text"] for one in kept["feedback"]] == ["mon mot"]
    assert [one["question"] for one in kept["questions"]] == [QUESTION]
    assert "Bob" not in json.dumps(kept)
    erased = client.delete("/me", headers=ANN)
    assert erased.json()["erased"]["feedback"] == 1
    assert [row["feedback_text"] for row in rows(home)] == ["celui de Bob"]
    assert client.get("/me/export", headers=ANN).json()["questions"] == []


def test_one_reader_is_paced_whatever_the_address(client, asked, monkeypatch):
    monkeypatch.setattr("app.security.Pace.allows", lambda *_: True)
    monkeypatch.setattr("mlops.feedback.keeping.A_MINUTE", 3)
    said = [{"question": f"q{n}", "answer": "r", "rating": 1} for n in range(4)]
    codes = [client.post("/feedback", json=one, headers=ANN).status_code for one in said]
    assert codes == [200, 200, 200, 429]
    assert client.post("/feedback", json=said[0], headers=BOB).status_code == 200


def test_with_a_key_who_holds_it_sees_any_fate(home):
    settings = SETTINGS.model_copy(update={"api_key": "clef"})
    held = {"authorization": "Bearer clef"}
    with TestClient(create_app(home, settings), base_url=ADDRESS) as client:
        body = {"question": "q", "answer": "r", "rating": 1}
        made = client.post("/feedback", json=body, headers=ANN | held).json()["feedback_id"]
        assert client.get(f"/feedback/{made}", headers=BOB | held).status_code == 200
        assert client.get(f"/feedback/{made}", headers=ANN).status_code == 401
        assert client.patch(f"/feedback/{made}", json={"rating": 5},
                            headers=BOB | held).status_code == 404  # fmt: skip


def test_a_browser_without_a_token_gets_one_and_keeps_its_remarks(client):
    body = {"question": "q", "answer": "r", "rating": 1}
    made = client.post("/feedback", json=body)
    assert "HttpOnly" in made.headers["set-cookie"]
    assert len(client.get("/feedback/mine").json()) == 1
    client.delete("/me")
    assert client.get("/feedback/mine").json() == []


def words_of(client):
    (book,) = (d for d in client.get("/documents").json()["documents"] if d["name"] == "livre.pdf")
    address = f"/documents/{book['document_id']}/pages/2/words"
    return address, [word["text"] for word in client.get(address).json()["words"]]


def test_a_misread_word_is_proposed_and_a_second_person_agrees(client):
    address, words = words_of(client)
    at = words.index("bain")
    sent = {"first": at, "last": at + 1, "after": "pain", "before": "bain"}
    first = client.post(address, json=sent, headers=ANN).json()
    assert first["state"] == "proposed"
    second = client.post(address, json=sent, headers=BOB).json()
    assert (second["word_id"], second["state"]) == (first["word_id"], "validated")
    assert client.get(address).json()["words"][at]["text"] == "bain"  # what was read stays


@pytest.mark.parametrize(
    "wrong",
    [{"after": "bain"}, {"after": "x" * 81}, {"first": 900, "last": 901}, {"before": "autre"},
     {"first": -1}, {"author": "editor"}],
    ids=lambda given: next(iter(given)),
)  # fmt: skip
def test_a_word_that_cannot_stand_there_is_refused(client, wrong):
    address, words = words_of(client)
    at = words.index("bain")
    sent = {"first": at, "last": at + 1, "after": "pain"} | wrong
    refused = client.post(address, json=sent, headers=ANN)
    assert refused.status_code == 422, refused.text
    absent = address.replace("/2/", "/9/")
    assert client.post(absent, json=sent | {"first": 0}, headers=ANN).status_code in (404, 422)

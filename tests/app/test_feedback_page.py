"""The form below an answer, and « Mes remarques »."""

from __future__ import annotations

import re

import pytest

from mlops import feedback as room
from mlops.store import Store
from tests.app.small_home import QUESTION

ANN, BOB = {"x-reader": "ann-ann-ann"}, {"x-reader": "bob-bob-bob"}


@pytest.fixture
def asked(client):
    return client.post("/ask", json={"question": QUESTION}, headers=ANN).json()


def rate(client, asked, **more):
    return client.post(
        "/rate", data={"answer_id": asked["answer_id"], "rating": 1, **more}, headers=ANN
    )


def rows(home):
    with Store(home) as store:
        return room.rows(store)


def test_the_form_offers_each_page_shown_and_another(client):
    shown = client.post("/", data={"question": QUESTION}).text
    assert 'value="wrong#2#livre.pdf"' in shown
    assert "La bonne page est ici" in shown
    english = client.post("/?lang=en", data={"question": QUESTION}).text
    assert "The right page is here" in english


def test_pages_right_and_wrong_come_with_the_remark(client, home, asked):
    sent = {"mark": ["wrong#2#livre.pdf", "", "right#1#notes.md"], "wanted": "refusal",
            "right_document": "livre.pdf", "right_page": "1"}  # fmt: skip
    told = rate(client, asked, **sent)
    assert told.status_code == 200 and "/remarks" in told.text
    (row,) = rows(home)
    assert [(m["index"], m["right"]) for m in row["marks"]] == [(1, False), (0, True), (0, True)]
    assert row["wanted"] == "refusal"


@pytest.mark.parametrize(
    "mark",
    ["right", "right#0#livre.pdf", "maybe#1#livre.pdf", "right#x#livre.pdf", "right#²#livre.pdf",
     "right#1#", "right#1#" + "x" * 501],
    ids=lambda mark: mark[:20],
)  # fmt: skip
def test_a_form_that_is_not_ours_is_refused(client, home, asked, mark):
    assert rate(client, asked, mark=[mark]).status_code == 422
    assert rows(home) == []


def test_a_reader_sees_their_own_remarks_and_takes_one_back(client, home, asked):
    rate(client, asked, feedback_text="<b>faux</b>")
    mine = client.get("/remarks", headers=ANN).text
    assert QUESTION.replace("'", "&#39;") in mine
    assert "&lt;b&gt;faux" in mine and "<b>faux" not in mine
    assert 'data-state="received"' in mine
    assert QUESTION.replace("'", "&#39;") not in client.get("/remarks", headers=BOB).text
    address = re.search(r"/remarks/[0-9a-f]+/withdraw", mine).group()
    assert client.post(address, headers=BOB).status_code == 404
    assert "Aucune remarque" in client.post(address, headers=ANN).text
    assert rows(home) == []

"""Golden questions written by people: the command, the API, the button beside an answer."""

from __future__ import annotations

import json
import re

import pytest
from fastapi.testclient import TestClient

from app.api import create_app
from mlops.golden_file import load
from rag.settings import Settings
from tests.app.small_home import ADDRESS, QUESTION
from tests.app.test_cli import run

GOLD = ("--page", "livre.pdf:2")


def asked(client, question=QUESTION):
    return client.post("/ask", json={"question": question}).json()


def written(home):
    return load(home.root / "golden.jsonl")


def test_a_question_is_added_listed_and_removed(home):
    said = run("golden", "add", QUESTION, *GOLD, "--answer", "200 g", "--quote",
               "deux cents grammes", "--kind", "number", home=home).stdout  # fmt: skip
    (question,) = written(home)
    assert question.id in said
    assert (question.gold, question.answer, question.kind, question.lang) == (
        (("livre.pdf", 2),), "200 g", "number", "fr",
    )  # fmt: skip
    run("golden", "add", "Qui a peint la Joconde ?", "--unanswerable", home=home)
    listed = json.loads(run("golden", "list", "--json", home=home).stdout)
    assert [row["question"] for row in listed] == [QUESTION, "Qui a peint la Joconde ?"]
    for words, count in ((("--kind", "number"), 1), (("--match", "JOCONDE"), 1),
                         (("--document", "livre"), 1), (("--unanswerable",), 1)):  # fmt: skip
        assert len(json.loads(run("golden", "list", *words, "--json", home=home).stdout)) == count
    assert "livre.pdf:2 → 200 g" in run("golden", "list", home=home).stdout
    run("golden", "remove", question.id, home=home)
    assert len(written(home)) == 1
    assert run("golden", "remove", question.id, home=home, code=2).stdout == ""


def test_a_question_from_an_answer_takes_its_cited_pages(home):
    answer = json.loads(run("ask", QUESTION, "--json", home=home).stdout)
    run("golden", "add", "--from-answer", answer["answer_id"], home=home)
    (question,) = written(home)
    assert (question.question, question.gold) == (QUESTION, (("livre.pdf", 2),))
    assert question.answer == answer["answer"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["", *GOLD], "Il manque la question"),
        (["Quoi ?"], "--unanswerable"),
        (["Quoi ?", *GOLD, "--unanswerable"], "contredisent"),
        (["Quoi ?", "--page", "livre.pdf"], "--page perrot"),
        (["Quoi ?", "--page", "livr.pdf:2"], "livre.pdf"),
        (["Quoi ?", "--page", "livre.pdf:3"], "2 pages"),
        (["Quoi ?", *GOLD, "--quote", "pas imprimé"], "imprimés"),
        (["--from-answer", "inconnue"], "inconnue"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_written(shared_home, arguments, words):
    done = run("golden", "add", *arguments, home=shared_home, code=2)
    assert words in done.stderr
    assert not (shared_home.root / "golden.jsonl").exists()


def test_the_same_question_again_says_where_it_stands(home):
    run("golden", "add", QUESTION, *GOLD, home=home)
    done = run("golden", "add", QUESTION.upper(), *GOLD, home=home, code=2)
    assert "golden remove" in done.stderr
    assert len(written(home)) == 1


def test_check_says_what_is_wrong_and_what_can_be_told(home):
    run("golden", "add", QUESTION, *GOLD, home=home)
    good = run("golden", "check", home=home)
    assert "± 0," in good.stdout and "il en faudrait 30" in good.stdout
    with (home.root / "golden.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "x", "question": "Où ?", "gold": [{"document": "x.pdf", "page": 1}]}\n')
    bad = run("golden", "check", home=home, code=1)
    assert re.search(r"ERREUR\s+ligne 2 \(x\)\s+pas de document", bad.stdout)
    found = json.loads(run("golden", "check", "--json", home=home, code=1).stdout)
    assert [f["code"] for f in found["findings"]] == ["no_document", "few", "few_unanswerable"]


def test_the_api_adds_a_question(client, home):
    pages = [{"document": "livre.pdf", "page": 2}]
    answer = client.post("/golden", json={"question": "Et le fixage ?", "pages": pages})
    assert answer.status_code == 200, answer.text
    assert answer.json()["pages"] == pages
    assert [q.id for q in written(home)] == [answer.json()["id"]]
    again = client.post("/golden", json={"question": "Et le fixage ?", "pages": pages})
    assert (again.status_code, again.json()["code"]) == (409, "golden.already")
    assert str(home.root) not in again.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": "Quoi ?"}, 422),
        ({"question": "Quoi ?", "pages": [{"document": "x.pdf", "page": 1}]}, 422),
        ({"question": "Quoi ?", "pages": [{"document": "livre.pdf", "page": 0}]}, 422),
        ({"question": "Quoi ?", "surprise": 1}, 422),
        ({"answer_id": "inconnue"}, 404),
        ([], 422),
    ],
)
def test_the_api_refuses_what_is_no_golden_question(client, home, body, status):
    answer = client.post("/golden", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert not (home.root / "golden.jsonl").exists()


def test_the_button_beside_an_answer_keeps_the_pages_ticked(client, home):
    html = client.post("/", data={"question": QUESTION}).text
    (form,) = re.findall(r'<form class="rate" method="post" action="/golden".*?</form>', html, re.S)
    (answer_id,) = re.findall(r'name="answer_id" value="(\w+)"', form)
    ticked = re.findall(r'name="place" value="([^"]+)" checked', form)
    assert ticked == ["livre.pdf#2"]
    shown = client.post("/golden", data={"answer_id": answer_id, "place": ["", *ticked]})
    assert shown.status_code == 200 and "text/html" in shown.headers["content-type"]
    (question,) = written(home)
    assert question.id in shown.text
    assert (question.question, question.gold) == (QUESTION, (("livre.pdf", 2),))


def test_without_a_box_ticked_the_question_is_to_be_refused(client, home):
    answer_id = asked(client)["answer_id"]
    client.post("/golden", data={"answer_id": answer_id, "place": "", "answer": "rien"})
    (question,) = written(home)
    assert (question.gold, question.answer, question.kind) == ((), "", "unanswerable")
    refused = client.post("/golden", data={"answer_id": answer_id, "place": "#deux"})
    assert refused.status_code == 422


def test_another_page_cannot_add_and_a_key_is_wanted(client, home):
    foreign = client.post(
        "/golden", json={"question": "Q ?", "unanswerable": True}, headers={"origin": "http://mal"}
    )
    assert foreign.status_code == 403
    app = create_app(home, Settings(embedder="none", workers=1, api_key="k" * 20))
    with TestClient(app, base_url=ADDRESS) as locked:
        body = {"question": "Q ?", "unanswerable": True}
        assert locked.post("/golden", json=body).status_code == 401
        key = {"authorization": f"Bearer {'k' * 20}"}
        assert locked.post("/golden", json=body, headers=key).status_code == 200
    assert len(written(home)) == 1

"""The queue, causes, validation by a second person, learning from the page: over HTTP."""

from __future__ import annotations

import csv
import io

import pytest

from app import teaching
from mlops.learning import settling
from mlops.store import Store
from tests.app.small_home import QUESTION

ANN, BOB = {"x-reader": "ann-ann-ann"}, {"x-reader": "bob-bob-bob"}
HTML = {"accept": "text/html"}
ASKED = "Combien de temps laisse-t-on l'épreuve dans le bain ?"
SAID = "On y laisse l'épreuve dix minutes."


@pytest.fixture
def remark(client):
    """Ann corrects an answer and shows the page; returns its id."""
    answer = client.post("/ask", json={"question": ASKED}, headers=ANN).json()
    given = {"answer_id": answer["answer_id"], "rating": 1, "corrected_answer": SAID,
             "marks": [{"document": "livre.pdf", "page": 2}]}  # fmt: skip
    return client.post("/feedback", json=given, headers=ANN).json()["feedback_id"]


def test_the_queue_shows_filters_and_hides_who(client, remark):
    client.post(
        "/feedback", json={"question": "gélatine ?", "answer": "a", "rating": 5}, headers=BOB
    )
    rows = client.get("/feedback").json()
    assert rows["total"] == 2 and "author" not in rows["feedback"][0]
    assert client.get("/feedback?rating_max=3").json()["feedback"][0]["feedback_id"] == remark
    assert client.get("/feedback?text=GÉLA").json()["total"] == 1
    assert client.get("/feedback?limit=1&offset=1").json()["feedback"][0]["question"] == ASKED
    page = client.get("/learning", headers=HTML).text
    assert ASKED.replace("'", "&#39;") in page and "★☆☆☆☆" in page and "ann-ann" not in page
    assert "gélatine" not in client.get("/learning?rating_max=3", headers=HTML).text


def test_a_remark_is_looked_at_and_told_in_words(client, remark):
    assert "pas été cherchée" in client.get(f"/learning/remarks/{remark}", headers=HTML).text
    done = client.post(f"/learning/remarks/{remark}", follow_redirects=False)
    assert done.status_code == 303
    found = client.get(f"/diagnoses/{remark}").json()
    (diagnosis,) = found["diagnoses"]
    assert diagnosis["told"] in client.get(f"/learning/remarks/{remark}", headers=HTML).text
    assert diagnosis["evidence"]["document"] == "livre.pdf"
    english = client.get(f"/diagnoses/{remark}", headers={"accept-language": "en"}).json()
    assert english["diagnoses"][0]["told"] != diagnosis["told"]
    assert client.get("/diagnoses/0a").status_code == 404
    assert client.post("/learning/remarks/0a").status_code == 404


def test_the_stage_that_lost_the_answer_is_shown(client):
    one = {"cause": "cut", "detail": "", "remedy": "chunk_otherwise", "evidence": {},
           "release_id": "r"}  # fmt: skip
    states = [s["state"] for s in teaching.diagnosis_out(one, "fr")["stages"]]
    assert states == ["ok"] * 3 + ["lost"] + ["after"] * 4
    assert teaching.diagnosis_out({**one, "cause": "reader", "remedy": "show_proof"}, "fr"
                                  )["stages"] == []  # fmt: skip


def test_a_second_person_validates_nobody_themselves(home, client, remark):
    assert client.post("/learning/look", follow_redirects=False).status_code == 303
    (row,) = client.get("/proposals").json()["proposals"]
    assert row["kind"] == "entry" and row["document"] == "livre.pdf" and row["page"] == 2
    assert "dix minutes" in row["quote"]
    page = client.get("/learning/proposals", headers=HTML).text
    assert row["quote"].split("'")[0] in page and row["view_url"].replace("&", "&amp;") in page
    address = f"/learning/proposals/{row['id']}"
    own = client.post(address, data={"verdict": "validate"}, headers=ANN)
    assert own.status_code == 409 and "propre correction" in own.json()["detail"]
    other = client.post(address, data={"verdict": "validate", "note": "lu"}, headers=BOB,
                        follow_redirects=False)  # fmt: skip
    assert other.status_code == 303
    with Store(home) as store:
        assert settling.find(store, row["id"]).row["state"] == "validated"
    assert client.get("/proposals").json()["total"] == 0
    assert client.get("/proposals?state=validated").json()["total"] == 1
    taken = client.post(f"/proposals/{row['id']}/withdraw", json={}, headers=BOB)
    assert taken.json() == {"state": "withdrawn"}
    assert client.post("/proposals/abcd/refuse", json={}).status_code == 404


def test_learning_from_the_page_ends_with_its_verdict(client, remark):
    client.post("/learning/look")
    (row,) = client.get("/proposals").json()["proposals"]
    client.post(f"/proposals/{row['id']}/validate", json={}, headers=BOB)
    before = client.get("/health/ready").json()["release"]
    assert client.get("/retraining").json()["last"] == {"state": "none"}
    assert client.post("/retraining").status_code == 202
    teaching.learning_of(client.app).wait(120)
    last = client.get("/retraining").json()["last"]
    assert last["state"] == "done", last
    page = client.get("/learning", headers=HTML).text
    if last["decision"] == "promoted":
        assert client.get("/health/ready").json()["release"] != before
        assert "En service" in page
    else:
        assert last["decision"] == "rejected" and "Refusée" in page and last["reasons"]


def test_one_learning_at_a_time(client, monkeypatch):
    monkeypatch.setattr(teaching.Learning, "start", lambda self, service: False)
    assert client.post("/retraining").status_code == 409
    assert client.post("/learning/learn").status_code == 409


def test_failures_and_acquisitions(client):
    question = "Quel est le prix de la chambre Kodak Brownie ?"
    answer = client.post("/ask", json={"question": question}, headers=ANN).json()
    given = {
        "answer_id": answer["answer_id"],
        "rating": 1,
        "corrected_answer": "Cinq dollars en 1900",
    }
    client.post("/feedback", json=given, headers=ANN)
    client.post("/learning/look")
    found = client.get("/failures").json()
    assert found["acquisitions"], found
    topic = found["acquisitions"][0]
    assert question in topic["questions"]
    assert topic["topic"] in client.get("/learning/acquisitions", headers=HTML).text
    told = client.get("/learning/acquisitions?as=csv")
    rows = list(csv.reader(io.StringIO(told.text.lstrip("\ufeff")), delimiter=";"))
    assert rows[0] == ["topic", "count", "questions"] and question in rows[1][2]
    assert client.get("/learning/failures", headers=HTML).status_code == 200


def test_a_cell_is_no_formula():
    from app.routes.learning import _harmless

    assert _harmless("=HYPERLINK()") == "'=HYPERLINK()" and _harmless(QUESTION) == QUESTION


def test_a_rule_that_a_diagnosis_proposes_is_told_in_words_and_settled(home, client, remark):
    from mlops.diagnosis.causes import Cause, Diagnosis
    from mlops.diagnosis.running import keep
    from mlops.learning import rules
    from mlops.serving import open_engine
    from tests.app.small_home import SETTINGS

    release = open_engine(home, SETTINGS).release
    document = next(s.document_id for s in release.sources if s.name == "livre.pdf")
    remedy = {"kind": "reading", "engine": "tesseract", "scale": 1.0, "found": ["dix", "minut"]}
    evidence = {"document_id": document, "page_index": 1, "remedy": remedy}
    with Store(home) as store:
        keep(store, Diagnosis(remark, Cause.MISREAD, "engine", evidence, "g", release.id))
        rules.mine(store, release)
    (row,) = client.get("/proposals").json()["proposals"]
    assert (row["kind"], row["page"]) == ("rule", 2)
    told = " ".join(row["after"].split())
    assert told.startswith("relire livre.pdf, p. 2, avec tesseract à l’échelle 1")
    assert "dix, minut" in told
    assert "relire livre.pdf" in client.get("/learning/proposals", headers=HTML).text
    done = client.post(f"/proposals/{row['id']}/validate", json={})
    assert done.json() == {"state": "validated"}
    shown = client.get(f"/diagnoses/{remark}").json()
    assert [(one["kind"], one["state"]) for one in shown["learned"]] == [("rule", "validated")]

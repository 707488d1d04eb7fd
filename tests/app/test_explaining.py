"""An answer told from its question to its files, made again, and gone on from."""

from __future__ import annotations

import hashlib
import json

import pytest
import sqlalchemy as sa

from mlops import deletion
from mlops import store_tables as t
from mlops.explaining import explain, history_after
from mlops.store import Store
from rag.errors import UnknownAnswer
from tests.app.small_home import QUESTION, SETTINGS
from tests.app.test_cli import run


def ask(client, **body):
    given = client.post("/ask", json={"question": QUESTION, **body})
    assert given.status_code == 200, given.text
    return given.json()


def test_an_answer_is_made_again_to_the_last_bit(client, home):
    answer = ask(client)
    found = explain(home, SETTINGS, answer["answer_id"])
    assert (found.again.possible, found.again.same) == (True, True)
    assert found.text == answer["answer"]
    assert [hit.score for hit in found.trace.hits] == sorted(
        (hit.score for hit in found.trace.hits), reverse=True
    )
    manifest = home.releases / answer["release"] / "manifest.json"
    assert hashlib.sha256(manifest.read_bytes()).hexdigest().startswith(found.release)
    assert found.names[found.trace.hits[0].document_id] == "livre.pdf"


def test_what_differs_is_named(client, home):
    answer = ask(client)
    with Store(home) as store, store.write() as connection:
        row = connection.execute(sa.select(t.answers.c.trace)).scalar_one()
        row["hits"][0]["score"] += 1e-9
        connection.execute(sa.update(t.answers).values(trace=row))
    found = explain(home, SETTINGS, answer["answer_id"])
    assert (found.again.possible, found.again.differences) == (True, ("hits",))
    said = run("explain", answer["answer_id"], home=home, code=1).stdout
    assert "DIFFÉRENTE (hits)" in said


def test_what_was_deleted_since_is_hidden_but_the_answer_still_comes_again(client, home):
    answer = ask(client)
    deletion.delete(home, "livre.pdf")
    found = explain(home, SETTINGS, answer["answer_id"])
    assert found.again.same
    assert found.sentences == () and found.hidden >= 2
    assert all(page.document != "livre.pdf" for page in found.pages)
    words = answer["sentences"][0]["text"]
    assert words not in run("explain", answer["answer_id"], home=home).stdout
    assert words not in client.get(f"/answers/{answer['answer_id']}/explanation").text


def test_an_answer_of_an_older_version_says_so(client, home):
    answer = ask(client)
    with Store(home) as store, store.write() as connection:
        connection.execute(sa.update(t.answers).values(trace=sa.null()))
    assert explain(home, SETTINGS, answer["answer_id"]).again.differences == ("no_trace",)
    assert "version antérieure" in run("explain", answer["answer_id"], home=home).stdout


def test_explain_in_words_and_in_json(client, home):
    answer = ask(client)
    said = run("explain", answer["answer_id"], home=home).stdout
    cited = answer["sentences"][0]["citations"][0]
    for part in (QUESTION, cited["document_id"], answer["release"], "bit pour bit"):
        assert part in said
    data = json.loads(run("explain", answer["answer_id"], "--json", home=home).stdout)
    assert data["again"]["same"] is True
    assert data == client.get(f"/answers/{answer['answer_id']}/explanation").json()


def test_an_answer_that_never_was(client, home):
    with pytest.raises(UnknownAnswer):
        explain(home, SETTINGS, "0" * 32)
    assert client.get(f"/answers/{'0' * 32}/explanation").status_code == 404
    assert "identifiant" in run("explain", "0" * 32, home=home, code=2).stderr
    assert client.post("/ask", json={"question": "et ?", "after": "0" * 32}).status_code == 404


def test_a_question_that_follows_knows_those_before_it(client, home):
    first = ask(client)
    second = ask(client, question="Et combien de temps ?", after=first["answer_id"])
    with Store(home) as store:
        history = history_after(store, second["answer_id"])
    assert history == (QUESTION, "Et combien de temps ?")
    assert explain(home, SETTINGS, second["answer_id"]).trace.history == (QUESTION,)
    assert explain(home, SETTINGS, second["answer_id"]).again.same


def test_an_answer_of_another_program_is_said_to_be(client, home):
    answer = ask(client)
    assert not explain(home, SETTINGS, answer["answer_id"]).again.other_program
    with Store(home) as store, store.write() as connection:
        row = connection.execute(sa.select(t.answers.c.trace)).scalar_one()
        connection.execute(sa.update(t.answers).values(trace={**row, "program": "f" * 12}))
    assert explain(home, SETTINGS, answer["answer_id"]).again.other_program

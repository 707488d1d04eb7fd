"""An answer told from its question to its files, made again, and gone on from."""

from __future__ import annotations

import hashlib
import html
import json
import re

import pytest
import sqlalchemy as sa

from app import filters_told, messages, origins
from mlops import deletion
from mlops import store_tables as t
from mlops.explaining import explain, history_after
from mlops.store import Store
from rag.errors import UnknownAnswer
from rag.question.cameras import Cameras
from rag.question.filters import photo_tests
from rag.records import Filters, PhotoTest
from tests.app.small_home import QUESTION, SETTINGS
from tests.app.test_cli import run

HTML = {"accept": "text/html"}


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
    assert "DIFFÉRENTE (passages trouvés)" in said
    page = client.get(f"/a/{answer['answer_id']}/origin", headers=HTML).text
    assert "DIFFÉRENTE (passages trouvés)" in page and "bit pour bit" not in page


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
    page = html.unescape(client.get(f"/a/{answer['answer_id']}/origin", headers=HTML).text)
    assert words not in page and "livre.pdf" not in page
    assert "document supprimé depuis" in page and "bit pour bit" in page


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


def told_on_page(page):
    """What a person reads without opening a technical detail."""
    main = re.search(r"<main>.*</main>", page, re.DOTALL)[0]
    bare = re.sub(r"<details.*?</details>", "", main, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", bare)).replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("fr", ("D’où vient cette réponse", "Comprise comme", "langue : français",
                "livre.pdf, p. 2", "Passages trouvés", "(n° 1)", "Jugée", "Modèles", "Version du ",
                "bit pour bit", "par les mots seuls", "Revenir à la réponse")),
        ("en", ("Where this answer comes from", "Understood as", "language: French",
                "livre.pdf, p. 2", "Passages found", "(no. 1)", "Judged", "Models", "Release of ",
                "bit for bit", "by words alone", "Back to the answer")),
    ],
)  # fmt: skip
def test_the_page_of_an_origin_is_in_words(client, language, wanted):
    answer = ask(client)
    address = f"/a/{answer['answer_id']}/origin"
    page = client.get(f"{address}?lang={language}", headers=HTML)
    assert page.status_code == 200 and page.headers["content-language"] == language
    said = told_on_page(page.text)
    for words in (*wanted, QUESTION, *(s["text"] for s in answer["sentences"])):
        assert words in said, words
    assert not re.search(r"[{}]|\b(nan|None|lexical|dense|coverage|foreign)\b|[0-9a-f]{16}", said)
    cited = answer["sentences"][0]["citations"][0]
    assert html.escape(cited["view_url"]) in page.text, "a sentence leads to its words on the page"
    for link in re.findall(r'href="(/(?:view|versions|a|answers)/[^"]*)"', page.text):
        assert client.get(html.unescape(link)).status_code == 200, link
    assert f'href="{address}"' in client.get(f"/a/{answer['answer_id']}", headers=HTML).text


def test_the_terminal_and_the_page_say_the_same(client, home):
    answer = ask(client)
    page = html.unescape(client.get(f"/a/{answer['answer_id']}/origin", headers=HTML).text)
    said = run("explain", answer["answer_id"], home=home).stdout
    (*_, again) = parts = origins.told(explain(home, SETTINGS, answer["answer_id"]), "fr")
    assert again.name == "again" and len(parts) == 8
    for part in parts:
        cells = [cell.words for row in part.rows for cell in row]
        places = [one.words for line in part.lines for one in line.under]
        lines = [line.words for line in part.lines]
        for words in (part.title, *lines, *places, *cells, *part.details):
            assert words in said and words in page, words


def test_an_origin_of_nothing_is_an_error_for_a_person(client):
    for language, words in (("fr", "n’est pas connue ici"), ("en", "is not known here")):
        lost = client.get(f"/a/{'0' * 32}/origin?lang={language}", headers=HTML)
        assert lost.status_code == 404 and words in html.unescape(lost.text)
        assert "<main>" in lost.text
    assert client.get("/a/xyz/origin", headers=HTML).status_code == 422


def test_a_refusal_and_an_answer_of_an_older_version_have_an_origin_too(client, home):
    lost = ask(client, question="Qui a gagné la coupe du monde de football ?")
    said = told_on_page(client.get(f"/a/{lost['answer_id']}/origin", headers=HTML).text)
    assert "(aucune phrase)" in said and "pourquoi :" in said
    answer = ask(client)
    with Store(home) as store, store.write() as connection:
        connection.execute(sa.update(t.answers).values(trace=sa.null()))
    said = told_on_page(client.get(f"/a/{answer['answer_id']}/origin", headers=HTML).text)
    assert "version antérieure" in said and answer["sentences"][0]["text"] in said


def test_filters_are_told_as_they_are_asked():
    asked = Filters(
        documents=("livre",), kinds=("photo",), years=(1870, 1899), languages=("fr", "en"),
        min_confidence=0.8,
        photo=(PhotoTest("aperture", high=2.8), PhotoTest("iso", 400, 400),
               PhotoTest("shutter_s", 0.004, 0.01), PhotoTest("lens", words="nikkor"),
               PhotoTest("night"), PhotoTest("text", words="tour"),
               PhotoTest("order", words="-iso")),
    )  # fmt: skip
    said = [line.replace("\xa0", " ") for line in filters_told.told(asked, "fr")]
    assert said == [
        "Document : livre", "Sorte : photo", "Années de parution : 1870-1899",
        "Langue du document : français, anglais", "Lecture sûre à : 80 % au moins",
        "diaphragme : f/2,8 au plus", "sensibilité : 400 ISO", "vitesse : de 1/250 s à 1/100 s",
        "objectif : nikkor", "prises de nuit", "sujet : tour",
        "rangées par : sensibilité, ordre décroissant",
    ]  # fmt: skip
    assert filters_told.told(Filters(years=(1874, 1874)), "en") == ["Years of publication: 1874"]


def test_every_test_of_photos_that_a_question_makes_has_words():
    """Each field, as the questions of people make them."""
    known = Cameras((), ())
    fields = {
        test.field
        for question in (
            "photos à f/2,8 à 400 ISO au 1/250 s au 50 mm", "photos de 2023",
            "mes photos de nuit",
            "photos de la tour au 35 mm équivalent plein format", "photos les plus récentes",
        )
        for test in photo_tests(question, known)
    }  # fmt: skip
    assert {"aperture", "iso", "shutter_s", "focal_mm", "focal_35mm"} <= fields
    assert {"year", "night", "text", "order"} <= fields
    for field in fields | {"camera", "lens", "day"}:
        assert f"explain.photo.{field}" in messages.MESSAGES, field

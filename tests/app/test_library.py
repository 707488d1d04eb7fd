from __future__ import annotations

import re
import time

import pytest
from fastapi.testclient import TestClient

from app.api import create_app
from app.library_page import strip
from mlops import keys
from rag.index.content import PageAccount
from rag.records import PageStatus
from rag.settings import Home
from tests.app.small_home import ADDRESS, SETTINGS

NOTE = "Le collodion humide se verse sur la plaque de verre juste avant la prise de vue."
HTML = {"accept": "text/html"}


@pytest.fixture
def empty(tmp_path):
    """The service of a home where nothing is yet."""
    app = create_app(Home(tmp_path / "empty"), SETTINGS)
    with TestClient(app, base_url=ADDRESS) as client:
        yield client


def post(client, *files):
    parts = [("files", (name, data)) for name, data in files]
    return client.post("/library", files=parts, headers=HTML, follow_redirects=False)


def until_over(client, address):
    for _ in range(600):
        page = client.get(address).text
        if "http-equiv" not in page:
            return page
        time.sleep(0.1)
    raise AssertionError(page)


def pages(*told):
    return [PageAccount("d", n, PageStatus(s), "", c) for n, (s, c) in enumerate(told)]


def test_the_library_shows_each_document_and_how_it_was_read(reader):
    html = reader.get("/library").text
    assert html.count("<h1>") == 1
    book = re.search(r'href="/read/([0-9a-f]{64})/1">livre.pdf', html)
    assert book
    assert 'aria-label="2 pages\u00a0: 2 lues"' in html
    assert 'class="h3"' in html and "95 %" in html.replace("\u00a0", " ")


def test_it_searches_names_and_inside(reader):
    assert "notes.md" not in reader.get("/library", params={"name": "LIVRE"}).text
    found = reader.get("/library", params={"text": "hyposulfite de soude"}).text
    assert re.search(r'href="/read/[0-9a-f]{64}/2">livre.pdf, page 2', found)
    elsewhere = reader.get("/library", params={"name": "notes", "text": "profondeur de champ"}).text
    assert "livre.pdf" not in elsewhere


def test_a_form_adds_a_document_and_the_page_of_the_job_follows_it(empty):
    sent = post(empty, ("note.md", NOTE.encode()))
    assert sent.status_code == 303
    over = until_over(empty, sent.headers["location"])
    assert "Terminé" in over and "note.md" in over
    assert "note.md" in empty.get("/library").text


def test_a_form_with_nothing_new_says_why(empty):
    sent = post(empty, ("faux.pdf", b"MZ\x90\0" * 200))
    assert sent.status_code == 422
    assert "faux.pdf" in sent.text and "renommez-le" in sent.text
    none = empty.post("/library", content=b"--x--\r\n", headers={
        **HTML, "content-type": "multipart/form-data; boundary=x"})  # fmt: skip
    assert none.status_code == 422 and "Choisissez-en un" in none.text


def test_deleting_names_what_is_lost_and_is_undone(client):
    html = client.get("/library").text
    book = re.search(r'href="/library/([0-9a-f]{64})/delete" aria-label="[^"]*livre', html)[1]
    before = client.get(f"/library/{book}/delete").text
    assert "livre.pdf" in before and "(2 pages)" in before
    after = client.post(f"/library/{book}/delete").text  # shown by the redirection
    assert "Annuler la suppression" in after and f"/read/{book}" not in after
    assert f"/read/{book}" in client.post(f"/library/{book}/restore").text


def test_an_empty_home_explains_itself_and_reads_the_sample(empty, monkeypatch, tmp_path):
    first = empty.get("/").text
    assert first.count('<li class="card">') == 3
    assert 'action="/library/sample"' in first and 'href="/library"' in first
    assert empty.get("/library").status_code == 200
    sent = empty.post("/library/sample", follow_redirects=False)
    assert sent.headers["location"].startswith("/library/jobs/")
    again = empty.post("/library/sample", follow_redirects=False)
    assert again.headers["location"] == sent.headers["location"]


def test_a_reader_sees_and_changes_nothing(home):
    with TestClient(create_app(home, SETTINGS), base_url=ADDRESS) as client:
        _, key = keys.issue(client.app.state.service.store, "Lise", "reader")
        client.headers["authorization"] = f"Bearer {key}"
        html = client.get("/library").text
        assert "livre.pdf" in html
        assert "/delete" not in html and "data-drop" not in html
        assert post(client, ("note.md", b"x")).status_code == 403


def test_a_strip_has_a_bar_for_each_change():
    bars = strip(pages(("ok", 0.99), ("ok", 0.98), ("failed", 0.0), ("blank", 0.0), ("ok", 0.5)))
    assert [(bar.look, bar.x, bar.width) for bar in bars] == [
        ("h4", 0, 240), ("hf", 240, 120), ("hb", 360, 120), ("h1", 480, 120),
    ]  # fmt: skip


def test_one_failed_page_of_a_thousand_shows():
    bars = strip(pages(*[("ok", 0.99)] * 700, ("failed", 0.0), *[("ok", 0.99)] * 299))
    assert [bar.look for bar in bars] == ["h4", "hf", "h4"]
    assert bars[1].width == 5


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_stands_in_both_languages(reader, language):
    html = reader.get("/library", headers={"accept-language": language}).text
    assert ("Bibliothèque" if language == "fr" else "Library") in html

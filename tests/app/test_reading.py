from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.reading_page import blocks, picked, proposals
from mlops.learning import words as room
from mlops.store import Store
from rag.correct.overlay import WordFix, overlay
from rag.records import PageStatus, Role
from tests.app import photo_home, small_home


@pytest.fixture
def book(client):
    return next(
        d["document_id"]
        for d in client.get("/documents").json()["documents"]
        if d["name"] == "livre.pdf"
    )


def document(client, name):
    found = client.get("/documents").json()["documents"]
    return next(d["document_id"] for d in found if d["name"] == name)


def fixes(home):
    with Store(home) as store:
        return room.listing(store)


def say(client, book, after, first=5, last=6, fragment=True, **more):
    headers = {"x-fragment": "1"} if fragment else {}
    return client.post(
        f"/read/{book}/2",
        data={"first": first, "last": last, "after": after, **more},
        headers=headers,
        follow_redirects=False,
    )


def test_every_word_stands_beside_its_box(client, book):
    html = client.get(f"/read/{book}/2").text
    read = client.get(f"/documents/{book}/pages/2/words").json()["words"]
    links = re.findall(r'<a class="w[^"]*" id="w(\d+)"[^>]*>(.*?)</a>', html)
    assert [text for _, text in links] == [w["text"].replace("'", "&#39;") for w in read]
    boxes = re.findall(r'data-w="(\d+)" x="(\d+)" y="(-?\d+)"', html)
    assert [(int(n), int(x) + 3, int(y) + 2) for n, x, y in boxes] == [
        (n, w["box"][0], w["box"][1]) for n, w in enumerate(read)
    ]
    assert '<h2 class="block heading">' in html
    assert "page 2 sur 2" in html and "/read/" + book + "/1?text=corrected" in html


def test_pages_turn_and_a_number_too_large_is_the_last(client, book):
    for asked, page in ((1, 1), (2, 2), (9, 2)):
        turned = client.get(f"/read/{book}?page={asked}", follow_redirects=False)
        assert turned.headers["location"] == f"/read/{book}/{page}"
    assert client.get(f"/read/{book}/3").status_code == 404
    assert client.get(f"/read/{'0' * 64}/1").status_code == 404


def test_a_word_is_proposed_once_and_a_second_person_puts_it_in_line(home, client, book):
    told = say(client, book, "bains")
    assert told.status_code == 200 and 'data-state="proposed"' in told.text
    (row,) = fixes(home)
    assert (row["before"], row["after"], row["state"], row["page_index"]) == (
        "bain", "bains", "proposed", 1)  # fmt: skip
    page = client.get(f"/read/{book}/2?word=5").text
    assert "bains" in page and 'class="w waits on"' in page
    client.cookies.clear()
    hidden = client.get(f"/read/{book}/2?word=5").text
    assert "bains" not in hidden and "Quelqu’un a déjà proposé" in hidden
    second = say(client, book, "bains")
    assert [row["state"] for row in fixes(home)] == ["validated"]
    assert 'data-state="validated"' in second.text
    assert 'data-state="validated"' in client.get(f"/read/{book}/2?word=5").text


def test_another_word_altogether_waits_for_an_editor(home, client, book):
    say(client, book, "mercure")
    client.cookies.clear()
    assert 'data-state="needs_editor"' in say(client, book, "mercure").text
    client.cookies.clear()
    assert 'data-state="contradicted"' in say(client, book, "bocal").text


def test_the_form_without_script_comes_back_to_the_word(home, client, book):
    sent = say(client, book, "bains", fragment=False, text="both")
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/read/{book}/2?word=5&to=6&text=both&sent=proposed#fix"
    assert 'data-state="proposed"' in client.get(sent.headers["location"]).text
    assert len(fixes(home)) == 1


@pytest.mark.parametrize(
    ("after", "more", "told"),
    [
        ("x" * 81, {}, "80 caractères"),
        ("", {}, "tache"),
        ("bains", {"before": "autre"}, "relue depuis"),
        ("bains", {"first": 6, "last": 6}, "pas sur la page"),
        ("bains", {"first": 900, "last": 901}, "pas sur la page"),
        ("a\x07b", {}, "ne s’impriment pas"),
    ],
)
@pytest.mark.parametrize("fragment", [True, False])
def test_what_cannot_be_taken_says_why_and_keeps_nothing(
    home, client, book, after, more, told, fragment
):
    values = {"first": 5, "last": 6, **more}
    answer = say(client, book, after, fragment=fragment, **values)
    assert answer.status_code == 422 and told in answer.text
    assert "learned.refused" not in answer.text and fixes(home) == []


def test_what_is_typed_is_text(client, book):
    told = say(client, book, "<b>x</b>")
    assert "<b>x</b>" not in told.text and "&lt;b&gt;x&lt;/b&gt;" in told.text


def test_looking_gives_no_cookie(client, book):
    for path in (f"/read/{book}/2", f"/read/{book}/2?word=3"):
        assert "set-cookie" not in client.get(path).headers


@pytest.mark.parametrize("after", ["bains", ""])
def test_what_is_in_force_waits_no_more_and_is_sure(home, after):
    done = small_home.corrected(1, [("Le x bain", Role.BODY, 0)], confidence=0.4)
    first = 1 if not after else 2
    fix = WordFix(first, first + 1, done.page.words[first].text, after)
    before, later = (
        SimpleNamespace(page=lambda *_, page=page: page, section=lambda *_: None)
        for page in (done, overlay(done, [fix]))
    )
    with Store(home) as store:
        room.propose(store, before, document_id="a", index=1, first=first, last=first + 1,
                     after=after, author="reader:abcdefgh")  # fmt: skip
        (waiting,) = proposals(store, before, "a", 1, "reader:abcdefgh")
        (said,) = proposals(store, later, "a", 1, "reader:abcdefgh")
    assert (waiting.done, said.done, said.mine) == (False, True, True)
    words = [w for b in blocks(later.page(), [said], []) for line in b.lines for w in line]
    fixed = next(w for w in words if "person" in w.spot.rules)
    assert not fixed.waits and fixed.doubt == 0
    form = picked(later.page(), first, None, [said])
    assert form.mine == said and form.typed == form.shown


@pytest.mark.parametrize("mode", ["read", "corrected", "both"])
def test_the_switch_is_in_the_address(client, book, mode):
    html = client.get(f"/read/{book}/2?text={mode}").text
    assert f'data-words data-mode="{mode}"' in html
    assert client.get(f"/read/{book}/2?text=autre").status_code == 422


def test_words_of_a_citation_are_marked_and_lost_ones_said(client, book):
    html = client.get(f"/read/{book}/2?words=5-7,9-10").text
    assert len(re.findall(r'class="w cited"', html)) == 3 + 1  # and the legend
    assert len(re.findall(r'class="box cited"', html)) == 3
    lost = client.get(f"/read/{book}/2?words=5-7&release=0123456789").text
    assert "relu depuis" in lost and "cited" not in lost
    assert client.get(f"/read/{book}/2?words=x").status_code == 422


def test_a_citation_of_another_release_stands_while_the_page_reads_the_same(home, client, book):
    other = small_home.another(home).name
    html = client.get(f"/read/{book}/2?words=5-7&release={other}").text
    assert len(re.findall(r'class="box cited"', html)) == 2
    notes = document(client, "notes.md")
    assert "relu depuis" in client.get(f"/read/{notes}/1?span=0-4&release={other}").text


def test_a_text_shows_its_section_and_no_image(client):
    notes = document(client, "notes.md")
    html = client.get(f"/read/{notes}/1?span=3-13").text
    assert '<mark class="mark">profondeur</mark>' in html and "<img" not in html
    assert 'name="after"' not in client.get(f"/read/{notes}/1?word=0").text


def test_photos_show_their_notes_and_doubtful_words_are_tinted(tmp_path):
    from fastapi.testclient import TestClient

    from app.api import create_app

    home = photo_home.build(tmp_path / "home")
    app = create_app(home, small_home.SETTINGS)
    with TestClient(app, base_url=small_home.ADDRESS) as client:
        html = client.get(f"/read/{document(client, 'lac.jpg')}/1").text
        assert "Valfleur" in html and "/image" in html
        page = client.get(f"/read/{document(client, 'carnet-1874.png')}/1").text
        assert page.count('class="w d2"') == page.count("sûr à 55\u00a0%") + 1 > 20


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        (PageStatus.FAILED, "timeout", "page_timeout_s"),
        (PageStatus.FAILED, "render_failed", "abîmée"),
        (PageStatus.FAILED, "strange", "(strange)"),
        (PageStatus.BLANK, "", "Page blanche"),
    ],
)
def test_a_page_without_text_says_why_and_what_to_do(
    client, book, monkeypatch, status, reason, told
):
    service = client.app.state.service
    from app.routes import reading

    real = reading.page_account

    def account(*place):
        return replace(real(*place), status=status, reason=reason, confidence=0.0)

    monkeypatch.setattr(reading, "page_account", account)
    monkeypatch.setattr(type(service), "page", lambda *_, **__: None)
    html = client.get(f"/read/{book}/2").text
    assert told in html and "ragphoto ingest" in html and 'class="words"' not in html


def test_the_page_speaks_english(client, book):
    html = client.get(f"/read/{book}/2?lang=en&word=3").text
    assert "Next page" not in html and "Correct a word" in html and "page 2 of 2" in html

"""Asking in a browser: told as it is made, cut in the middle, stopped, taken away, asked before."""

from __future__ import annotations

import json

import pytest

from tests.app.small_home import QUESTION
from tests.browser.test_journeys import ask, until

pytestmark = pytest.mark.browser
WIDE = {"width": 1400, "height": 900}


def event(name, data):
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def answering(page, *events):
    """Let ``/ask/page`` answer these events and end."""
    page.route("**/ask/page", lambda route: route.fulfill(
        status=200, content_type="text/event-stream", body="".join(events)))  # fmt: skip


def test_a_stream_cut_in_the_middle_is_said_and_its_text_is_not_trusted(open_page):
    page = open_page()
    answering(page, event("pages", {"html": "<p>Je lis</p>"}), event("token", {"text": "Il faut"}))
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".draft.cut")
    assert "Il faut" in page.inner_text(".draft")
    assert "coupée" in page.inner_text("[data-status]")
    assert not page.query_selector(".answer") and not page.query_selector("[data-stop]")
    page.unroute("**/ask/page")
    ask(page)
    assert "hyposulfite" in page.inner_text(".answer .text")
    assert page.inner_text("#asking [data-status]") == ""


def test_an_error_told_in_the_stream_is_shown(open_page):
    page = open_page()
    answering(page, event("error", {"detail": "La version a changé."}))
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-status]').innerText === 'La version a changé.'")


def test_the_line_is_lost_before_anything(open_page):
    page = open_page()
    page.route("**/ask/page", lambda route: route.abort())
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-status]').innerText.includes('service tourne')")
    open_page.faults.clear()


def test_a_sentence_under_the_mouse_opens_its_page(open_page):
    page = open_page(viewport=WIDE)
    ask(page, "Quand la profondeur de champ augmente-t-elle ?")
    sentences = page.query_selector_all(".sentence")
    assert len(sentences) >= 2
    first = page.inner_text("mark.mark")
    sentences[1].hover()
    until(page, "t => document.querySelector('mark.mark').innerText !== t", first)


def test_the_right_page_is_here(open_page, place):
    page = open_page(viewport=WIDE)
    ask(page)
    page.click("[data-step]")
    until(page, "document.querySelector('[data-here]').dataset.here === '1'")
    page.click("[data-here]")
    assert page.input_value("[name=right_document]") == "livre.pdf"
    assert page.input_value("[name=right_page]") == "1"
    page.keyboard.press("ArrowRight")
    page.click(".rate[data-rate] button[type=submit]")
    page.wait_for_selector(".thanks")


def test_an_answer_is_taken_away_and_found_again(open_page):
    page = open_page(viewport=WIDE)
    ask(page)
    page.click(".keep summary >> nth=0")
    begins = {"pdf": b"%PDF-", "markdown": f"# {QUESTION}".encode(), "bibtex": b"@misc{livre"}
    for form, begin in begins.items():
        with page.expect_download() as taken:
            page.click(f".take a[href$='as={form}']")
        assert taken.value.path().read_bytes().startswith(begin)
    page.goto(page.url.split("?")[0] + "history")
    page.click(f"text={QUESTION}")
    assert "hyposulfite" in page.inner_text(".answer .text")
    assert len(page.query_selector_all("rect.mark")) == 3


@pytest.mark.parametrize("width", [1400, 390])
def test_where_an_answer_comes_from_is_a_page_that_leads_to_the_proof(open_page, width):
    page = open_page(viewport={"width": width, "height": 900})  # its policy and all
    ask(page)
    page.click("details.keep summary >> nth=0")
    page.click("a[href$='/origin']")
    page.wait_for_selector(".origin")
    assert "D’où vient cette réponse" in page.inner_text("h1")
    assert "bit pour bit" in page.inner_text("#again")
    until(page, "document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.click("#answered .under a >> nth=0")
    page.wait_for_selector("rect.mark")

"""Photos, doubtful words and filters, in a real browser."""

from __future__ import annotations

import pytest

from tests.app import photo_home
from tests.app.small_home import QUESTION
from tests.browser.conftest import serving
from tests.browser.test_journeys import ask, until

pytestmark = pytest.mark.browser

WIDE = {"viewport": {"width": 1400, "height": 900}}
LOADED = "s => { const i = document.querySelector(s); return i && i.naturalWidth > 60; }"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of a collection of photos."""
    with serving(photo_home.build(tmp_path_factory.mktemp("photos") / "home")) as address:
        yield address


def test_photos_are_shown_small_and_then_large(open_page):
    page = open_page(**WIDE)
    ask(page, "montre-moi les photos entre 50 et 12800 ISO")
    assert page.inner_text(".count") == "Deux photos correspondent."
    assert len(page.query_selector_all("img.thumb")) == 2
    until(page, LOADED, "img.thumb")
    assert "f/11" in page.inner_text(".album")
    page.click(".sources a >> nth=1")
    until(page, "document.querySelector('.bar b').innerText === 'concert.jpg'")
    page.wait_for_selector("mark.mark")
    until(page, LOADED, ".sheet img")
    assert page.query_selector("[data-table]").evaluate("t => t.scrollTop") == 0


def test_no_photo_says_what_there_is(open_page):
    page = open_page(**WIDE)
    ask(page, "photos au-dessus de 12800 ISO")
    assert "de 100 ISO à 6400 ISO" in page.inner_text(".refusal")


def test_doubtful_words_are_shown_as_they_are_printed(open_page):
    page = open_page(**WIDE)
    ask(page, QUESTION)
    assert page.query_selector(".sure.doubt")
    until(page, LOADED, "img.crop")
    assert "carnet-1874.png" in page.get_attribute("img.crop", "alt")


@pytest.mark.parametrize("script", [True, False])
def test_a_question_is_refined(open_page, script):
    page = open_page(java_script_enabled=script, **WIDE)
    page.click(".refine summary")
    page.select_option(".refine [name=kind]", "photo")
    page.fill("#question", "appareil Valfleur ou bain de fixage")
    page.click("#asking form.ask > button")
    page.wait_for_selector(".answer")
    shown = page.inner_text(".answer")
    assert "carnet" not in shown
    assert ".jpg" in shown
    assert page.input_value(".refine [name=kind]") == "photo"
    assert page.get_attribute(".follow [name=kind]", "value") == "photo"


def test_years_that_are_none_are_told(open_page):
    page = open_page(java_script_enabled=False, **WIDE)
    page.click(".refine summary")
    page.fill("[name=years]", "hier")
    page.fill("#question", QUESTION)
    page.click("#asking form.ask > button")
    assert page.evaluate("document.querySelector('[name=years]').validity.patternMismatch")


def test_on_a_phone_the_choices_fit(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page.tap(".refine summary")
    page.wait_for_selector(".choices")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ask(page, "quelles photos à f/11 ?")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

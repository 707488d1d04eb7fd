"""Every page looked at by axe-core: nothing serious, in light, in dark, on a phone.

Wanted: ``RAG_TEST_AXE``, the path of axe.min.js (``npm install axe-core@4``).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.rendering import MENU
from mlops.store import Store
from tests.app.small_home import QUESTION
from tests.browser.test_journeys import ask

pytestmark = pytest.mark.browser

AXE = Path(os.environ.get("RAG_TEST_AXE", ""))
ADDRESSES = [*MENU, "/history", "/nowhere"]
LOOKS = {
    "light": {"viewport": {"width": 1400, "height": 900}},
    "dark": {"viewport": {"width": 1400, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 800}},
}


@pytest.fixture(scope="module")
def axe():
    if not AXE.is_file():
        why = "RAG_TEST_AXE names no axe.min.js: npm install axe-core@4"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    return AXE.read_text("utf-8")


def faults(page, axe):
    """The serious findings: (rule, what, where)."""
    page.wait_for_timeout(700)  # for what fades in
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_no_serious_fault(open_page, axe, address, look):
    page = open_page(address, **LOOKS[look], bypass_csp=True)
    open_page.faults.clear()  # a page that is not there says so in the console
    assert faults(page, axe) == []


@pytest.mark.parametrize("look", LOOKS)
def test_an_answer_a_refusal_and_a_page_have_none(open_page, axe, look):
    page = open_page(**LOOKS[look], bypass_csp=True)
    ask(page)
    for summary in page.query_selector_all("summary"):
        summary.click()
    assert faults(page, axe) == []
    page.goto(page.url.rstrip("/") + page.get_attribute(".ref", "href"))
    assert faults(page, axe) == []
    page = open_page(**LOOKS[look], bypass_csp=True)
    ask(page, "Qui a gagné la coupe du monde de football ?")
    assert faults(page, axe) == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_origin_of_an_answer_has_none(open_page, axe, look):
    page = open_page(**LOOKS[look], bypass_csp=True)
    ask(page)
    page.goto(page.url.rstrip("/") + page.get_attribute("a[href$='/origin']", "href"))
    for summary in page.query_selector_all("summary"):
        summary.click()
    assert faults(page, axe) == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_reader_has_none(open_page, axe, look, place):
    with Store(place) as store:
        document = next(s.document_id for s in store.sources() if s.name == "livre.pdf")
    page = open_page(f"/read/{document}/2", **LOOKS[look], bypass_csp=True)
    assert faults(page, axe) == []


def test_a_question_is_asked_and_proved_by_keyboard_alone(open_page):
    page = open_page(viewport={"width": 1400, "height": 900})
    page.keyboard.type(QUESTION)  # the field has the focus
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.ref')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("rect.mark")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'rating'"):
            break
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.checked")

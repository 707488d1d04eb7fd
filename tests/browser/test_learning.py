"""Remarks, their cause, and validation by a second person, in a browser."""

from __future__ import annotations

import pytest

from tests.app import small_home
from tests.browser.conftest import serving

pytestmark = pytest.mark.browser
ASKED = "Combien de temps laisse-t-on l'épreuve dans le bain ?"
SAID = "On y laisse l'épreuve dix minutes."


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A collection of its own: what is taught here changes nothing elsewhere."""
    with serving(small_home.build(tmp_path_factory.mktemp("learning") / "home")) as address:
        yield address


def test_a_correction_is_said_found_and_validated_by_somebody_else(open_page):
    reader = open_page(viewport={"width": 1400, "height": 900})
    reader.fill("#question", ASKED)
    reader.keyboard.press("Enter")
    reader.wait_for_selector(".answer")
    reader.click("label[for=star1]")
    reader.click(".rate summary")
    reader.fill("[name=corrected_answer]", SAID)
    reader.fill("[name=right_document]", "livre.pdf")
    reader.fill("[name=right_page]", "2")
    reader.click(".rate[data-rate] button[type=submit]")
    reader.wait_for_selector(".thanks")
    home = reader.url.split("/a/")[0].rstrip("/")

    reader.goto(f"{home}/learning")
    assert ASKED in reader.inner_text(".remark")
    reader.click(f"text={ASKED}")
    reader.click("form[action^='/learning/remarks'] button")
    assert "livre.pdf, page 2" in reader.inner_text("main")
    reader.set_viewport_size({"width": 390, "height": 800})  # what was replayed, on a phone
    reader.click("section.card details summary")
    widths = "Math.min(...[...document.querySelectorAll('dd')].map(one => one.clientWidth))"
    assert reader.evaluate(widths) > 150
    assert "Rang de la bonne page" in reader.inner_text("dl")
    reader.set_viewport_size({"width": 1400, "height": 900})
    reader.goto(f"{home}/learning")
    reader.click("form[action='/learning/look'] button")
    assert SAID in reader.inner_text("main")
    reader.click("button[value=validate]")
    assert "propre correction" in reader.inner_text("main")
    open_page.faults.clear()  # the refusal is told in the console too

    other = open_page("/learning/proposals", viewport={"width": 390, "height": 800})
    assert other.evaluate("document.documentElement.scrollWidth") <= 390
    other.focus("[name=note]")
    other.keyboard.type("lu sur la page")
    other.keyboard.press("Tab")
    other.keyboard.press("Enter")
    other.wait_for_selector(".nothing")
    assert "Rien n’attend" in other.inner_text("main")


def test_the_sections_speak_english(open_page):
    page = open_page("/learning", locale="en-GB")
    assert page.inner_text("h1") == "Learning"
    for section in ("Causes", "To validate", "To acquire"):
        page.click(f".tabs a:has-text('{section}')")
        assert section in page.inner_text("h2")

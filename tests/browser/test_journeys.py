from __future__ import annotations

import pytest

from mlops.store import Store
from tests.app.small_home import QUESTION

pytestmark = pytest.mark.browser


def ask(page, question=QUESTION):
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")


def until(page, condition, argument=None):
    """Wait for a condition; Playwright's own way needs eval, which the page's policy forbids."""
    for _ in range(600):
        if page.evaluate(condition, argument):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {condition}")


def feedback(place):
    with Store(place) as store:
        return store.feedback()


def test_ask_see_the_marked_page_rate_and_correct(open_page, place):
    page = open_page(viewport={"width": 1400, "height": 900})
    ask(page)
    assert "hyposulfite" in page.inner_text(".answer .text")
    assert "livre.pdf" in page.inner_text(".sources")
    until(page, "document.querySelector('.sheet img').naturalWidth > 500")
    marks = page.query_selector_all("rect.mark")
    assert len(marks) == 3
    sheet = page.query_selector(".sheet img").bounding_box()
    mark = marks[0].bounding_box()
    assert abs((mark["y"] - sheet["y"]) / sheet["height"] - 18 / 1200) < 0.01
    assert page.query_selector(".marks").evaluate(
        "e => getComputedStyle(e).mixBlendMode") == "multiply"  # fmt: skip
    before = len(feedback(place))
    page.click("label[for=star2]")
    page.click(".rate summary")
    page.fill("[name=feedback_text]", "incomplet")
    page.fill("[name=corrected_answer]", "200 g par litre")
    page.click(".rate button[type=submit]")
    page.wait_for_selector(".thanks")
    row = feedback(place)[-1]
    assert len(feedback(place)) == before + 1
    assert (row["rating"], row["feedback_text"]) == (2, "incomplet")
    assert (row["corrected_answer"], row["question"]) == ("200 g par litre", QUESTION)


def test_words_far_down_a_page_are_brought_into_sight(open_page):
    page = open_page(viewport={"width": 1400, "height": 900})
    ask(page)
    until(page, "document.querySelector('.sheet img').naturalWidth > 500")
    page.evaluate("document.querySelector('.sheet').style.marginTop = '2000px'")
    page.click("[data-zoom=in]")
    until(
        page,
        """(() => {
            const mark = document.querySelector(".mark").getBoundingClientRect();
            const table = document.querySelector("[data-table]").getBoundingClientRect();
            return mark.top > table.top && mark.bottom < table.bottom;
        })()""",
    )


def test_a_text_is_shown_with_its_words_marked(open_page):
    page = open_page()
    ask(page, "Quand la profondeur de champ augmente-t-elle ?")
    page.wait_for_selector("mark.mark")
    assert page.inner_text("mark.mark") in page.inner_text(".answer .text")


def test_a_refusal_shows_the_nearest_pages_and_opens_them(open_page):
    page = open_page()
    ask(page, "Qui a gagné la coupe du monde de football ?")
    assert page.inner_text(".refusal")
    page.click(".nearest a >> nth=0")
    page.wait_for_selector(".bar .name")


def test_a_number_opens_its_own_page(open_page):
    page = open_page(viewport={"width": 1400, "height": 900})
    ask(page, "Quand la profondeur de champ augmente-t-elle ?")
    references = page.query_selector_all(".ref")
    assert len(references) >= 2
    first = page.inner_text("mark.mark")
    references[1].click()
    until(page, "t => document.querySelector('mark.mark').innerText !== t", first)


def test_without_a_script_everything_still_works(open_page, place):
    page = open_page(java_script_enabled=False, viewport={"width": 1400, "height": 900})
    page.fill("#question", QUESTION)
    page.click("form.ask button")
    assert "hyposulfite" in page.inner_text(".answer .text")
    assert len(page.query_selector_all("rect.mark")) == 3
    before = len(feedback(place))
    page.click("label[for=star4]")
    page.click(".rate button[type=submit]")
    assert "Merci" in page.inner_text(".thanks")
    assert len(feedback(place)) == before + 1
    page.click(".back a")
    page.fill("#question", QUESTION)
    page.click("form.ask button")
    page.click(".ref >> nth=0")
    assert "/view/" in page.url
    assert len(page.query_selector_all("rect.mark")) == 3


def test_with_the_keyboard_alone(open_page):
    page = open_page(viewport={"width": 1400, "height": 900})
    page.keyboard.type(QUESTION)  # the field has the focus
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('ref')"):
            break
    assert page.evaluate("document.activeElement.classList.contains('ref')")
    page.keyboard.press("Enter")
    page.wait_for_selector("rect.mark")


def test_on_a_phone_the_page_opens_over_the_answer_and_closes(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    ask(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not page.is_visible(".viewer")
    page.tap(".ref >> nth=0")
    page.wait_for_selector(".viewer.open rect.mark")
    page.wait_for_timeout(400)
    page.tap("[data-close]")
    page.wait_for_selector(".viewer", state="hidden")


def test_english_is_one_click_away_and_remembered(open_page, served):
    page = open_page()
    page.click(".tongue")
    assert page.get_attribute("html", "lang") == "en"
    page.goto(f"{served}/")
    assert "Ask your books" in page.inner_text("h1")
    ask(page)
    assert "What the pages say".upper() in page.inner_text(".answer").upper()


def test_the_whole_page_is_light(open_page, served):
    page = open_page()
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType"
        "('navigation')).reduce((sum, e) => sum + e.decodedBodySize, 0)"
    )
    assert 0 < sizes < 150_000
    hosts = page.evaluate(
        "performance.getEntriesByType('resource').map(e => new URL(e.name).origin)"
    )
    assert set(hosts) == {served}


def test_a_reader_points_at_the_right_page_and_sees_what_becomes_of_it(open_page, place):
    page = open_page(viewport={"width": 1400, "height": 900})
    ask(page)
    page.click("label[for=star1]")
    page.click(".rate summary")
    page.select_option("[name=mark] >> nth=0", "wrong#2#livre.pdf")
    page.fill("[name=right_document]", "livre.pdf")
    page.fill("[name=right_page]", "1")
    page.click(".rate button[type=submit]")
    page.wait_for_selector(".thanks")
    row = feedback(place)[-1]
    assert [(m["index"], m["right"]) for m in row["marks"]] == [(1, False), (0, True)]
    page.click(".thanks a")
    page.wait_for_selector(".fate")
    assert QUESTION in page.inner_text(".remarks")
    before = len(feedback(place))
    page.click(".remarks button")
    page.wait_for_selector("h1 + p")
    assert len(feedback(place)) == before - 1

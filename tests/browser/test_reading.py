from __future__ import annotations

import hashlib

import pytest

from mlops.learning import words as room
from mlops.store import Store
from tests.app import photo_home
from tests.browser.conftest import serving
from tests.browser.test_journeys import until

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def book(place):
    return hashlib.sha256((place.data / "livre.pdf").read_bytes()).hexdigest()


def fixes(place):
    with Store(place) as store:
        return [(row["before"], row["after"], row["state"]) for row in room.listing(store)]


def lit(page):
    return page.evaluate(
        """[[...document.querySelectorAll("[data-words] .w.on")].map((w) => w.id),
            [...document.querySelectorAll(".box.on")].map((b) => `w${b.dataset.w}`)]"""
    )


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.name || ''")


def tab_to_words(page):
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page).startswith("w"):
            return
    raise AssertionError("no word in the tab order")


def test_a_word_lights_its_box_and_a_box_its_word(open_page, book):
    page = open_page(f"/read/{book}/2", viewport={"width": 1400, "height": 900})
    page.hover("#w12")
    assert lit(page) == [["w12"], ["w12"]]
    word = page.inner_text("#w12").strip()
    page.mouse.move(5, 5)
    page.click('.box[data-w="20"]')
    assert lit(page) == [["w20"], ["w20"]] and focused(page) == "w20"
    assert not page.is_visible("#fix") and word
    until(page, "document.querySelector('.print img').naturalWidth > 500")
    image = page.query_selector(".print img").bounding_box()
    box = page.query_selector('.box[data-w="5"]').bounding_box()
    assert abs((box["y"] - image["y"]) / image["height"] - 18 / 1200) < 0.01


def test_zoom_keeps_the_lit_box_in_sight(open_page, book):
    page = open_page(f"/read/{book}/2", viewport={"width": 1400, "height": 900})
    until(page, "document.querySelector('.print img').naturalWidth > 500")
    width = "document.querySelector('.print').getBoundingClientRect().width"
    before = page.evaluate(width)
    for _ in range(3):
        page.click("[data-scale=in]")
    page.keyboard.press("+")
    assert page.evaluate(width) > 3 * before
    page.evaluate(
        "document.querySelector('[data-pane]').scrollTo({top: 9999, behavior: 'instant'})"
    )
    page.focus("#w6")
    until(
        page,
        """(() => {
            const box = document.querySelector(".box.on").getBoundingClientRect();
            const pane = document.querySelector("[data-pane]").getBoundingClientRect();
            return box.top >= pane.top && box.bottom <= Math.min(pane.bottom, innerHeight)
                && box.left >= pane.left && box.right <= pane.right;
        })()""",
    )
    page.keyboard.press("-")
    page.click("[data-scale=fit]")
    assert abs(page.evaluate(width) - before) < 1


def test_the_image_is_dragged_and_a_drag_is_no_click(open_page, book):
    page = open_page(f"/read/{book}/2", viewport={"width": 1400, "height": 900})
    for _ in range(4):
        page.click("[data-scale=in]")
    at = page.query_selector("[data-pane]").bounding_box()
    where = "document.querySelector('[data-pane]').scrollTop"
    page.evaluate("document.querySelector('[data-pane]').scrollTo({top: 300, behavior: 'instant'})")
    page.mouse.move(at["x"] + 200, at["y"] + 300)
    page.mouse.down()
    page.mouse.move(at["x"] + 150, at["y"] + 180, steps=5)
    page.mouse.up()
    assert page.evaluate(where) == pytest.approx(420, abs=2)
    assert focused(page) == ""


def test_a_word_is_corrected_on_the_page(open_page, place, book):
    page = open_page(f"/read/{book}/1", viewport={"width": 1400, "height": 900})
    page.click("#w6")
    page.wait_for_selector("#fix[open] [name=after]")
    assert page.input_value("[name=after]") == "noircit"
    until(page, "document.querySelector('#fix .crop').naturalWidth > 10")
    page.fill("[name=after]", "noircît")
    page.click("#fix button[type=submit]")
    page.wait_for_selector("#fix [data-state=proposed]")
    assert "deuxième personne" in page.inner_text("#fix [data-said]")
    assert ("noircit", "noircît", "proposed") in fixes(place)
    page.click("[data-close-fix]")
    assert focused(page) == "w6" and "waits" in page.get_attribute("#w6", "class")
    page.reload()
    assert "waits" in page.get_attribute("#w6", "class")


def test_with_the_keyboard_only(open_page, place, book):
    page = open_page(f"/read/{book}/2", viewport={"width": 1400, "height": 900})
    tab_to_words(page)
    assert focused(page) == "w0"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    line = page.evaluate("document.activeElement.closest('.line').textContent")
    assert line.strip().startswith("Le") and lit(page)[0] == [focused(page)] == lit(page)[1]
    page.keyboard.press("End")
    last = focused(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("#fix[open] [name=after]")
    until(page, "document.activeElement.name === 'after'")
    page.keyboard.press("Escape")
    until(page, "!document.querySelector('#fix').open")
    assert focused(page) == last
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_selector("#fix[open] [name=after]")
    until(page, "document.activeElement.name === 'after'")
    page.keyboard.type("LA")
    page.keyboard.press("Enter")
    page.wait_for_selector("#fix [data-state=proposed]")
    assert ("LE", "LA", "proposed") in fixes(place)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not focused(page).startswith("w")  # one stop for all the words


def test_the_next_word_can_be_taken_too(open_page, place, book):
    page = open_page(f"/read/{book}/2")
    before = fixes(place)
    page.click("#w5")
    page.wait_for_selector("#fix[open] [name=after]")
    page.click("#fix [data-refill]")
    until(page, "document.querySelector('#fix [name=after]').value === 'bain de'")
    assert page.get_attribute("#fix [name=last]", "value") == "7"
    page.keyboard.press("Escape")
    assert fixes(place) == before


def test_a_correction_that_does_not_arrive_is_told_and_kept_in_the_field(open_page, book):
    page = open_page(f"/read/{book}/2")
    page.click("#w7")
    page.wait_for_selector("#fix[open] [name=after]")
    page.fill("[name=after]", "fixages")
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('gone')); }")
    page.click("#fix button[type=submit]")
    until(page, "document.querySelector('#fix-error').textContent.includes('réessayez')")
    assert page.input_value("[name=after]") == "fixages"
    assert page.is_enabled("#fix button[type=submit]")


@pytest.mark.parametrize("mode", ["read", "corrected", "both"])
def test_without_script_a_word_is_corrected_and_the_text_switched(open_page, place, book, mode):
    page = open_page(f"/read/{book}/2", java_script_enabled=False)
    page.click(f"a[data-mode={mode}]")
    assert page.get_attribute("[data-words]", "data-mode") == mode
    page.click("#w22")
    assert page.is_visible("#fix [name=after]")
    word = page.input_value("[name=after]")
    page.fill("[name=after]", f"{word}{len(mode)}")
    page.click("#fix button[type=submit]")
    assert page.is_visible("#fix .waits-told")
    assert page.get_attribute("[data-words]", "data-mode") == mode
    assert any(row[:2] == (word, f"{word}{len(mode)}") for row in fixes(place))
    page.click("[data-page=prev]")
    assert "page 1 sur 2" in page.inner_text("h1 + p")


def test_a_text_that_was_mended_is_seen_before_and_after(open_page, place, book, tmp_path):
    from rag.correct.page import edited
    from rag.records import Edit
    from tests.app import small_home

    real = small_home.corrected

    def mended(index, lines, **options):
        done = real(index, lines, **options)
        start = done.page.text.index("laisse") if "laisse" in done.page.text else None
        if start is None:
            return done
        return edited(
            done.page, done.lines, [Edit(start, start + 6, "laisse", "lasse", "confusion")], "1"
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small_home, "corrected", mended)
        home = small_home.build(tmp_path / "home")
    with serving(home) as address:
        page = open_page()
        page.goto(f"{address}/read/{book_of(home)}/1")
        word = page.locator("[data-words] .w:has(ins)").first
        assert word.inner_text().strip() == "lasse"
        page.click("a[data-mode=read]")
        assert word.inner_text().strip() == "laisse"
        page.click("a[data-mode=both]")
        assert word.inner_text().split() == ["laisse", "lasse"] or "laisse" in word.inner_text()
        assert "confond" in word.get_attribute("title")
        page.reload()
        assert page.get_attribute("[data-words]", "data-mode") == "both"


def book_of(home):
    return hashlib.sha256((home.data / "livre.pdf").read_bytes()).hexdigest()


def test_uncertain_words_are_tinted_and_stepped_through(open_page, tmp_path):
    home = photo_home.build(tmp_path / "photos")
    scan = hashlib.sha256((home.data / "carnet-1874.png").read_bytes()).hexdigest()
    with serving(home) as address:
        page = open_page()
        page.goto(f"{address}/read/{scan}/1")
        style = page.evaluate(
            """(() => { const s = getComputedStyle(document.querySelector("#w3"));
                return [s.textDecorationStyle, s.backgroundColor]; })()"""
        )
        assert style[0] == "wavy" and style[1] not in ("rgba(0, 0, 0, 0)", "transparent")
        page.click("[data-next-doubt]")
        assert focused(page) == "w0"
        page.click("[data-next-doubt]")
        assert focused(page) == "w1" and "55" in page.get_attribute("#w1", "title")


def test_on_a_phone_the_image_stays_above_the_text(open_page, book):
    page = open_page(f"/read/{book}/2?words=24-26", **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.tap("#w20")
    page.wait_for_selector("#fix[open] [name=after]")
    form = page.query_selector("#fix").bounding_box()
    assert form["x"] >= 0 and form["x"] + form["width"] <= 390
    page.keyboard.press("Escape")
    assert page.query_selector(".scan").bounding_box()["y"] < page.query_selector(
        "#w20").bounding_box()["y"]  # fmt: skip
    assert len(page.query_selector_all(".box.cited")) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_paper_stays_white_and_nothing_moves_for_who_wants_none(open_page, book, scheme):
    page = open_page(f"/read/{book}/2", color_scheme=scheme, reduced_motion="reduce")
    look = "(e) => getComputedStyle(document.querySelector(e))"
    assert page.evaluate(f"({look})('.print').backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(f"({look})('.pane').scrollBehavior") == "auto"

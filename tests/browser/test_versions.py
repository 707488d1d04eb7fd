"""Releases from the page: put in service, taken back, tried; an open page learns of a change."""

from __future__ import annotations

import pytest

from mlops import releases, trials
from mlops.store import Store
from tests.app import small_home
from tests.browser.conftest import serving
from tests.browser.test_accessibility import axe, faults
from tests.browser.test_journeys import until

__all__ = ["axe"]
pytestmark = pytest.mark.browser

WIDE = {"viewport": {"width": 1300, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SEEN = "document.dispatchEvent(new Event('visibilitychange'))"  # as when one comes back to a tab


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """A home of our own: what answers changes here."""
    home = small_home.build(tmp_path_factory.mktemp("versions") / "home")
    folder = small_home.another(home)
    with Store(home) as store:
        releases.register(store, folder.name, run_id=None)
        releases.mark(store, folder.name, "validated")
    return home


@pytest.fixture(scope="session")
def served(place):
    with serving(place) as address:
        yield address


@pytest.fixture
def two(place):
    """The first release in service, no trial, and the second."""
    with Store(place) as store:
        first, second = (row.release_id for row in reversed(releases.listing(store)))
        trials.abandon(store, small_home.SETTINGS)
        if releases.champion_id(store) != first:
            releases.promote(store, first, by="test")
    return first, second


def champion(place):
    with Store(place) as store:
        return releases.champion_id(store)


def wide_enough(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("script", [True, False])
def test_put_in_service_and_back(open_page, place, two, script):
    first, second = two
    page = open_page("/versions", **WIDE, java_script_enabled=script)
    page.click(f"table a[href='/versions/{second}']")
    page.click("text=Mettre en service")
    assert "répondra à tous" in page.inner_text("form.act") and champion(place) == first
    page.fill("[name=why]", "meilleure lecture")
    page.click("form.act button")
    assert champion(place) == second
    assert second[:12] in page.inner_text(".done")
    assert "meilleure lecture" in page.inner_text(".champion")
    page.click("text=Revenir à la précédente")
    assert first[:12] in page.inner_text("form.act")
    page.click("form.act button")
    assert champion(place) == first and first[:12] in page.inner_text(".done")


def test_doing_nothing_changes_nothing(open_page, place, two):
    page = open_page(f"/versions/{two[1]}/promote", **WIDE)
    page.click("text=Ne rien faire")
    assert page.url.endswith("/versions") and champion(place) == two[0]


@pytest.mark.parametrize("script", [True, False])
def test_a_trial_is_begun_followed_and_stopped(open_page, place, two, script):
    page = open_page(f"/versions/{two[1]}", **WIDE, java_script_enabled=script)
    page.click("text=Essayer sur une part des lecteurs")
    page.fill("[name=percent]", "25")
    page.click("form.act button")
    card = page.inner_text("[data-trial=canary]")
    assert two[1][:12] in card and "25" in card and "pas encore de note" in card
    with Store(place) as store:
        assert trials.current(store).share == pytest.approx(0.25)
    page.click("text=Arrêter l’essai")
    assert "sans décision" in page.inner_text("form.act")
    page.click("form.act button")
    assert "Aucun essai en cours" in page.inner_text("main")
    with Store(place) as store:
        assert trials.current(store) is None and releases.champion_id(store) == two[0]


def test_a_page_opened_before_another_decided_changes_nothing(open_page, place, two):
    page = open_page(f"/versions/{two[1]}/promote", **WIDE)
    with Store(place) as store:
        releases.promote(store, two[1], by="another")
        releases.promote(store, two[0], by="another")
        releases.promote(store, two[1], by="another")
    page.click("form.act button")
    assert "rien n’a été changé" in page.inner_text("main") and champion(place) == two[1]
    open_page.faults.clear()  # the browser says 409 in its console


@pytest.mark.parametrize("path", ["/", "/versions"])
def test_an_open_page_learns_that_another_release_answers(open_page, place, two, path):
    page = open_page(path, **WIDE)
    page.evaluate(SEEN)
    page.wait_for_timeout(400)
    assert page.is_hidden("[data-fresh]")
    with Store(place) as store:
        releases.promote(store, two[1], by="another")
    page.evaluate(SEEN)
    page.wait_for_selector("[data-fresh]", state="visible")
    assert "Une autre version répond" in page.inner_text("[data-fresh]")
    page.click("[data-fresh] button")
    until(page, f"document.querySelector('[data-release]').dataset.release === '{two[1]}'")
    page.evaluate(SEEN)
    page.wait_for_timeout(400)
    assert page.is_hidden("[data-fresh]")


def test_the_questions_that_change_are_asked_for(open_page, two):
    told = "text=Il n’y a pas de questions de référence"
    page = open_page(f"/versions/{two[1]}", **WIDE)
    page.click("[data-load]")
    page.wait_for_selector(told)
    assert page.url.endswith(f"/versions/{two[1]}"), "without leaving the page"
    plain = open_page(f"/versions/{two[1]}", **WIDE, java_script_enabled=False)
    assert plain.is_visible(told), "kept: releases do not change"
    plain.goto(f"{plain.url}/changes")
    assert plain.is_visible(told) and plain.is_visible("h1")


def test_on_a_phone_and_in_english(open_page, two):
    page = open_page("/versions", **PHONE)
    assert wide_enough(page)
    page.click(f"table a[href='/versions/{two[1]}']")
    page.wait_for_url(f"**/versions/{two[1]}")
    assert wide_enough(page)
    page.click("text=Mettre en service")
    page.wait_for_url("**/promote")
    assert wide_enough(page)
    english = open_page("/versions", **WIDE, locale="en-GB")
    assert "In service" in english.inner_text("main")
    assert english.get_attribute("html", "lang") == "en"


def test_with_the_keyboard_only(open_page, place, two):
    page = open_page(f"/versions/{two[1]}/promote", **WIDE)
    page.focus("[name=why]")
    page.keyboard.type("au clavier")
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")
    assert champion(place) == two[1]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_no_serious_fault_for_who_cannot_see_it(open_page, axe, two, look):
    for address in (
        f"/versions/{two[1]}",
        f"/versions/{two[1]}/promote",
        f"/versions/{two[1]}/canary",
    ):
        page = open_page(address, **WIDE, color_scheme=look, bypass_csp=True)
        assert faults(page, axe) == []

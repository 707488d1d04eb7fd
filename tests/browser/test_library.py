"""The library and the first visit, in a real browser."""

from __future__ import annotations

import shutil

import pytest

from rag.settings import Home
from tests.app import small_home
from tests.browser.conftest import serving
from tests.browser.test_journeys import until

pytestmark = pytest.mark.browser

NOTE = "Le collodion humide se verse sur la plaque de verre juste avant la prise de vue."
SLOW = 90_000  # milliseconds: a reading by OCR on a busy machine
DROP = """([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  document.querySelector('[data-drop]').dispatchEvent(
    new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("library") / "home")
    home.root.mkdir()
    (home.root / "ragphoto.toml").write_text("max_upload_mb = 1\nworkers = 1\n", "utf-8")
    return home


@pytest.fixture(scope="module")
def served(place):
    """The address of a home where nothing is yet."""
    with serving(place) as address:
        yield address


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A scan of two pages as PDF."""
    home = small_home.build(tmp_path_factory.mktemp("book") / "home")
    return shutil.copy(home.data / "livre.pdf", tmp_path_factory.mktemp("sent") / "manuel.pdf")


def done(page):
    page.wait_for_selector("[data-job][data-status=done]", timeout=SLOW)


def test_a_first_visitor_adds_a_note_without_script(open_page):
    page = open_page(java_script_enabled=False)
    assert page.locator(".steps li").count() == 3
    page.click("text=Ajouter mes documents")
    page.set_input_files("#files", {"name": "note.md", "mimeType": "text/markdown",
                                    "buffer": NOTE.encode()})  # fmt: skip
    page.click(".drop button")
    page.wait_for_url("**/library/jobs/*")
    done(page)  # the page came again by itself until then
    page.click("text=Voir la bibliothèque")
    assert page.inner_text(".books tbody th a >> nth=0") == "note.md"


def test_a_scan_is_sent_followed_and_found(open_page, book):
    page = open_page("/library", viewport={"width": 390, "height": 800})
    page.set_input_files("#files", book)
    page.click(".drop button")
    page.wait_for_selector("[data-job]")
    done(page)
    page.wait_for_selector(".books >> text=manuel.pdf")
    assert "2 pages" in page.get_attribute("tr:has-text('manuel') svg", "aria-label")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.fill("[name=text]", "bain de fixage hyposulfite")
    page.click(".find button")
    page.click(".inside a >> nth=0")
    page.wait_for_url("**/2")  # the reader, at that page
    until(page, "document.querySelector('[data-print] img')?.naturalWidth > 500")


def test_a_dropped_file_is_read_and_one_there_already_is_told(open_page):
    page = open_page("/library")
    page.evaluate(DROP, ["talbot.md", "Le calotype de Talbot est un négatif sur papier ciré."])
    page.wait_for_selector("[data-job]")
    done(page)
    page.wait_for_selector(".books >> text=talbot.md")
    page.evaluate(DROP, ["autre.md", "Le calotype de Talbot est un négatif sur papier ciré."])
    page.wait_for_selector("[data-status]:has-text('déjà dans la collection')")


def test_what_cannot_be_taken_says_why_and_what_to_do(open_page):
    page = open_page("/library")
    page.evaluate(DROP, ["facture.pdf", "MZ\x90\0\x03\0\0\0" * 99])
    page.wait_for_selector(".drop .status.bad:has-text('facture.pdf')")
    assert "renommez-le" in page.inner_text(".drop .status")
    page.evaluate(DROP, ["gros.md", "x" * (1 << 21)])
    page.wait_for_selector(".drop .status.bad:has-text('1 Mo au plus')")
    open_page.faults[:] = [f for f in open_page.faults if "422" not in f]


def test_too_large_is_told_without_script_too(open_page):
    page = open_page("/library", java_script_enabled=False)
    page.set_input_files("#files", {"name": "gros.md", "mimeType": "text/plain",
                                    "buffer": b"x" * (3 << 20)})  # fmt: skip
    page.click(".drop button")
    page.wait_for_selector("text=1 Mo au plus")
    open_page.faults[:] = [f for f in open_page.faults if "413" not in f]


@pytest.mark.parametrize("script", [True, False])
def test_a_document_is_deleted_with_proof_and_brought_back(open_page, script):
    page = open_page("/library", java_script_enabled=script)
    page.click("tr:has-text('note.md') .danger")
    assert "note.md" in page.inner_text("h1")
    assert "1 page" in page.inner_text(".card")
    page.click(".card button.danger")
    page.wait_for_selector("text=Annuler la suppression")
    assert page.locator("tr:has-text('note.md')").count() == 0
    page.click("text=Annuler la suppression")
    page.wait_for_selector("tr:has-text('note.md')")


def test_the_sample_is_read_from_the_first_page(chromium, tmp_path, monkeypatch):
    home = Home(tmp_path / "first")
    home.root.mkdir()
    with serving(home) as address:
        page = chromium.new_page(locale="en-GB")
        page.goto(address)
        page.click("text=Try the sample collection")
        page.wait_for_url("**/library/jobs/*")
        assert page.inner_text("h1") == "Reading the sample collection"
        until(
            page,
            "/page [1-9]|Waiting|Collecting/.test(document.querySelector('[data-told]').innerText)"
            " || document.querySelector('[data-bar]')?.value > 0",
        )
        page.close()

"""The bundled collection is whole, and its questions are fair."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from rag.collect import collect
from tools.sample import locate
from tools.sample.golden import find_pages, fold

SAMPLE = locate.SAMPLE
DATA = SAMPLE / "data"
BOOK = "lecons-de-photographie-1893.pdf"


@cache
def questions() -> dict[str, dict]:
    lines = (SAMPLE / "golden.jsonl").read_text("utf-8").splitlines()
    return {entry["id"]: entry for entry in map(json.loads, lines)}


@cache
def texts() -> dict[str, dict[int, str]]:
    return {path.name: locate.page_texts(path) for path in locate.documents()}


@pytest.fixture(scope="module")
def collection():
    return collect(DATA)


def layers(name: str) -> list[str]:
    with pypdfium2.PdfDocument(DATA / name) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def test_the_collection_is_large_and_small_enough(collection):
    sources = {s.name: s for s in collection.sources}
    images = [s for s in sources.values() if s.kind in ("pdf", "image", "photo")]
    assert set(sources) == set(texts()) and len(sources) >= 12
    assert sum(s.pages for s in images) >= 60
    assert {"pdf", "image", "photo", "markdown", "text", "csv", "docx", "epub", "html"} <= {
        s.kind for s in sources.values()
    }
    assert sources[BOOK].pages >= 15
    assert sources["notice-agrandisseur.tif"].pages > 1
    assert sum(p.stat().st_size for p in DATA.rglob("*") if p.is_file()) < 8_000_000


def test_each_broken_file_is_refused_for_its_own_reason(collection):
    assert {Path(r.path).name: r.code for r in collection.refusals} == {
        "copie-interrompue.pdf": "truncated",
        "mauvaise-extension.pdf": "wrong_type",
        "protege-par-mot-de-passe.pdf": "password",
    }


def test_the_protected_file_opens_with_its_password():
    path = DATA / locate.BROKEN / "protege-par-mot-de-passe.pdf"
    with pypdfium2.PdfDocument(path, password="sesame") as pdf:
        assert "exposition" in pdf[0].get_textpage().get_text_bounded()


def test_there_are_enough_questions_of_each_kind():
    asked = list(questions().values())
    kinds = Counter(q["kind"] for q in asked)
    assert len(asked) >= 80 and kinds["reworded"] >= 20
    assert sum(not q["gold"] for q in asked) >= 20
    assert min(kinds["off-domain"], kinds["near-miss"]) >= 5
    assert len({q["question"] for q in asked}) == len(asked)
    assert all(bool(q["gold"]) == bool(q["answer"]) == bool(q["quote"]) for q in asked)


def test_reworded_questions_share_the_gold_of_their_original():
    for entry in questions().values():
        assert bool(entry.get("of")) == (entry["kind"] == "reworded")
        if entry.get("of"):
            original = questions()[entry["of"]]
            assert entry["gold"] == original["gold"] and original["kind"] != "reworded"


def test_quotations_stand_on_the_gold_pages_and_on_no_other():
    for entry in questions().values():
        quotes = entry.get("quotes") or {}
        for name in {gold["document"] for gold in entry["gold"]}:
            gold = [g["page"] for g in entry["gold"] if g["document"] == name]
            quote = quotes.get(name, entry["quote"])
            assert find_pages(quote, texts()[name]) == gold, (entry["id"], quote)
            if len(gold) == 1:
                assert fold(quote) in fold(texts()[name][gold[0]])


def test_every_scanned_page_has_its_truth(collection):
    for source in collection.sources:
        numbers = set(locate.truth(DATA / source.path))
        pages = set(range(1, source.pages + 1))
        if source.name == BOOK:
            assert numbers == pages - {3}, "page 3 is blank"
        elif source.name == "dossier-tirage.pdf":
            typed = {n for n, text in enumerate(layers(source.name), 1) if text.strip()}
            assert numbers == pages - typed and numbers and typed
        elif source.kind == "image" or source.name == "bulletin-club-1936.pdf":
            assert numbers == pages
        else:
            assert not numbers


def test_the_book_is_images_only_and_the_bulletin_has_a_worthless_layer():
    assert not "".join(layers(BOOK)).strip()
    for layer, printed in zip(
        layers("bulletin-club-1936.pdf"), texts()["bulletin-club-1936.pdf"].values(), strict=True
    ):
        words = set(re.findall(r"[^\W\d_]{4,}", printed))
        kept = words & set(re.findall(r"[^\W\d_]{4,}", layer))
        assert len(layer) > len(printed) / 2 and len(kept) < 0.25 * len(words)


def test_the_text_of_the_born_digital_course_is_what_was_set():
    course = texts()["cours-exposition.pdf"]
    assert "Un IL de plus double la lumière" in " ".join(fold(course[1]).split())
    assert len(course) == 12


def test_the_old_book_is_set_as_old_books_are():
    book = "\n".join(texts()[BOOK].values())
    assert "\u00a0" not in book
    assert len(re.findall(r"\w-\n[a-zé]", book)) >= 15, "hyphens at line ends"
    assert len(re.findall(r"\.{5,} \d", book)) >= 40, "leaders"
    assert re.search(r"(?m)^4 DEUXIÈME LEÇON\.$", book), "running head and folio"
    assert re.search(r"(?m)^Sous-bois \.{5,} 8 secondes$", book)
    assert re.search(r"(?m)^\(¹\) Un trou", book), "footnote"
    assert len(re.findall(r"(?m)^Fig\. \d\. —", book)) == 4, "captions"


def test_the_contents_of_the_book_send_to_the_right_pages():
    pages = texts()[BOOK]
    contents = "\n".join(t for t in pages.values() if "TABLE DES MATIÈRES" in t)
    folio = int(re.search(r"(?m)^Halo \.+ (\d+)$", contents)[1])
    assert "Les auréoles" in pages[folio + 3], "half-title, title and a blank come before page 1"


def test_two_columns_and_facing_pages_read_left_then_right():
    review = texts()["revue-deux-colonnes.png"][1]
    assert review.index("règle des tiers") < review.index("contre-jour") < review.index("Enfin")
    notes = texts()["carnet-pages-en-regard.jpg"][1]
    assert notes.index("Auvergne") < notes.index("Pavin") < notes.index("Limousin")


def test_photos_carry_the_notes_of_a_camera_and_the_photo_of_a_page_none():
    for path in (DATA / "photos").glob("*.jpg"):
        assert "f/" in texts()[path.name][1] and "ISO" in texts()[path.name][1]
    with Image.open(DATA / "photo-de-page.jpg") as image:
        assert not image.getexif()


def test_licences_are_named():
    from tools.sample.fonts import FONTS

    assert "CC0 1.0 Universal" in (SAMPLE / "LICENSE").read_text("utf-8")
    readme = (SAMPLE / "README.md").read_text("utf-8")
    assert all(package in readme for _, package in FONTS.values())


@pytest.mark.slow
def test_making_a_part_again_gives_the_same_bytes():
    for module in ("pikepdf", "reportlab", "pyphen"):
        pytest.importorskip(module, reason="the group `sample` is not installed")
    from tools.sample import collection as maker
    from tools.sample import fonts

    if not all((fonts.ROOT / file).is_file() for file, _ in fonts.FONTS.values()):
        pytest.skip("fonts of the sample are not installed (see sample/README.md)")
    plain, other = maker.Making(), maker.Making(variant=1)
    for make in (maker._notebook, maker._texts, maker._broken):
        first = {made.path: made.data for made in make(plain)}
        assert first == {made.path: made.data for made in make(plain)}
        if make is maker._texts:  # no font and no image library: the same everywhere
            assert all((DATA / path).read_bytes() == data for path, data in first.items())
    aged, again = next(maker._notebook(plain)), next(maker._notebook(other))
    assert aged.data != again.data and aged.truth == again.truth


def test_another_variant_never_overwrites_the_sample():
    done = subprocess.run(
        [sys.executable, "tools/make_sample.py", "--variant", "2"],
        cwd=SAMPLE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and "--out" in done.stderr

"""The maker sets today what is bundled, ages repeatably, and quotations can be found again."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tools.sample import locate

BOOK = "lecons-de-photographie-1893.pdf"


def test_two_columns_and_facing_pages_are_written_left_then_right():
    review = locate.truth(locate.SAMPLE / "data" / "revue-deux-colonnes.png")[1]
    assert review.index("règle des tiers") < review.index("contre-jour") < review.index("Enfin")
    notes = locate.truth(locate.SAMPLE / "data" / "carnet-pages-en-regard.jpg")[1]
    assert notes.index("Auvergne") < notes.index("Pavin") < notes.index("Limousin")


def test_a_quotation_is_located_across_a_hyphen_and_in_every_kind_of_document():
    for quote, document in {
        "Un trou d'un demi-millimètre": BOOK,
        "décharges d'électricité statique": "bulletin-club-1936.pdf",
        "un oiseau en vol 1/2000 s": "cours-exposition.pdf",
        "essuyer en spirale": "entretien.docx",
        "L'éclairage papillon": "lumiere.epub",
        "syndrome du vinaigre": "photo-de-page.jpg",
        "Polaire": "file-d-etoiles.jpg",
    }.items():
        assert document in {name for name, _ in locate.locate(quote)}
    assert not list(locate.locate("la recette du bœuf bourguignon"))


def test_ageing_a_page_repeats_itself_and_variants_and_strengths_differ():
    from tools.sample.degrade import age_page, generator, jpeg

    clean = Image.fromarray(np.full((600, 450), 255, np.uint8))
    clean.paste(0, (100, 100, 300, 130))

    def scan(variant: int, strength: float = 1.0) -> bytes:
        return jpeg(age_page(clean, 150, 200, generator("test", 0, variant), strength=strength))

    assert scan(0) == scan(0)
    assert len({scan(0), scan(1), scan(0, 2.0)}) == 3


def test_the_truth_of_the_book_is_what_the_maker_typesets_today():
    pytest.importorskip("pyphen", reason="the group `sample` is not installed")
    from tools.sample import fonts
    from tools.sample.old_book import set_book

    if not all((fonts.ROOT / file).is_file() for file, _ in fonts.FONTS.values()):
        pytest.skip("fonts of the sample are not installed (see sample/README.md)")
    printed = locate.truth(locate.SAMPLE / "data" / BOOK)
    assert {n: page.text for n, page in enumerate(set_book(), 1) if page.text} == printed

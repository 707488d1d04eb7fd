from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from rag.errors import BlankPage
from rag.ocr.layer import Layer, judge, measure, read_layer, trusted
from rag.records import Box, Page, Word
from rag.render import render_page
from tests.rag.papers import FRENCH, scan, write_pdf, write_scan_pdf

WORDS = {word.strip(".,").lower() for line in FRENCH for word in line.split()}


def known(word: str) -> bool:
    return word.lower() in WORDS


def layer_of(path: Path) -> tuple[Layer, Any]:
    image = render_page(path, "pdf", 0)
    width, height = image.size
    layer = read_layer(path, 0, document_id="d", width_px=width, height_px=height, dpi=144)
    return layer, np.asarray(image.convert("L"))


def page_of(*lines: str, engine: str = "text layer", right: int = 0) -> Page:
    words, starts = [], []
    for row, line in enumerate(lines):
        starts.append(len(words))
        for column, word in enumerate(line.split()):
            left = right + 60 * column
            words.append(Word(word, Box(left, 30 * row, left + 50, 30 * row + 20), 0.9))
    return Page("d", 0, 1000, 1000, 144, tuple(words), tuple(starts), engine)


def test_words_stand_where_they_are_drawn(tmp_path: Path) -> None:
    layer, grey = layer_of(write_pdf(tmp_path / "a.pdf", [FRENCH]))
    assert layer.page is not None
    assert layer.page.text.splitlines() == list(FRENCH)
    assert (layer.image_share, layer.hidden_share) == (0, 0)
    for word in layer.page.words:
        box = word.box
        inside = grey[box.top : box.bottom, box.left : box.right]
        assert inside.min() < 100, word
    paper = grey.copy()
    for word in layer.page.words:
        paper[word.box.top : word.box.bottom, word.box.left : word.box.right] = 255
    assert paper.min() > 100, "ink outside every box"


def test_boxes_follow_a_turned_page(tmp_path: Path) -> None:
    import pypdfium2

    write_pdf(tmp_path / "a.pdf", [FRENCH])
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        document[0].set_rotation(90)
        document.save(tmp_path / "turned.pdf")
    layer, grey = layer_of(tmp_path / "turned.pdf")
    assert layer.page is not None
    assert grey.shape == (1190, 1684)
    assert all(
        grey[w.box.top : w.box.bottom, w.box.left : w.box.right].min() < 100
        for w in layer.page.words
    )


def test_a_born_digital_page_in_french_needs_no_ocr(tmp_path: Path) -> None:
    assert trusted(*layer_of(write_pdf(tmp_path / "a.pdf", [FRENCH])), known)


@pytest.mark.parametrize(
    "lines",
    [
        ["xqz vtrk pmlf"] * 6,
        FRENCH[:1],
    ],
    ids=["not words", "too few words to tell"],
)
def test_a_doubtful_layer_sends_the_page_to_ocr(tmp_path: Path, lines: list[str]) -> None:
    layer, grey = layer_of(write_pdf(tmp_path / "a.pdf", [lines]))
    assert not trusted(layer, grey, known)


def test_glyphs_without_a_meaning_send_the_page_to_ocr(tmp_path: Path) -> None:
    layer, grey = layer_of(write_pdf(tmp_path / "a.pdf", [FRENCH]))
    assert layer.page is not None
    first = replace(layer.page.words[0], text="\ue000\ufffd\ue002")
    private = replace(layer.page, words=(first, first, *layer.page.words[2:]))
    assert not trusted(replace(layer, page=private), grey, known)


def test_a_layer_that_is_not_drawn_sends_the_page_to_ocr(tmp_path: Path) -> None:
    layer, grey = layer_of(write_pdf(tmp_path / "a.pdf", [FRENCH], hidden=True))
    assert layer.hidden_share == 1
    assert not trusted(layer, grey, known)
    drawn = replace(layer, hidden_share=0.0)
    assert not trusted(drawn, grey, known), "no ink under the boxes"


def test_a_stamp_on_a_scan_sends_the_page_to_ocr_which_wins(tmp_path: Path) -> None:
    stamp = "Plus le diaphragme est ouvert plus la distance est courte selon la lumière du jour"
    layer, grey = layer_of(write_scan_pdf(tmp_path / "s.pdf", scan(FRENCH), 600, stamp))
    assert layer.page is not None
    assert layer.image_share > 0.9
    assert measure(layer.page, known).hits > 0.8
    assert not trusted(layer, grey, known)
    seen = page_of(*FRENCH, *FRENCH, stamp, engine="ocr")
    assert judge(layer.page, seen, known) is seen


def test_print_drawn_as_shapes_beside_some_text_sends_the_page_to_ocr(tmp_path: Path) -> None:
    layer, grey = layer_of(write_pdf(tmp_path / "a.pdf", [FRENCH]))
    outlines = np.asarray(scan(FRENCH * 2, (grey.shape[1], grey.shape[0] // 2)).convert("L"))
    grey = np.vstack([grey[: grey.shape[0] - outlines.shape[0]], outlines])
    assert not trusted(layer, grey, known)


GOOD = FRENCH
BAD = tuple(line.replace("e", "c").replace("a", "u").replace("l", "1") for line in FRENCH)


@pytest.mark.parametrize(
    ("layer", "seen", "winner"),
    [
        (page_of(*BAD), page_of(*GOOD, engine="ocr"), "ocr"),
        (page_of(*GOOD), page_of(*BAD, engine="ocr"), "text layer"),
        (page_of(*GOOD), page_of(*GOOD, engine="ocr"), "text layer"),
        (page_of(GOOD[0]), page_of(*GOOD, engine="ocr"), "ocr"),
        (page_of(*GOOD, right=5000), page_of(*BAD, engine="ocr"), "ocr"),
        (None, page_of(*BAD, engine="ocr"), "ocr"),
        (page_of(*GOOD), None, "text layer"),
    ],
    ids=["bad layer", "bad ocr", "both good", "a header only", "off the page", "none", "unseen"],
)
def test_the_better_reading_wins(layer: Page | None, seen: Page | None, winner: str) -> None:
    assert judge(layer, seen, known).engine == winner


def test_good_words_of_another_page_lose_against_what_is_seen() -> None:
    other: Callable[[str], bool] = lambda word: len(word) > 1  # noqa: E731
    layer = page_of("Chapitre premier histoire des chambres noires", "puis viennent les plaques")
    seen = page_of(*FRENCH[:1], "x" * 3, engine="ocr")
    assert judge(layer, seen, other).engine == "ocr"


def test_a_layer_that_nobody_measured_is_as_sure_as_its_words() -> None:
    mixed = page_of(*GOOD, *BAD)
    assert 0.3 < judge(mixed, None, known).confidence < 0.9


def test_neither_is_blank() -> None:
    with pytest.raises(BlankPage):
        judge(None, None, known)


def test_an_image_without_text_has_no_layer(tmp_path: Path) -> None:
    image = Image.new("RGB", (400, 300), "grey")
    layer, grey = layer_of(write_scan_pdf(tmp_path / "s.pdf", image, 400))
    assert layer.page is None
    assert not trusted(layer, grey, known)

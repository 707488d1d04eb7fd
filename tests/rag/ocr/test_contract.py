"""Every engine keeps the same promises; those whose packages are missing are skipped aloud."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rag.errors import BlankPage, NotInstalled, PageFailed, SettingsError
from rag.ocr.engine import ENGINES, load_engine
from rag.ocr.recorded import record
from rag.records import Box, Page, Word
from tests.rag.ocr.drawing import PROSE, draw_contents, draw_page

SLOW = {
    "rapidocr": [pytest.mark.slow],
    "tesseract": [pytest.mark.tesseract, pytest.mark.slow],
    "both": [pytest.mark.tesseract, pytest.mark.slow],
}
REAL = [pytest.param(n, marks=SLOW[n]) for n in ENGINES if n in SLOW]
ALL = [*REAL, "recorded"]


@pytest.fixture(scope="module")
def engines():
    loaded = {}

    def load(name):
        if name not in loaded:
            try:
                loaded[name] = load_engine(name)
            except NotInstalled as error:
                if os.environ.get("CI"):
                    raise
                pytest.skip(str(error))
        return loaded[name]

    return load


def save(image: Image.Image, folder: Path, name: str = "page.png") -> Path:
    path = folder / name
    image.save(path)
    if name.endswith(".png"):
        words = tuple(
            Word(text, Box(60 + 40 * i, 50 + 44 * row, 95 + 40 * i, 80 + 44 * row), 0.9)
            for row, line in enumerate(PROSE)
            for i, text in enumerate(line.split())
        )
        counts = [len(line.split()) for line in PROSE]
        starts = (0, counts[0], counts[0] + counts[1])
        record(Page("0" * 64, 0, *image.size, 72, words, starts, "drawn"), path)
    return path


@pytest.mark.parametrize("name", ALL)
def test_a_page_comes_back_whole(engines, name, tmp_path):
    path = save(draw_page(), tmp_path)
    page = engines(name).read(path, document_id="a" * 64, index=3)
    assert (page.document_id, page.index, page.width_px) == ("a" * 64, 3, 700)
    assert page.engine == engines(name).name
    assert page.text.split("\n") == list(PROSE)
    assert page.line_starts[0] == 0
    assert all(0 <= w.confidence <= 1 for w in page.words)
    assert all(
        0 <= w.box.left < w.box.right <= page.width_px
        and 0 <= w.box.top < w.box.bottom <= page.height_px
        for w in page.words
    )
    for line in page.lines:
        assert all(a.box.right <= b.box.left + 2 for a, b in pairwise(line))
    assert page == engines(name).read(path, document_id="a" * 64, index=3)


@pytest.mark.parametrize("name", ALL)
def test_a_missing_image_is_a_failed_page(engines, name, tmp_path):
    with pytest.raises(PageFailed):
        engines(name).read(tmp_path / "none.png", document_id="0" * 64, index=0)


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("colour", ["white", "black", (90, 120, 90)])
@pytest.mark.parametrize("size", [(400, 300), (1, 1), (3, 900)])
def test_one_colour_is_a_blank_page(engines, name, colour, size, tmp_path):
    path = save(Image.new("RGB", size, colour), tmp_path)
    with pytest.raises(BlankPage):
        engines(name).read(path, document_id="0" * 64, index=0)


ODD = {
    "tilted": lambda: draw_page().rotate(7, expand=True, fillcolor="white"),
    "sideways": lambda: draw_page().rotate(90, expand=True),
    "upside down": lambda: draw_page().rotate(180),
    "perspective": lambda: draw_page().transform(
        (700, 250), Image.Transform.QUAD, (0, 0, 40, 252, 690, 240, 660, 10), fillcolor="grey"
    ),
    "tiny": lambda: draw_page().resize((40, 16)),
    "a strip": lambda: draw_page().resize((2500, 12)),
    "a tower": lambda: draw_page().resize((12, 2500)),
    "huge": lambda: draw_page().resize((4200, 1600)),
    "noise": lambda: Image.fromarray(
        np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    ),
    "palette": lambda: draw_page().convert("P"),
    "one bit": lambda: draw_page().convert("1"),
    "see-through": lambda: draw_page().convert("RGBA"),
}


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("kind", ODD)
def test_an_odd_image_gives_a_page_or_a_blank_one(engines, name, kind, tmp_path):
    path = save(ODD[kind](), tmp_path)
    try:
        page = engines(name).read(path, document_id="0" * 64, index=0)
    except BlankPage:
        assert kind in {"tiny", "a strip", "a tower", "noise", "sideways", "upside down"}
    else:
        assert page.words


@pytest.mark.parametrize("name", REAL)
def test_titles_keep_their_page_numbers(engines, name, tmp_path):
    entries = [("Fixage", "45"), ("Lavage des plaques", "65"), ("Vernissage", "171")]
    page = engines(name).read(save(draw_contents(entries), tmp_path), document_id="0" * 64, index=0)
    assert page.text.split("\n") == [f"{title} {number}" for title, number in entries]


def test_an_unknown_engine_names_those_there_are():
    with pytest.raises(SettingsError, match="rapidocr"):
        load_engine("abbyy")

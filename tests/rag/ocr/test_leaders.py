from __future__ import annotations

import numpy as np
from PIL import Image

from rag.ocr.leaders import erase_leaders
from tests.rag.ocr.drawing import draw_contents, draw_page


def pixels(page: Image.Image) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(page)[:, :, ::-1])


def test_leader_dots_are_erased_and_remembered():
    page = pixels(draw_contents([("Fixage", "45"), ("Lavage des plaques", "65")]))
    clean, leaders = erase_leaders(page)
    assert len(leaders) == 2
    assert all(row.right > 650 for row in leaders)
    assert (clean[:, 400:690] > 200).all()
    # letters and figures are untouched
    assert (clean[:, :140] == page[:, :140]).all() and (clean[:, 695:] == page[:, 695:]).all()


def test_dots_of_letters_and_an_ellipsis_are_left_alone():
    page = pixels(
        draw_page(
            ["il finit ici; jijijijijiji", "puis il attend... et rit", "a : b : c : d : e : f"]
        )
    )
    clean, leaders = erase_leaders(page)
    assert leaders == []
    assert (clean == page).all()


def test_a_page_without_letters_is_left_alone():
    page = np.full((60, 80, 3), 255, np.uint8)
    assert erase_leaders(page)[1] == []

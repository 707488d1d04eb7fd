from __future__ import annotations

import numpy as np
import pytest

from rag.ocr.alphabet import ALPHABET
from rag.ocr.ctc import choose_classes, decode, split_words

CHARACTERS = ["a", "b", "中", "é"]  # then the space, as PP-OCR adds it
CLASSES = choose_classes(CHARACTERS, frozenset("abé"))


def matrix(*rows: dict[int, float]) -> np.ndarray:
    """Rows of the full matrix (blank, a, b, 中, é, space), cut to the kept columns."""
    full = np.zeros((len(rows), 6), np.float32)
    for i, row in enumerate(rows):
        for column, value in row.items():
            full[i, column] = value
    return full[:, CLASSES.columns]


def text(letters):
    return "".join(letter.text for letter in letters)


def test_a_letter_outside_the_alphabet_never_comes_out():
    assert text(decode(matrix({3: 0.9, 4: 0.05}), CLASSES)) == "é"


def test_repeats_collapse_and_a_blank_step_parts_doubles():
    assert text(decode(matrix({1: 0.9}, {1: 0.8}, {0: 0.9}, {1: 0.7}), CLASSES)) == "aa"


def test_the_space_is_favoured_but_its_confidence_is_its_own():
    letters = decode(matrix({1: 0.9}, {0: 0.7, 5: 0.2}, {2: 0.9}), CLASSES)
    assert text(letters) == "a b"
    assert letters[1].confidence == pytest.approx(0.2)


def test_a_letter_keeps_its_steps_and_best_probability():
    (letter,) = decode(matrix({0: 1.0}, {1: 0.6}, {1: 0.8}, {0: 1.0}), CLASSES)
    assert (letter.first, letter.last) == (1, 3)
    assert letter.confidence == pytest.approx(0.8)


def test_words_are_cut_at_spaces_and_none_is_empty():
    letters = decode(matrix({5: 1.0}, {1: 1.0}, {5: 1.0}, {0: 1.0}, {5: 1.0}, {2: 1.0}), CLASSES)
    assert [text(word) for word in split_words(letters)] == ["a", "b"]


def test_french_print_can_come_out():
    assert set("œŒçÉ½×°«»’—²µ§") <= ALPHABET
    assert not set("中，：（") & ALPHABET

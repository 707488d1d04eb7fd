from __future__ import annotations

import numpy as np
import pytest

from rag.agreeing import Agreements
from rag.records import Chunk, Hit
from rag.retrieve import late

TEXT = "laver longtemps. fixer vite."
CHUNK = Chunk("c", "d" * 64, "paragraph", ("Bains",), TEXT, (), False, 1.0)
HIT = Hit(0, CHUNK, 1.0, 1.0, 1.0)
WASH, FIX = (0, 16), (17, 28)


class Pieces:
    """Four pieces a passage after the one of its heading; a question is a row of the same axes."""

    name, model_hash, width = "by hand", "0", 2

    def query_and_tokens(self, text):
        row = [1.0, 0.0] if "wash" in text else [0.0, 1.0]
        return np.zeros(2, np.float32), np.array([row], np.float32)

    def passages_and_tokens(self, texts, progress=None):
        raise NotImplementedError

    def piece_places(self, text):
        return [0, *(text.index(word) for word in ("laver", "longtemps", "fixer", "vite"))]


class FakeRelease:
    def __init__(self, pieces=5):
        codes = np.array([[0x88], [0x8F], [0x88], [0xF8], [0x88]], np.uint8)[:pieces]
        self.arrays = {
            late.CODES: codes,
            late.STARTS: np.array([0, len(codes)]),
            late.STEPS: np.full(2, 1 / 7, np.float32),
        }

    def array(self, name):
        return self.arrays.get(name)

    def chunk(self, row):
        return CHUNK


def test_the_sentence_that_means_the_question_agrees_most():
    compare = Agreements(FakeRelease(), Pieces())
    wash = compare.of("how to wash")(HIT, [WASH, FIX])
    fix = compare.of("how to fix")(HIT, [WASH, FIX])
    assert wash == pytest.approx([1.0, 0.0], abs=1e-6)
    assert fix == pytest.approx([0.0, 1.0], abs=1e-6)


def test_pieces_that_cannot_be_placed_say_nothing():
    assert Agreements(FakeRelease(pieces=4), Pieces()).of("wash")(HIT, [WASH, FIX]) == [0.0, 0.0]


def test_without_pieces_nothing_is_compared():
    release = FakeRelease()
    release.arrays.clear()
    assert Agreements(release, Pieces()).of("wash") is None
    assert Agreements(FakeRelease(), None).of("wash") is None

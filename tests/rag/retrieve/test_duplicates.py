from __future__ import annotations

import pytest

from rag.records import Chunk, Piece
from rag.retrieve.duplicates import grouped, jaccard
from rag.retrieve.neighbours import around

TEXT = (
    "Le négatif fixé doit être lavé à grande eau pendant douze heures au moins, et l'eau "
    "renouvelée toutes les heures, si l'on veut qu'il se conserve : 25 grammes pour 100 cc."
)
MISREAD = TEXT.replace("douze", "donze").replace("grammes", "grarnmes")
OTHER_FIGURES = TEXT.replace("25 grammes pour 100", "40 grammes pour 250")
ELSE = "Le châssis se place verticalement dans la chambre noire avant que l'opérateur ne vise."


def chunk(text, *, document="a", pages=(0,), confidence=1.0, kind="paragraph"):
    pieces = tuple(Piece(n, n + 1, page, n, n + 1) for n, page in enumerate(pages))
    return Chunk(text[:9], document, kind, (), text, pieces, True, confidence)


def group(*chunks, count=10):
    kept = grouped(range(len(chunks)), lambda row: chunks[row], count)
    return [(c.row, sorted(o.row for o in c.others)) for c in kept]


def test_two_readings_of_a_page_are_shown_once_the_best_read_first():
    assert group(chunk(MISREAD, confidence=0.7), chunk(ELSE), chunk(TEXT, document="b")) == [
        (2, [0]),
        (1, []),
    ]
    assert group(chunk(TEXT), chunk(MISREAD, confidence=0.7)) == [(0, [1])]


@pytest.mark.parametrize("other", [OTHER_FIGURES, ELSE, TEXT[:80]])
def test_another_text_is_not_a_copy(other):
    assert group(chunk(TEXT), chunk(other)) == [(0, []), (1, [])]


def test_a_passage_over_two_pages_is_not_its_own_copy():
    both = chunk(TEXT, pages=(0, 1))
    assert len(grouped([0, 0], lambda row: both, 5)) == 2


def test_copies_do_not_take_the_place_of_other_texts():
    chunks = [chunk(TEXT), chunk(MISREAD, confidence=0.5), chunk(ELSE)]
    assert group(*chunks, count=2) == [(0, [1]), (2, [])]
    assert grouped([0, 1], lambda row: chunks[row], 1)[0].first == 0


def test_two_empty_texts_are_alike_but_too_short_to_tell():
    assert group(chunk("f/8"), chunk("f/8")) == [(0, []), (1, [])]
    one = grouped([0], lambda row: chunk(""), 1)[0]
    assert jaccard(one.counted.words, one.counted.words) == 1.0


def test_a_passage_is_read_with_what_it_continues():
    chunks = [
        chunk("un", pages=(0,)),
        chunk("deux", pages=(0, 1)),
        chunk("trois", pages=(2,)),
        chunk("table", pages=(2,), kind="table"),
        chunk("loin", pages=(9,)),
        chunk("ailleurs", document="b"),
    ]

    def texts(row):
        return tuple(c and c.text for c in around(row, len(chunks), chunks.__getitem__))

    assert texts(0) == (None, "deux")
    assert texts(1) == ("un", "trois")
    assert texts(2) == ("deux", None)
    assert texts(4) == (None, None)
    assert texts(5) == (None, None)

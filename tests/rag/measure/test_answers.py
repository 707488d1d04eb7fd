from __future__ import annotations

from math import isnan

import pytest

from rag.measure.answers import (
    citation_precision,
    first_cited,
    numbers_kept,
    token_f1,
    words_kept,
)


def test_numbers_are_compared_as_numbers():
    assert numbers_kept("f/2,8 et 1/250 s", "À f2.8, au 1/250 s.") == 1.0
    assert numbers_kept("25 à 30 grammes", "25 grammes, 25 fois") == 0.5
    assert numbers_kept("13 × 18", "118 × 3") == 0.0
    assert isnan(numbers_kept("le collodion", "12"))


def test_words_are_compared_as_terms():
    assert words_kept("collodion humide", "le collodion", str.split) == 0.5
    assert token_f1("collodion humide", "le collodion humide sec", str.split) == pytest.approx(
        2 / 3
    )
    assert token_f1("collodion", "", str.split) == 0.0
    assert isnan(words_kept("", "x", str.split))


def test_citations_are_judged_by_page():
    gold = {("a.pdf", 3)}
    assert citation_precision([("a.pdf", 3), ("a.pdf", 4)], gold) == 0.5
    assert first_cited([("a.pdf", 4), ("a.pdf", 3)], gold) == 0.0
    assert first_cited([("a.pdf", 3)], gold) == 1.0
    assert first_cited([], gold) == 0.0
    assert isnan(first_cited([("a.pdf", 3)], ()))
    assert isnan(citation_precision([], gold))

from __future__ import annotations

from math import isnan

import pytest

from rag.answer.amounts import amounts
from rag.measure.answers import (
    amounts_kept,
    citation_precision,
    citation_recall,
    exact,
    first_cited,
    numbers_kept,
    proved,
    token_f1,
    word_overlap,
    words_cited,
    words_kept,
)
from rag.records import Box, Citation, PageBoxes, Sentence, Support, TextSpan


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


def test_amounts_are_compared_with_their_units_however_written():
    assert amounts_kept("un quart d’heure", "Laissez 15 minutes.", amounts) == 1.0
    assert amounts_kept("25 à 30 grammes", "25 grammes", amounts) == 0.5
    assert amounts_kept("30 grammes", "30 minutes", amounts) == 0.0
    assert exact("25 à 30 grammes", "25 grammes", amounts) == 0.0
    assert exact("25 à 30 grammes", "25-30 g", amounts) == 1.0
    assert isnan(exact("le collodion", "12", amounts))


def test_recall_counts_the_golden_pages_that_are_cited():
    gold = {("a.pdf", 3), ("b.pdf", 1)}
    assert citation_recall([("a.pdf", 3), ("a.pdf", 3)], gold) == 0.5
    assert isnan(citation_recall([("a.pdf", 3)], ()))


def cited(quotation: str, *anchors) -> Citation:
    return Citation("d", "a.pdf", 0, quotation, anchors, 1.0, "c", "r")


def test_words_cited_are_compared_one_by_one():
    words = words_cited([cited("x", PageBoxes("d", 0, 3, 5, (Box(0, 0, 1, 1),)))])
    assert words == {("d", 0, 3), ("d", 0, 4)}
    gold = words_cited([cited("x", TextSpan("d", 0, 4, 8))])
    assert word_overlap(words, gold) == (0.5, 0.25)
    assert isnan(word_overlap(words, ())[0])
    assert isnan(word_overlap((), gold)[0])
    assert word_overlap((), gold)[1] == 0.0


def test_a_sentence_is_proved_by_the_words_that_stand_at_its_anchor():
    true = Sentence("…", (cited("Une plaque,\nbien polie."),))
    false = Sentence("…", (cited("Deux plaques."),))
    loose = Sentence("…", (), Support.UNSUPPORTED)

    def reread(citation):
        return "Une plaque, bien polie."

    assert proved([true], reread) == 1.0
    assert proved([true, false, loose], reread) == pytest.approx(1 / 3)
    assert isnan(proved([], reread))

from __future__ import annotations

import pytest

from rag.errors import NotInstalled
from rag.ocr import tesseract
from rag.ocr.merge import merge_words
from rag.records import Box, Word

KNOWN = frozenset(["la", "lumière", "du", "bain", "objectif", "un", "fixage", "est"])


def words(text: str, confidence: float) -> tuple[Word, ...]:
    return tuple(
        Word(part, Box(10 * i, 0, 10 * i + 8, 10), confidence)
        for i, part in enumerate(text.split())
    )


def merged(first: str, second: str) -> str:
    made = merge_words(words(first, 0.8), words(second, 0.9), lambda w: w.lower() in KNOWN)
    return " ".join(word.text for word in made)


@pytest.mark.parametrize(
    ("first", "second", "best"),
    [
        ("la lumiére du bain", "la lumière du bain", "la lumière du bain"),  # only one is a word
        ("la lumière du bain", "la lumiere du bain", "la lumière du bain"),  # the leader is right
        ("un fixage est", "un bain est", "un fixage est"),  # both words: the leader's
        ("un fixagc est", "un fixogc est", "un fixagc est"),  # neither: the leader's
        ("Fixage 45", "Fixage la", "Fixage 45"),  # a figure is never made a word
        ("ladu bain,", "la du bain,", "la du bain,"),  # a blank that was lost
        ("la bain", "la | bain", "la bain"),  # dirt that only the second saw
        ("la bain 12", "la bain", "la bain 12"),  # a number that the second lost
    ],
)
def test_the_second_reading_mends_only_what_is_no_word(first, second, best):
    assert merged(first, second) == best


def test_agreement_takes_the_higher_confidence():
    (word,) = merge_words(words("bain", 0.8), words("bain", 0.9), lambda _: True)
    assert word.confidence == 0.9


def test_a_line_that_tesseract_cannot_read_stays():
    assert merge_words(words("la lumiére", 0.8), (), lambda _: True) == words("la lumiére", 0.8)


def test_without_french_data_the_message_says_what_to_type(monkeypatch):
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    monkeypatch.setattr(tesseract, "DATA_FOLDERS", ())
    with pytest.raises(NotInstalled, match="tesseract-ocr-fra"):
        tesseract.find_french_data()

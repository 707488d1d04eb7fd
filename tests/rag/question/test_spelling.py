from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.french.analysis import analyse
from rag.question.sounds import distance, misread, plain, sound
from rag.question.spelling import Speller, Vocabulary

COUNTS = {
    "diaphragme": 40,
    "photographie": 90,
    "daguerréotype": 20,
    "daguerréotvpe": 1,
    "sensibilité": 12,
    "obturateur": 30,
    "collodion": 50,
    "iodure": 22,
    "rouges": 15,
    "trait": 9,
    "main": 8,
    "lit": 3,
    "argent": 70,
    "bromure": 25,
}
FRENCH = {"moto", "toiture", "photo", "main", "trait"}


def speller(**counts: int) -> Speller:
    found = {**COUNTS, **counts}
    words = sorted(found)
    held = {term for word in words for term in analyse(word)}
    vocabulary = Vocabulary(words, [found[word] for word in words], held.__contains__)
    return Speller(vocabulary, analyse, FRENCH.__contains__)


def spelt(word: str, **counts: int) -> list[str]:
    return [s.word for s in speller(**counts).spellings(word, tuple(analyse(word)))]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("diafragme", "diaphragme"),
        ("diaphrgame", "diaphragme"),
        ("photogrphie", "photographie"),
        ("fotografie", "photographie"),
        ("daguereotype", "daguerréotype"),
        ("obturatuer", "obturateur"),
        ("collodyon", "collodion"),
        ("iodre", "iodure"),
        ("ruges", "rouges"),
        ("argnet", "argent"),
    ],
)
def test_a_slip_is_read_as_the_word_of_the_collection(typed, meant):
    found = speller().spellings(typed, tuple(analyse(typed)))
    assert found[0].word == meant
    assert found[0].told
    assert 0.5 < found[0].weight < 1


@pytest.mark.parametrize("typed", ["moto", "toiture", "Malo", "trail", "lith", "1874", "f8", "ND8"])
def test_what_is_no_slip_is_left_alone(typed):
    assert spelt(typed) == []


def test_a_name_is_not_a_word():
    assert speller().spellings("Tornure", ("tornur",), name=True) == []


def test_accents_left_out_are_not_told():
    found = speller().spellings("sensibilite", tuple(analyse("sensibilite")))
    assert [s.word for s in found] == ["sensibilité"]
    assert not found[0].told


def test_a_word_misread_by_the_ocr_is_found_with_less_weight():
    found = speller().spellings("daguerréotype", tuple(analyse("daguerréotype")))
    assert [(s.word, s.told) for s in found] == [("daguerréotvpe", False)]
    assert found[0].weight <= 0.5


def test_a_frequent_word_is_no_misreading():
    assert spelt("daguerréotype", daguerréotvpe=15) == []


def test_the_frequent_one_of_two_near_words_comes_first():
    assert spelt("obturatur", obturatif=1)[0] == "obturateur"


def test_words_of_the_thesaurus_may_be_meant():
    held = Vocabulary(["bain"], [3], {"bain"}.__contains__)
    found = Speller(held, analyse, None, ["posemètre"]).spellings("posemtre", ("posemtr",))
    assert [s.word for s in found] == ["posemètre"]


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        ("bain", "bain", 0),
        ("bain", "bian", 1),
        ("bain", "bains", 1),
        ("iode", "code", 1),
        ("argent", "argcnt", 0.7),
        ("", "ab", 2),
        ("ca", "abc", 3),
    ],
)
def test_distance(a, b, apart):
    assert distance(a, b, 9) == pytest.approx(apart)


@given(st.text("abcdein", max_size=8), st.text("abcdein", max_size=8))
def test_distance_is_the_same_both_ways(a, b):
    assert distance(a, b, 99) == pytest.approx(distance(b, a, 99))


@given(st.text("abcde", max_size=7), st.text("abcde", max_size=7), st.sampled_from([1.0, 2.0]))
def test_stopping_early_changes_no_verdict(a, b, most):
    assert (distance(a, b, most) <= most) == (distance(a, b, 99) <= most)


@given(st.lists(st.text("aehnpqstuché", min_size=2, max_size=9), min_size=1, max_size=6))
def test_words_joined_sound_as_they_do_alone(words):
    joined = sound(plain("\n".join(words))).split("\n")
    assert joined == [sound(plain(word)) for word in words]


def test_misread_undoes_itself():
    rng = random.Random(3)
    for word in ["daguerreotype", "commencer", "lumiere"]:
        other = rng.choice(sorted(set(misread(word))))
        assert word in set(misread(other))

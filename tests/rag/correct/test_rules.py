from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.correct.confusions import Costs, load_costs, pieces
from rag.correct.rules import joined_hyphen, mend
from rag.french.lexicon import load_lexicon

LEXICON, COSTS = load_lexicon(), load_costs()
WORDS = sorted(LEXICON.words)
LETTERS = "aàâbcçdeéèêfghiîlmnoôpqrstuùûvxyzœ'’-ABÉLM"


@pytest.mark.parametrize(
    ("read", "printed", "rule"),
    [
        ("daus", "dans", "confusion"), ("ètre", "être", "confusion"), ("Ia", "la", "confusion"),
        ("fgures", "figures", "confusion"), ("aßn", "afin", "confusion"),
        ("spécialemient", "spécialement", "confusion"), ("DEUXIÈNE", "DEUXIÈME", "confusion"),
        ("LECON", "LEÇON", "confusion"), ("d'byposulfite", "d'hyposulfite", "confusion"),
        ("mei:leure", "meilleure", "confusion"), ("dc", "de", "confusion"),
        ("collodlon", "collodion", "confusion"),
        ("5oo", "500", "digit"), ("1oo", "100", "digit"), ("XIll", "XIII", "digit"),
        ("10em", "10cm", "digit"), ("à3", "à 3", "split"), ("toutesles", "toutes les", "split"),
        ("laphotographie", "la photographie", "split"), ("Lescouleurs", "Les couleurs", "split"),
        ("l'’eau", "l’eau", "apostrophe"), ("lallemand", "l’allemand", "apostrophe"),
    ],
)  # fmt: skip
def test_misreadings_are_mended(read, printed, rule):
    found = mend(read, 0.7, LEXICON, COSTS)
    assert found is not None and (found.after, found.rule) == (printed, rule)


@pytest.mark.parametrize(
    "word",
    # unknown is not wrong: names, codes, old spellings, other languages, numbers, two readings
    "done Lacour Zion Turillon Barreswil Davanne Gandolfi In-8 2e 1re 13x18 f/2.8 APS-C n4 1874 "  # noqa: SIM905
    "Lee siége très-propre collodionner platinogravure Wxyz".split(),
)
def test_what_may_be_right_is_left(word):
    assert mend(word, 0.9, LEXICON, COSTS) is None


@given(st.sampled_from(WORDS), st.sampled_from(["", "l'", "d’", "qu'"]),
       st.sampled_from([str.lower, str.upper, str.capitalize]), st.floats(0, 1))  # fmt: skip
def test_a_known_word_is_never_changed(word, elision, case, confidence):
    printed = elision + case(word)
    if LEXICON.knows(printed):
        assert mend(printed, confidence, LEXICON, COSTS) is None
    assert LEXICON.knows(word)


@given(st.text(alphabet=LETTERS, min_size=1, max_size=12), st.floats(0, 1))
def test_letters_are_only_ever_mended_into_known_words(word, confidence):
    found = mend(word, confidence, LEXICON, COSTS)
    if found is not None and found.rule != "digit":
        assert all(LEXICON.knows(part) for part in found.after.split())
        assert found.after != word


def test_confidence_is_evidence():
    assert mend("ajouterous", 0.6, LEXICON, COSTS) is not None
    assert mend("recomnandez", 1.0, LEXICON, COSTS) is None


def test_costs_survive_the_release():
    assert Costs.from_dict(COSTS.to_dict()) == COSTS


@given(st.text(alphabet="abcé", max_size=10), st.text(alphabet="abcé ", max_size=10))
def test_pieces_make_the_one_of_the_other(before, after):
    text = before
    for start, end, new in reversed(pieces(before, after)):
        text = text[:start] + new + text[end:]
    assert text == after


@pytest.mark.parametrize(
    ("head", "tail", "joined"),
    [("pré", "paration", True), ("très", "propre", False), ("c'est-à", "dire", False),
     ("vio", "let", True), ("conve", "nablement", True), ("arc-en", "ciel", False)],
)  # fmt: skip
def test_a_hyphen_goes_when_the_result_is_a_word(head, tail, joined):
    assert joined_hyphen(head, tail, LEXICON.knows) is joined

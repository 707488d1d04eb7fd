from __future__ import annotations

import time

import pytest

from rag.french.analysis import analyse
from rag.french.lexicon import load_lexicon
from rag.question.language import FUNCTION_WORDS
from rag.question.thesaurus import ASKING, WEIGHTS, Group, Kind, Synonyms, Thesaurus, read_group
from rag.question.words import english_stem

OURS = Thesaurus.load()


def ways(*words: str, french: bool = True) -> dict[tuple[str, ...], float]:
    terms = tuple(term for word in words for term in analyse(word))
    found = Synonyms(OURS, analyse).ways(words, terms, french=french)
    return {} if found is None else {way.terms: way.weight for way in found}


def test_it_covers_the_trade_and_the_words_of_asking():
    asking = sum(group.subject == ASKING for group in OURS.groups)
    assert asking >= 120
    assert len(OURS.groups) - asking >= 350
    assert len({group.subject for group in OURS.groups}) >= 15


@pytest.mark.parametrize("group", OURS.groups, ids=lambda g: g.members[0][0])
def test_every_line_is_sound(group):
    members = [member for member, _ in group.members]
    assert len(members) >= 2, "a word alone says the same as nothing"
    assert all(member and member == member.strip() for member in members)
    assert group.provenance.startswith("trade")
    assert group.members[0][1] is Kind.SAME


def test_a_loan_is_no_french_word():
    lexicon = load_lexicon()
    loans = [m for g in OURS.groups for m, kind in g.members if kind is Kind.LOAN and m.isalpha()]
    assert [word for word in loans if lexicon.knows(word.lower())] == []
    assert len(loans) > 300


def test_words_of_grammar_never_expand():
    looked = Synonyms(OURS, analyse)
    assert [word for word in FUNCTION_WORDS["en"] if looked.translates(word)] == []
    for word in ["le", "de", "comment", "que"]:
        assert looked.ways([word], tuple(analyse(word))) is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["diaphragme"], "ouverture"),
        (["ouverture"], "diaphragme"),
        (["hypo"], "fixateur"),
        (["pelloche"], "pellicule"),
        (["pdc"], "profondeur de champ"),
        (["temps", "pose"], "vitesse d'obturation"),
        (["révélateur"], "bain de développement"),
        (["daguerréotypes"], "procédé Daguerre"),
        (["argentique"], "pellicule"),
    ],
)
def test_other_words_of_the_trade(asked, found):
    assert tuple(analyse(found)) in ways(*asked)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["shutter", "speed"], "temps de pose"),
        (["plates"], "plaque"),
        (["developing"], "développement"),
        (["depth", "field"], "profondeur de champ"),
        (["tripod"], "pied"),
        (["cost"], "prix"),
        (["fixer"], "fixateur"),
    ],
)
def test_english_is_translated(asked, found):
    assert tuple(analyse(found)) in ways(*asked, french=False)


def test_what_was_not_typed_never_weighs_as_much():
    for asked in (["diaphragme"], ["plates"], ["temps", "pose"], ["fabriquer"]):
        for french in (True, False):
            assert all(0 < weight < 1 for weight in ways(*asked, french=french).values())


def test_a_stem_alone_is_not_enough():
    assert ("pellicul",) not in ways("argent")
    assert ways("soi") == {}
    assert ways("tell", french=False) == {}


def test_english_words_that_are_french_need_an_english_question():
    assert ("pied",) in ways("stand", french=False)
    assert ("pied",) not in ways("stand")


def test_near_is_found_but_never_asked():
    group = Group("x", (("soufflet", Kind.SAME), ("cuir", Kind.NEAR)), "trade")
    looked = Synonyms(Thesaurus([group]), analyse)
    assert [w.weight for w in looked.ways(["soufflet"], ("soufflet",)) or []] == [
        WEIGHTS[Kind.NEAR]
    ]
    assert looked.ways(["cuir"], ("cuir",)) is None


@pytest.mark.parametrize("line", ["a\tb", "a\tb; worse: c\ttrade", "a\tb\tc\td"])
def test_a_line_that_is_no_group_is_refused(line):
    with pytest.raises(ValueError, match=r"columns|worse"):
        read_group(line)


def test_it_is_read_quickly():
    best = min(_seconds() for _ in range(5))
    assert best < 0.06


def _seconds() -> float:
    began = time.perf_counter()
    Synonyms(Thesaurus.load(), analyse)
    return time.perf_counter() - began


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("plates", "plate"),
        ("developing", "developed"),
        ("sensitizing", "sensitise"),
        ("batteries", "battery"),
        ("stopping", "stop"),
        ("washes", "wash"),
    ],
)
def test_english_inflections_share_a_stem(a, b):
    assert english_stem(a) == english_stem(b)

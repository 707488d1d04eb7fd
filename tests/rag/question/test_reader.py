from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.french.analysis import analyse
from rag.question.grown import Relation
from rag.question.reader import LONGEST, Reader
from rag.question.spelling import Vocabulary
from rag.question.thesaurus import Thesaurus
from rag.question.words import tokens_of
from rag.records import Filters, Origin

ROOT = Path(__file__).parents[3]
WORDS = {
    "ouverture": 9,
    "diaphragme": 12,
    "temps": 30,
    "pose": 40,
    "vitesse": 8,
    "obturation": 3,
    "portrait": 20,
    "plaque": 50,
    "fixage": 7,
    "bain": 60,
    "paysage": 6,
}


def reader(**more: object) -> Reader:
    words = sorted(WORDS)
    held = {term for word in words for term in analyse(word)}
    vocabulary = Vocabulary(words, [WORDS[w] for w in words], held.__contains__)
    return Reader(analyse, thesaurus=Thesaurus.load(), vocabulary=vocabulary, **more)  # type: ignore[arg-type]


def asked() -> list[str]:
    files = sorted((ROOT / "benchmarks" / "questions").glob("*-dev.jsonl"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    return [json.loads(line)["question"] for line in lines]


def test_without_anything_terms_are_those_of_the_analysis():
    plain = Reader(analyse)
    for question in asked():
        query = plain.understand(question)
        if query.language == "fr":
            assert query.terms == tuple(dict.fromkeys(analyse(question)))


def test_typed_words_are_kept_whatever_is_added():
    ours = reader()
    for question in asked():
        query = ours.understand(question)
        if query.language == "fr":
            assert set(query.terms) == set(analyse(question))
        for concept in query.concepts:
            rest = concept.variants[1:] if concept.variants[0].weight == 1 else concept.variants
            assert all(0 < variant.weight < 1 for variant in rest)


@given(st.text("aéf28,x 13×'- IS0ousdepl’.œ", max_size=40))
def test_tokens_are_together_the_analysis(text):
    tokens = tokens_of(text, analyse)
    assert [term for token in tokens for term in token.terms] == analyse(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)


def test_a_phrase_is_one_concept():
    query = reader().understand("Quel temps de pose pour un portrait ?")
    assert [concept.asked for concept in query.concepts] == ["temps de pose", "portrait"]
    phrase = query.concepts[0].variants
    assert phrase[0].terms == ("temp", "pos")
    assert ("vitess", "obtur") in [variant.terms for variant in phrase[1:]]


def test_what_the_collection_does_not_hold_is_not_looked_for():
    query = reader().understand("quel diaphragme ?")
    assert [v.terms for v in query.concepts[0].variants] == [("diaphragm",), ("ouvertur",)]


def test_a_slip_is_corrected_told_and_expanded():
    query = reader().understand("quel diafragme pour un portrait ?")
    assert query.notes == (("spelling", "diafragme → diaphragme"),)
    variants = query.concepts[0].variants
    assert variants[0].terms == ("diafragm",)
    assert variants[1].terms == ("diaphragm",)
    assert variants[1].origin is Origin.SPELLING
    assert ("ouvertur",) in [variant.terms for variant in variants]


def test_a_slip_inside_a_phrase_does_not_break_it():
    query = reader().understand("vitese d'obturation")
    assert query.concepts[0].asked == "vitese d'obturation"
    assert ("temp", "pos") in [variant.terms for variant in query.concepts[0].variants]


def test_an_english_question_gets_french_words():
    query = reader().understand("What shutter speed should I use for portraits?")
    assert query.language == "en"
    found = {terms for c in query.concepts for terms in [v.terms for v in c.variants]}
    assert {("temp", "pos"), ("portrait",)} <= found
    assert not {"what", "should", "i", "for"} & set(query.terms)


def test_bare_english_key_words_are_english():
    assert reader().understand("tripod").language == "en"
    assert reader().understand("collodion").language == "fr"


def test_what_the_collection_says_is_used():
    stated = Relation("tampon", "bain", ("tampon",), ("bain",), 0.5, "c1")
    query = reader(grown=[stated]).understand("le tampon")
    assert query.concepts[0].variants[1].terms == ("bain",)
    assert query.concepts[0].variants[1].origin is Origin.COLLECTION


def test_a_followup_is_understood_in_full():
    query = reader().understand("et un paysage ?", history=["Quel diaphragme pour un portrait ?"])
    assert query.text == "et un paysage ?"
    assert query.standalone == "Quel diaphragme pour un paysage ?"
    assert "diaphragm" in query.terms


def test_filters_said_are_read_unless_some_are_given():
    said = Filters(kinds=("photo",))
    ours = reader(read_filters=lambda question: (said, question.replace("photos", "")))
    assert ours.understand("photos de portrait").filters == said
    given = Filters(kinds=("pdf",))
    assert ours.understand("photos de portrait", filters=given).filters == given


@pytest.mark.parametrize("question", ["", "   ", "?", "le la les", "\u0000", "é" * 5000])
def test_odd_questions_are_understood(question):
    query = reader().understand(question)
    assert query.text == question
    assert len(query.standalone) <= LONGEST

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Concept, Origin, Variant
from rag.retrieve import headings, order
from rag.retrieve.concepts import share_held

shares = st.lists(st.floats(0, 1, width=32), min_size=2, max_size=12)


def array(*values):
    return np.array(values, np.float32)


@given(lexical=shares, more=st.integers(0, 11))
def test_a_passage_that_holds_more_of_what_is_asked_never_falls(lexical, more):
    lexical = array(*lexical)
    zeros = np.zeros_like(lexical)
    held = zeros.copy()
    held[more % len(held)] = 1
    before = order.judge(lexical, None, None, coverage=zeros, headings=None)
    after = order.judge(lexical, None, None, coverage=held, headings=held)
    rank = int((before > before[more % len(held)]).sum())
    assert int((after > after[more % len(held)]).sum()) <= rank


def test_every_kind_of_evidence_can_decide():
    same, first, second = array(0, 0), array(1, 0), array(0, 1)
    known = {"lexical": same, "dense": same, "late": same, "coverage": same, "headings": same}
    for name in known:
        ahead = order.judge(**{**known, name: first})
        behind = order.judge(**{**known, name: second})
        assert ahead.argmax() == 0, name
        assert behind.argmax() == 1, name


def test_equal_scores_say_nothing():
    assert order.standard(array(3, 3)).tolist() == [0, 0]
    assert order.standard(array()).tolist() == []


def test_headings_are_found_by_term_in_a_few_chunks():
    paths = [("Le fixage",), ("Le fixage", "Les bains"), (), ("Le tirage",)]
    arrays = headings.index(paths, lambda text: text.lower().split())
    near = headings.Headings(arrays[headings.TERMS], arrays[headings.STARTS]).near(
        np.array([3, 2, 1])
    )
    assert near.holds("fixage").tolist() == [False, False, True]
    assert near.holds("tirage").tolist() == [True, False, False]
    assert near.holds("inconnu").tolist() == [False, False, False]


def test_no_heading_at_all():
    arrays = headings.index([(), ()], str.split)
    near = headings.Headings(arrays[headings.TERMS], arrays[headings.STARTS]).near(np.arange(2))
    assert near.holds("fixage").tolist() == [False, False]


def test_a_concept_is_held_by_its_best_variant_and_weighs_its_rarest_word():
    concepts = (
        Concept(
            "temps de pose",
            (
                Variant(("temps", "pose"), 1.0, Origin.TYPED),
                Variant(("exposition",), 0.6, Origin.THESAURUS),
                Variant(("duree", "vue"), 0.4, Origin.THESAURUS),
            ),
        ),
        Concept("lune", (Variant(("lune",), 1.0, Origin.TYPED),)),
    )
    passages = ["temps pose lune", "temps", "exposition", "duree", "duree vue", ""]
    weight = {"temps": 1.0, "pose": 3.0, "lune": 1.0}.__getitem__
    found = share_held(concepts, weight, lambda t: np.array([t in p.split() for p in passages]))
    assert found.tolist() == pytest.approx([1.0, 0.5 * 0.75, 0.6 * 0.75, 0, 0.4 * 0.75, 0])


def test_nothing_asked_is_held_nowhere():
    assert share_held((), lambda t: 1.0, lambda t: np.array([True])).tolist() == [0]

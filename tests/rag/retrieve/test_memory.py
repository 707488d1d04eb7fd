"""Validated answers: who meets them, who does not, and what they move."""

from __future__ import annotations

import numpy as np
import pytest

from rag.french.analysis import analyse
from rag.question.reader import Reader
from rag.retrieve.fuse import Place, Scored
from rag.retrieve.memory import Entry, Likeness, Memory, brought_forward, logit

ENTRIES = (
    Entry("a", ("Quelle dose d'hyposulfite pour le bain de fixage ?",), "", "d", 0, 0, 0, 5),
    Entry("b", ("Où placer la lanterne rouge ?", "Distance de la lanterne"), "", "d", 1, 1, 0, 5),
)


@pytest.fixture
def memory():
    return Memory(ENTRIES, None, None, analyse=analyse, weight=lambda term: 1.0)


def recall(memory, question, *, gap=-1.0, allowed=(True, True), without=frozenset()):
    query = Reader(analyse).understand(question)
    return memory.recall(
        query, None, allowed=np.array(allowed), score_of=lambda entry: gap, without=without
    )


def test_the_question_itself_is_recalled_first_whatever_its_accents(memory):
    found = recall(memory, "ou placer la LANTERNE rouge")
    assert (found.entry_id, found.place, found.sure) == ("b", 0, True)
    assert recall(memory, "distance de la lanterne").entry_id == "b"


def test_another_question_does_not_meet_an_entry(memory):
    assert recall(memory, "Comment vernir une plaque de collodion ?") is None
    near = recall(memory, "Combien de temps cuire un gigot ?", gap=0.0)
    assert near is None or not near.sure, "a page that is found already is no reason to quote"


def test_what_is_deleted_or_taken_back_is_not_recalled(memory):
    question = ENTRIES[1].wordings[0]
    assert recall(memory, question, allowed=(True, False)) is None
    assert recall(memory, question, without=frozenset({"b"})) is None


def test_more_likeness_never_counts_less():
    poor, rich = Likeness(-0.5, 0.2, 0.2, 0.02), Likeness(-0.1, 0.9, 0.9, 0.1)
    assert logit(poor) < logit(rich)
    nan = float("nan")
    assert logit(Likeness(-0.5, 0.2, 0.2, nan)) < logit(Likeness(-0.1, 0.9, 0.9, nan))
    far, close = (
        Likeness(-0.5, 0.2, 0.2, 0.1, turned=True),
        Likeness(-0.1, 0.9, 0.9, 0.6, turned=True),
    )
    assert logit(far) < logit(close)


@pytest.mark.parametrize(("at", "wanted"), [(0, [7, 3, 4, 5]), (1, [3, 7, 4, 5])])
def test_only_the_page_of_the_entry_moves(at, wanted):
    ranked = Scored(np.array([3, 4, 5]), np.array([1.0, 0.5, 0.2], np.float32))
    pages = [(Place(0, n, 1.0), s, n) for n, s in ((3, 1.0), (4, 0.5), (5, 0.2))]
    entry = Entry("x", ("?",), "", "d", 7, 7, 0, 1)
    moved, found = brought_forward(ranked, pages, entry, Place(0, 7, 1.0), at)
    assert moved.rows.tolist() == wanted
    assert [place.index for place, _, _ in found] == wanted
    assert list(moved.scores) == sorted(moved.scores, reverse=True)


def test_a_page_that_is_first_already_stays_where_it_is():
    ranked = Scored(np.array([3, 4]), np.array([1.0, 0.5], np.float32))
    pages = [(Place(0, 3, 1.0), 1.0, 3), (Place(0, 4, 1.0), 0.5, 4)]
    entry = Entry("x", ("?",), "", "d", 3, 3, 0, 1)
    moved, found = brought_forward(ranked, pages, entry, Place(0, 3, 1.0), 1)
    assert moved.rows.tolist() == [3, 4]
    assert [place.index for place, _, _ in found] == [3, 4]

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index import lexical
from rag.records import Concept, Origin, Variant
from rag.retrieve.concepts import ConceptScorer

CHUNKS = [
    "lavage des epreuves",
    "rincage des epreuves rincage",
    "eau de lavage et rincage",
    "temps de pose au soleil",
    "le temps passe",
    "pose du modele",
    "bain frais",
    "sirop",
]


def postings(texts):
    indexer = lexical.Indexer()
    for text in texts:
        indexer.add(lexical.weigh(text.split(), []))
    return indexer.finish()


@pytest.fixture
def bm25():
    return postings(CHUNKS)


def typed(*terms):
    return Variant(terms, 1.0, Origin.TYPED)


def other(*terms, weight=0.6):
    return Variant(terms, weight, Origin.THESAURUS)


def score(bm25, *concepts, allowed=None):
    found = ConceptScorer(bm25).score(concepts, allowed, 100)
    return dict(zip(found.rows.tolist(), found.scores.tolist(), strict=True))


words = st.sampled_from(["a", "b", "c", "d", "e", "f"])


@given(
    texts=st.lists(st.lists(words, max_size=6), min_size=1, max_size=12),
    asked=st.lists(words, min_size=1, max_size=5),
)
def test_typed_words_alone_are_plain_bm25(texts, asked):
    bm25 = postings([" ".join(text) for text in texts])
    plain = bm25.scores(asked)
    found = score(bm25, *(Concept(term, (typed(term),)) for term in asked))
    assert found == pytest.approx({r: s for r, s in enumerate(plain.tolist()) if s > 0}, rel=1e-5)


def test_a_concept_counts_once_by_its_best_variant(bm25):
    alone = score(bm25, Concept("lavage", (typed("lavage"),)))
    both = score(bm25, Concept("lavage", (typed("lavage"), other("rincage"))))
    assert both[0] == alone[0]
    assert both[1] > 0
    assert both[2] == max(alone[2], both[2])
    assert both[2] < alone[2] + both[1]


def test_a_rare_synonym_is_not_worth_more_than_the_word(bm25):
    common, rare = "epreuves", "sirop"
    assert bm25.weight(rare) > bm25.weight(common)
    found = score(bm25, Concept(common, (typed(common), other(rare, weight=1.0))))
    plain = float(bm25.scores([rare])[7])
    assert found[7] == pytest.approx(plain * bm25.weight(common) / bm25.weight(rare), rel=1e-5)


def test_a_synonym_of_a_word_that_is_nowhere_keeps_its_own_worth(bm25):
    found = score(bm25, Concept("inconnu", (typed("inconnu"), other("sirop", weight=0.5))))
    assert found == {7: pytest.approx(0.5 * float(bm25.scores(["sirop"])[7]), rel=1e-5)}


def test_all_words_of_a_phrase_must_stand_but_those_typed_count_alone(bm25):
    phrase = score(bm25, Concept("exposition", (typed("exposition"), other("temps", "pose"))))
    assert set(phrase) == {3}
    asked = score(bm25, Concept("temps de pose", (typed("temps", "pose"),)))
    plain = bm25.scores(["temps", "pose"])
    assert asked == pytest.approx({r: float(plain[r]) for r in (3, 4, 5)}, rel=1e-5)


def test_what_may_not_rank_is_left_out(bm25):
    allowed = np.ones(len(CHUNKS), np.bool_)
    allowed[1] = False
    assert 1 not in score(bm25, Concept("rincage", (typed("rincage"),)), allowed=allowed)


def test_nothing_asked_finds_nothing(bm25):
    assert score(bm25) == {}
    assert score(bm25, Concept("inconnu", (typed("inconnu"),))) == {}


def test_one_question_leaves_nothing_for_the_next_even_between_threads(bm25):
    scorer = ConceptScorer(bm25)
    asked = [
        (Concept("lavage", (typed("lavage"), other("rincage"))),),
        (Concept("temps de pose", (typed("temps", "pose"), other("bain"))),),
    ]
    alone = [ConceptScorer(bm25).score(c, None, 9).scores.tolist() for c in asked]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda n: scorer.score(asked[n % 2], None, 9), range(200)))
    assert all(found.scores.tolist() == alone[n % 2] for n, found in enumerate(together))

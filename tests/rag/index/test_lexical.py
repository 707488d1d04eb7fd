from __future__ import annotations

import math
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.index import lexical

words = st.lists(st.sampled_from(["iris", "plaque", "bain", "or"]), max_size=6)


def plain(documents: list[list[str]], query: list[str]) -> list[float]:
    """BM25 as in the books: an oracle that shares no code with the arrays."""
    filled = [d for d in documents if d]
    mean = sum(map(len, filled)) / max(1, len(filled))
    out = []
    for document in documents:
        total, counts = 0.0, Counter(document)
        for term in set(query) & set(document):
            n = sum(term in d for d in filled)
            idf = math.log(1 + (len(filled) - n + 0.5) / (n + 0.5))
            f = counts[term]
            total += idf * f * 2.5 / (f + 1.5 * (1 - 0.75 + 0.75 * len(document) / mean))
        out.append(total)
    return out


@given(documents=st.lists(words, max_size=8), query=words)
def test_arrays_give_what_the_formula_gives(documents, query):
    bm25 = lexical.index(lexical.weigh(d, ()) for d in documents)
    np.testing.assert_allclose(bm25.scores(query), plain(documents, query), rtol=1e-5)


@given(documents=st.lists(words, max_size=8), term=st.sampled_from(["iris", "or", "rien"]))
def test_the_worth_of_a_term_on_a_few_chunks_is_its_score_there(documents, term):
    bm25 = lexical.index(lexical.weigh(d, ()) for d in documents)
    rows = np.arange(len(documents))[::-2]
    np.testing.assert_array_equal(bm25.worth(term, rows), bm25.scores([term])[rows])


def test_a_term_in_the_heading_counts_less_than_in_the_text():
    there, above, _ = lexical.index(
        [
            lexical.weigh(["iris", "bain"], []),
            lexical.weigh(["bain", "or"], ["iris"]),
            lexical.weigh(["plaque"], []),
        ]
    ).scores(["iris"])
    assert there > above > 0


def test_saved_arrays_are_the_same(tmp_path):
    bm25 = lexical.index([{"œil": 1.0}, {}, {"bain": 2.0, "œil": 0.5}])
    lexical.save(bm25, tmp_path)
    again = lexical.load(tmp_path, size=3, ranked=2)
    np.testing.assert_array_equal(again.scores(["œil"]), bm25.scores(["œil"]))
    assert again.rows_of("œil").tolist() == [0, 2]
    assert again.rows_of("rien").tolist() == []


def test_blocks_give_the_same_arrays_as_all_at_once(monkeypatch):
    chunks = [{f"t{(row * step) % 7}": step / 2 for step in range(1, 5)} for row in range(23)]
    whole = lexical.index(chunks)
    monkeypatch.setattr(lexical, "BLOCK", 3)
    parts = lexical.index(chunks)
    for name in ("starts", "rows", "impacts", "idf"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
    assert all(np.all(np.diff(whole.rows_of(term)) > 0) for term in whole.terms)


def test_an_unknown_term_weighs_the_most():
    bm25 = lexical.index([{"bain": 1.0}, {"or": 1.0}, {"bain": 1.0}])
    assert bm25.weight("inconnu") > bm25.weight("or") > bm25.weight("bain") > 0

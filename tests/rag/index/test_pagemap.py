from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.index import pagemap
from rag.records import Chunk, Piece

IDS = ("a" * 64, "b" * 64, "c" * 64)
pieces = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), max_size=4)
chunks = st.lists(st.tuples(st.sampled_from(IDS), pieces), max_size=12)


def chunk(document_id, parts):
    cut, at = [], 0
    for index, length in parts:
        cut.append(Piece(at, at + length, index, 0, length))
        at += length
    return Chunk("c", document_id, "paragraph", (), "x" * at, tuple(cut), False, 1.0, True)


@given(given_chunks=chunks)
def test_both_ways_agree_with_the_pieces(given_chunks):
    number = {document_id: n for n, document_id in enumerate(IDS)}
    records = [chunk(*one) for one in given_chunks]
    found = pagemap.gather(records, number)
    pages: dict[tuple[int, int], list[int]] = {}
    for row, (record, (_, parts)) in enumerate(zip(records, given_chunks, strict=True)):
        letters: dict[int, int] = {}
        for index, length in parts:
            letters[index] = letters.get(index, 0) + length
        for index in letters:
            pages.setdefault((number[record.document_id], index), []).append(row)
        documents, indexes, shares = found.pages_of(row)
        assert set(documents.tolist()) <= {number[record.document_id]}
        assert indexes.tolist() == sorted(letters)
        wanted = [letters[i] / max(letters.values()) for i in sorted(letters)]
        np.testing.assert_allclose(shares, wanted, rtol=1e-6)
    for document in range(4):
        of_document = {row for (d, _), rows in pages.items() if d == document for row in rows}
        assert found.rows_of_document(document).tolist() == sorted(of_document)
        for index in range(5):
            assert found.rows_of(document, index).tolist() == pages.get((document, index), [])
    assert found.documents.tolist() == [number[r.document_id] for r in records]


@given(given_chunks=chunks, seed=st.integers(0, 99))
def test_several_chunks_at_once_are_each_in_turn(given_chunks, seed):
    found = pagemap.gather([chunk(*one) for one in given_chunks], {d: n for n, d in enumerate(IDS)})
    rows = np.random.default_rng(seed).permutation(len(given_chunks))
    which, documents, indexes, shares = found.pages_of_all(rows)
    for n, row in enumerate(rows.tolist()):
        for one, several in zip(found.pages_of(row), (documents, indexes, shares), strict=True):
            assert several[which == n].tolist() == one.tolist()


def test_what_is_saved_is_opened(tmp_path):
    found = pagemap.gather([chunk(IDS[1], [(2, 5), (3, 9)])], {IDS[1]: 7})
    pagemap.save(found, tmp_path)
    again = pagemap.load(tmp_path)
    assert again.rows_of(7, 3).tolist() == [0]
    assert again.pages_of(0)[1].tolist() == [2, 3]

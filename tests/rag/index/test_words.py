from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.words import Numbers, Words

letters = st.characters(blacklist_characters="\n", max_codepoint=0x1F600)
lists = st.lists(st.text(letters, min_size=1, max_size=6), max_size=30, unique=True).map(sorted)


@given(words=lists, other=st.text(letters, max_size=6))
def test_a_word_is_found_where_it_stands(words, other):
    found = Words.of(words)
    assert list(found) == [*found[:]] == words
    assert [found.number(word) for word in words] == list(range(len(words)))
    assert found.number(other) == (words.index(other) if other in words else None)
    assert (other in found) is (other in words)
    assert dict(Numbers(found)) == {word: n for n, word in enumerate(words)}


@pytest.mark.parametrize("words", [[], ["bain", "or", "œil", "\ud800", "𝔘"]])
def test_what_is_saved_is_opened(tmp_path, words):
    Words.of(words).save(tmp_path / "w.txt")
    again = Words.load(tmp_path / "w.txt")
    assert list(again) == words
    assert [again.number(word) for word in words] == list(range(len(words)))


def test_rows_are_checked():
    words = Words.of(["bain", "or"])
    assert (words[-1], words[1:]) == ("or", ["or"])
    with pytest.raises(IndexError, match="word 2 of 2"):
        words[2]


@pytest.mark.parametrize("words", [["or", "bain"], ["or", "or"]])
def test_words_out_of_order_are_refused(words):
    with pytest.raises(ValueError, match="distinct and increasing"):
        Words.of(words)

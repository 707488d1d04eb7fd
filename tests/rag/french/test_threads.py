"""Questions come from several threads at once: each gets the terms it would get alone."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.french import analysis
from rag.french.lexicon import load_lexicon

WORDS = sorted(word for word in load_lexicon().words if word.isalpha())[:40_000:20]


@pytest.fixture
def hurried():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_words_stemmed_by_several_threads_are_those_of_one(hurried):
    alone = [analysis._term(word) for word in WORDS]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: [analysis._term(word) for word in WORDS], range(4)))
    assert all(terms == alone for terms in found)

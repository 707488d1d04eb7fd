from __future__ import annotations

from collections import Counter

from rag.french.analysis import analyse
from rag.index import forms


def test_words_keep_their_accents_and_lose_their_figures():
    assert forms.words_of("L'Épreuve à 20° — 3 cuvettes, n°12bis") == ["épreuve", "cuvettes", "bis"]


def test_a_word_knows_its_count_and_its_term(tmp_path):
    text = "Fixer, fixé, fixer ; les plaques dans le bain."
    terms = sorted(set(analyse(text)))
    found = forms.gather(
        Counter(forms.words_of(text)), {term: n for n, term in enumerate(terms)}, analyse
    )
    forms.save(found, tmp_path)
    again = forms.load(tmp_path)
    assert list(again.words) == ["bain", "dans", "fixer", "fixé", "le", "les", "plaques"]
    assert [again.count(word) for word in ("fixer", "fixé", "fixée")] == [2, 1, 0]
    assert again.spelt(terms.index("fix")) == ["fixer", "fixé"]
    assert again.terms[again.words.number("dans")] == -1

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.french.sentences import sentences


def texts(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "M. Niepce de Saint-Victor opéra ainsi.",
        "La fig. 3 montre l'appareil.",
        "On pèse 2.50 grammes, soit f/2.8 et 1/250 s.",
        "Les savants MM. Barreswil et Davanne l'ont dit.",
        "A. Eau distillée, 100cc.",
        "C'est possible, etc., dans ce cas.",
        "« Vraiment ? » dit-il.",
    ],
)
def test_one_sentence_stays_whole(text):
    assert texts(text) == [text]


def test_sentences_are_parted():
    assert texts("On lave. On sèche ! Est-ce tout ? « Oui. » Fin\n\nTitre") == [
        "On lave.", "On sèche !", "Est-ce tout ?", "« Oui. »", "Fin", "Titre",
    ]  # fmt: skip


def test_a_line_break_alone_does_not_end_a_sentence():
    assert texts("une plaque\nde verre. Puis") == ["une plaque\nde verre.", "Puis"]


@given(st.text(alphabet="aB .!?…»«\n2Mfig'", max_size=80))
def test_spans_cover_everything_but_blanks(text):
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(x[1] <= y[0] for x, y in itertools.pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())

from __future__ import annotations

import pytest

from rag.french.analysis import analyse, fold


def test_stems_before_folding():
    assert analyse("épreuves albuminées") == analyse("ÉPREUVE ALBUMINÉE") == ["epreuv", "albumin"]


def test_elisions_and_stop_words_vanish():
    assert analyse("Qu’est-ce que l'image ?") == ["imag"]
    assert analyse("aujourd’hui") == ["aujourdhui"]


def test_ligatures_are_letters():
    assert analyse("œuvre") == analyse("oeuvre")
    assert fold("Œuvre ﬁne À") == "oeuvre fine a"


@pytest.mark.parametrize("text", ["", "   ", "… — «»", "le la les"])
def test_nothing_gives_nothing(text):
    assert analyse(text) == []


def test_repeats_and_order_are_kept():
    assert analyse("bain, bain d'argent") == ["bain", "bain", "argent"]

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.french.analysis import analyse
from rag.french.notation import find_notations, fold_notations

SAME = [
    ("f2.8", ["f/2,8", "f2.8", "F:2.8", "F/2,8", "f : 2,8", "ƒ/2.8", "f2,80"]),
    ("f8", ["f/8", "F:8", "f8"]),
    ("1/250s", ["1/250 s", "1/250e", "1/250", "1/250ᵉ", "1/250ème de seconde", "1/250 de seconde"]),
    ("iso400", ["ISO 400", "400 ASA", "ISO400", "400 iso", "ASA 400"]),
    ("50mm", ["50mm", "50 mm", "50 millimètres"]),
    ("13x18", ["13 × 18", "13x18", "13X18", "13 × 18 cm"]),
    ("4.5x6", ["4½ × 6", "4,5x6"]),
    ("100cc", ["100cc", "100 c.c.", "100 centimètres cubes", "100 ml"]),
    ("10%", ["10 %", "10 pour 100", "10%"]),
    ("2.5g", ["2,50 gr", "2,5 g", "2½ grammes"]),
    ("20°c", ["20 °C", "20°", "20 degrés"]),
]


@pytest.mark.parametrize(
    ("token", "spelling"), [(token, s) for token, spellings in SAME for s in spellings]
)
def test_every_spelling_has_one_token(token, spelling):
    assert fold_notations(spelling) == token
    assert analyse(f"objectif {spelling}, pose") == ["object", token, "pos"]


@pytest.mark.parametrize("text", ["la fig. 3", "en 1874", "page 12", "3 l'eau", "1/2", "off 8"])
def test_plain_numbers_are_left_alone(text):
    assert fold_notations(text) == text


@given(st.text(alphabet="fF/:1250 ,.xמmsISOASA½'ecg\n-", max_size=60))
def test_notations_are_disjoint_and_in_order(text):
    found = find_notations(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(0 <= n.start < n.end <= len(text) and n.token for n in found)

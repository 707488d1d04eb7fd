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
    ("20°c", ["20 °C", "20°", "20 degrés", "vingt degrés", "68 °F"]),
    ("1/4s", ["1/4 de seconde", "un quart de seconde", "0,25 s", "¼ seconde"]),
    ("1/2s", ["une demi-seconde", "1/2 seconde", "½ seconde", "half a second"]),
    ("1/100s", ["un centième de seconde", "1/100 s", "0,01 s"]),
    ("2min", ["deux minutes", "2 minutes", "two minutes"]),
    ("2.5min", ["deux minutes et demie", "2 minutes et demie", "2,5 min"]),
    ("30min", ["une demi-heure", "demi-heure", "30 minutes"]),
    ("45min", ["trois quarts d'heure", "quarante-cinq minutes"]),
    ("10g", ["dix grammes", "10 g"]),
    ("90g", ["quatre-vingt-dix grammes", "90 gr"]),
    ("1200g", ["mille deux cents grammes", "1200 g"]),
    ("21g", ["vingt et un grammes"]),
    ("150cc", ["cent cinquante centimètres cubes", "150 cm³"]),
    ("70°f", ["70 °F"]),
]


@pytest.mark.parametrize(
    ("token", "spelling"), [(token, s) for token, spellings in SAME for s in spellings]
)
def test_every_spelling_has_one_token(token, spelling):
    assert fold_notations(spelling) == token
    assert analyse(f"objectif {spelling}, pose") == ["object", token, "pos"]


@pytest.mark.parametrize(
    "text",
    [
        "la fig. 3",
        "en 1874",
        "page 12",
        "3 l'eau",
        "1/2",
        "off 8",
        "une seconde épreuve",
        "deux épreuves",
        "le quart de la plaque",
        "un blanc d'œuf",
    ],
)
def test_plain_numbers_are_left_alone(text):
    assert fold_notations(text) == text


@given(st.text(alphabet="fF/:1250 ,.xמmsISOASA½'ecg\n-", max_size=60))
def test_notations_are_disjoint_and_in_order(text):
    found = find_notations(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(0 <= n.start < n.end <= len(text) and n.token for n in found)


@given(st.integers(1, 99), st.sampled_from(["grammes", "minutes", "pour cent"]))
def test_a_number_in_words_is_that_number(n, unit):
    assert fold_notations(f"{french(n)} {unit}") == fold_notations(f"{n} {unit}")


def french(n: int) -> str:
    """Words of a number under 100, written here from the grammar, not from the code."""
    below_ten = "zéro un deux trois quatre cinq six sept huit neuf"
    teens = "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
    units = f"{below_ten} {teens}".split()
    tens = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
    if n < 20:
        return units[n]
    if n == 80:
        return "quatre-vingts"
    ten, unit = divmod(n, 10)
    if n > 80:
        return f"quatre-vingt-{units[n - 80]}"
    if n >= 70:
        return "soixante et onze" if n == 71 else f"soixante-{units[n - 60]}"
    if unit == 0:
        return tens[ten]
    return f"{tens[ten]} et un" if unit == 1 else f"{tens[ten]}-{units[unit]}"

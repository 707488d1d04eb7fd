from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.amounts import amounts, kinds_named


def said(text: str) -> list[tuple[float, str]]:
    return [(round(a.value, 5), a.kind) for a in amounts(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25 à 30 grammes", [(25, "g"), (30, "g")]),
        ("f/2,8 et F : 8", [(2.8, "f"), (8, "f")]),
        ("deux heures et demie", [(9000, "s")]),
        ("un quart d'heure", [(900, "s")]),
        ("une demi-seconde", [(0.5, "s")]),
        ("1/250 s", [(0.004, "s")]),
        ("1/250e de seconde", [(0.004, "s")]),
        ("60 000 plaques ou 60.000", [(60000, ""), (60000, "")]),
        ("quatre-vingt-dix jours", [(7776000, "s")]),
        ("9 × 12 cm", [(90, "mm"), (120, "mm")]),
        ("deux cent cinquante grammes", [(250, "g")]),
        ("mille huit cent soixante-quatorze", [(1874, "")]),
        ("½ litre, 2 ½ g", [(500, "ml"), (2.5, "g")]),
        ("trois quarts", [(0.75, "")]),
        ("twenty-five minutes", [(1500, "s")]),
        ("a half second", [(0.5, "s")]),
        ("seize centimètres cubes", [(16, "ml")]),
        ("5 p. 100 ou 10 pour cent", [(5, "%"), (10, "%")]),
        ("une minute, mais une épreuve", [(60, "s")]),
        ("un bain sans chiffre", []),
    ],
)
def test_every_way_of_writing_a_number_is_one_value(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2,8 grammes", "2.8 g"),
        ("deux minutes", "120 secondes"),
        ("un demi-litre", "500 cc"),
        ("0,5 m", "50 centimètres"),
        ("60 000", "60000"),
    ],
)
def test_the_same_amount_in_other_units_is_the_same(one, other):
    (a,), (b,) = amounts(one), amounts(other)
    assert a.same(b)


@pytest.mark.parametrize(
    ("one", "other"), [("30 grammes", "30 minutes"), ("2,8", "28"), ("1/60 s", "1/6 s")]
)
def test_another_unit_or_value_is_another_amount(one, other):
    (a,), (b,) = amounts(one), amounts(other)
    assert not a.same(b)


@given(st.integers(0, 10**6), st.sampled_from(["", " g", " minutes", " %"]))
def test_a_written_integer_is_read_back_where_it_stands(number, unit):
    text = f"Prenez {number}{unit} ici."
    (amount,) = amounts(text)
    assert text[amount.start : amount.end] == f"{number}{unit}"


def test_units_are_known_by_name_in_the_head_of_a_column():
    assert kinds_named("Durée (min) | Dose en grammes") == {"s", "g"}

from __future__ import annotations

import pytest

from rag.french.analysis import analyse
from rag.question.grown import WEIGHT, Grown, grow
from rag.records import Chunk, Piece


def chunk(text: str, *, ranks: bool = True) -> Chunk:
    piece = Piece(0, len(text), 0, 0, 1)
    return Chunk("c1", "d" * 64, "paragraph", (), text, (piece,), True, 1.0, ranks)


def said(text: str) -> list[tuple[str, str]]:
    return [(relation.a, relation.b) for relation in grow([chunk(text)], analyse)]


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("2° Acide nitrique, aussi appelé acide azotique, à 40 degrés.", "acide azotique"),
        ("Le fulmicoton, que l'on nomme aussi coton-poudre, se dissout.", "coton-poudre"),
        ("On ajoute du thiosulfate (ou hyposulfite) à l'eau.", "hyposulfite"),
        ("La solution de nitrate d'argent, appelée bain d'argent, est filtrée.", "bain d'argent"),
        ("3º Tripoli, ou terre pourrie, au choix.", "terre pourrie"),
        ("Hypo. Voir hyposulfite\nIris. Voir diaphragme", "diaphragme"),
        ("La Société Française de Photographie (SFP) se réunit.", "SFP"),
    ],
)
def test_what_a_page_states_is_read(text, stated):
    assert stated in [b for _, b in said(text)]


@pytest.mark.parametrize(
    "text",
    [
        "La plaque est lavée, ou bien elle est jetée.",
        "Un verre vert dépoli, ou du papier calque, suffit.",
        "Le papier, appelé papier salé, se garde.",
        "Coton-poudre, aussi appelé py-",
        "Il est appelé à rendre des services.",
        "C'est ce qu'on appelle le spectre solaire.",
    ],
)
def test_what_states_no_synonym_is_left(text):
    assert said(text) == []


def test_what_the_ocr_garbled_relates_to_nothing():
    text = "Le xqzvt, appelé aussi collodion, sèche."
    assert grow([chunk(text)], analyse, {"collodion"}.__contains__) == []
    assert grow([chunk(text, ranks=False)], analyse) == []


def test_a_relation_is_asked_both_ways_and_kept_once():
    text = "3º Tripoli, ou terre pourrie, au choix."
    relations = grow([chunk(text), chunk(text)], analyse)
    assert len(relations) == 1
    assert relations[0].chunk_id == "c1"
    looked = Grown(relations)
    assert looked.ways(("tripol",)) == [(tuple(analyse("terre pourrie")), WEIGHT)]
    assert looked.ways(tuple(analyse("terre pourrie"))) == [(("tripol",), WEIGHT)]
    assert looked.ways(("plaqu",)) == []

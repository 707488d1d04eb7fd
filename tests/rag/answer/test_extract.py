from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest

from rag.answer.asked import Asked, signs, what_is_asked
from rag.answer.cite import cite
from rag.answer.extract import extract
from rag.answer.units import units_of
from rag.chunking import chunk_pages
from rag.records import Chunk, Citation, Hit, Role, Sentence
from tests.rag.pages_by_hand import SOURCE, corrected

B, T, H = Role.BODY, Role.TABLE, Role.HEADING

PAGES = [
    corrected(
        0,
        [
            (
                "Nicéphore Niepce est l’inventeur de la photographie. Il vivait près de Chalon.",
                B,
                0,
            ),
            ("Vers 1814, la découverte de la lithographie attira toute son attention.", B, 0),
            ("Ses papiers ont été retrouvés bien plus tard par sa famille.", B, 0),
        ],
    ),
    corrected(
        1,
        [
            ("SOLUTION D’HYPOSULFITE DE SOUDE.", H, 0),
            ("La solution se garde longtemps dans un flacon bien bouché.", B, 1),
            ("On fait dissoudre dans :", B, 1),
            ("Eau 100 centimètres cubes.", T, 2),
            ("Hyposulfite de soude 25 à 30 grammes.", T, 3),
            ("Cette solution sert à fixer les épreuves et s’épuise assez vite.", B, 4),
        ],
    ),
    corrected(
        2,
        [
            ("Le vernissage protège le cliché des rayures et de l’humidité.", B, 0),
            (
                "On chauffe d’abord la glace avec précaution. On verse ensuite le vernis sur la",
                B,
                0,
            ),
            (
                "glace. Puis on l’incline pour couvrir toute la surface. On laisse enfin sécher.",
                B,
                0,
            ),
            ("Les vernis à l’alcool sont inflammables.", B, 0),
        ],
    ),
    corrected(
        3,
        [
            (
                "L’actinisme est un pouvoir chimique de la lumière sur les substances sensibles.",
                B,
                0,
            ),
            ("Il varie beaucoup selon l’heure du jour et selon la saison de l’année.", B, 0),
        ],
    ),
]


def analyse(text: str) -> list[str]:
    words = re.findall(r"\w{3,}|\d+", text.lower())
    return [w.rstrip("sx")[:6] for w in words if w not in ("les", "des", "une", "est", "pour")]


def prove(chunk: Chunk, start: int, end: int) -> Citation:
    return cite(
        chunk,
        start,
        end,
        page_of=lambda _, index: PAGES[index],
        section_of=lambda *_: None,
        name_of=lambda _: "livre.pdf",
        release="r",
    )


def answer(question: str, *order: int, **more) -> tuple[Sentence, ...]:
    chunks = [c for p in PAGES for c in chunk_pages(SOURCE, [p])]
    hits = [Hit(n, chunks[n], 1.0 - 0.1 * r, 1.0, math.nan) for r, n in enumerate(order)]
    return extract(question, hits, analyse=analyse, idf=lambda t: 1.0, cite=prove, **more)


def text(sentences: tuple[Sentence, ...]) -> str:
    return " ".join(s.text for s in sentences)


def test_a_date_is_one_sentence_with_its_proof():
    (sentence,) = answer("En quelle année Niepce découvrit-il la lithographie ?", 0, 2)
    assert sentence.text.startswith("Vers 1814")
    (citation,) = sentence.citations
    assert citation.quotation == sentence.text
    assert citation.page == 1
    assert citation.anchors[0].boxes


def test_a_formula_comes_whole_with_the_sentence_that_announces_it():
    (sentence,) = answer("Quelle quantité d’hyposulfite de soude faut-il dissoudre ?", 2, 1)
    assert sentence.text == (
        "On fait dissoudre dans :\nEau 100 centimètres cubes."
        "\nHyposulfite de soude 25 à 30 grammes."
    )
    assert len(sentence.citations[0].anchors[0].boxes) == 3


def test_steps_come_as_steps_in_their_order_and_stop_where_they_end():
    got = answer("Comment étaler le vernis sur la glace ?", 2, 0)
    assert [s.text.split()[0] for s in got] == ["On", "On", "Puis", "On"]
    assert "inflammables" not in text(got)


def test_a_definition_comes_first_and_alone():
    (sentence,) = answer("Qu’est-ce que l’actinisme ?", 0, 3)
    assert sentence.text.startswith("L’actinisme est un pouvoir chimique")


def test_a_sentence_that_leans_on_the_one_before_brings_it():
    got = answer("Selon quelle saison varie-t-il ?", 3)
    assert [s.text.split()[0] for s in got] == ["L’actinisme", "Il"]


def test_never_more_than_asked_nor_without_proof():
    assert len(answer("Comment étaler le vernis sur la glace ?", 2, limit=2)) == 2
    assert answer("Comment étaler le vernis ?") == ()

    def nowhere(chunk: Chunk, start: int, end: int) -> Citation:
        raise LookupError("not in the release")

    chunks = chunk_pages(SOURCE, PAGES[:1])
    hits = [Hit(0, chunks[0], 1.0, 1.0, math.nan)]
    assert extract("Niepce ?", hits, analyse=analyse, idf=lambda t: 1.0, cite=nowhere) == ()


def test_meaning_decides_when_no_word_is_shared():
    def agreement(hit, spans):
        return [float("inflammables" in hit.chunk.text[a:b]) for a, b in spans]

    (sentence,) = answer("Is it dangerous near fire?", 2, agreement=agreement)
    assert "inflammables" in sentence.text


def test_a_row_is_told_with_its_columns():
    chunk = Chunk(
        "c", "d" * 64, "table", ("Réglages", "Situation | Ouverture"),
        "Portrait | f/2,8\nPaysage | f/11", (), False, 1.0,
    )  # fmt: skip

    def quote(chunk: Chunk, start: int, end: int) -> Citation:
        return Citation("d", "t.csv", 0, chunk.text[start:end], (), 1.0, "c", "r")

    hits = [Hit(0, chunk, 1.0, 1.0, math.nan)]
    (sentence,) = extract(
        "Quelle ouverture pour un paysage ?", hits, analyse=analyse, idf=lambda t: 1.0, cite=quote
    )
    assert sentence.text == "Situation : Paysage ; Ouverture : f/11"
    assert sentence.citations[0].quotation == "Paysage | f/11"


def test_a_row_of_a_table_that_is_whole_is_told_with_its_first_row():
    rows = "Focale | Angle | Usage\n50 mm | 47° | courant\n85 mm | 28° | portrait"
    text = f"Avant tout, voici.\n\n{rows}"
    chunk = Chunk("c", "d" * 64, "table", ("Focales",), text, (), False, 1.0)

    def quote(chunk: Chunk, start: int, end: int) -> Citation:
        return Citation("d", "t.md", 0, chunk.text[start:end], (), 1.0, "c", "r")

    hits = [Hit(0, chunk, 1.0, 1.0, math.nan)]
    (sentence,) = extract(
        "Quel angle donne un 85 mm ?", hits, analyse=analyse, idf=lambda t: 1.0, cite=quote
    )
    assert sentence.text == "Focale : 85 mm ; Angle : 28° ; Usage : portrait"
    assert sentence.citations[0].quotation == "85 mm | 28° | portrait"


def test_units_hold_every_word_once():
    for page in PAGES:
        for chunk in chunk_pages(SOURCE, [page]):
            units = units_of(chunk)
            assert all(a.end <= b.start for a, b in pairwise(units))
            assert " ".join(u.text for u in units).split() == chunk.text.split()


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Combien de temps faut-il laver l’épreuve ?", Asked.AMOUNT),
        ("Quelle est la distance focale conseillée ?", Asked.AMOUNT),
        ("Quand fut inventé le daguerréotype ?", Asked.DATE),
        ("Qui a inventé le collodion ?", Asked.PERSON),
        ("Comment appelle-t-on le pouvoir chimique de la lumière ?", Asked.NAME),
        ("Comment développer un film ?", Asked.STEPS),
        ("Pourquoi s’éloigner du feu quand on vernit un cliché ?", Asked.REASON),
        ("Qu'est-ce que la profondeur de champ ?", Asked.DEFINITION),
        ("C'est quoi le bruit ?", Asked.DEFINITION),
        ("Quels sont les défauts des objectifs ?", Asked.LIST),
        ("Peut-on photographier la nuit ?", Asked.FACT),
        ("How long should the print be washed?", Asked.AMOUNT),
    ],
)
def test_what_is_asked(question, kind):
    assert what_is_asked(question) is kind


def test_a_number_of_the_question_is_not_an_answer():
    assert signs(Asked.DATE, "Le traité de 1874 en parle.", "Quand parut le livre de 1874 ?") == 0.0
    assert signs(Asked.AMOUNT, "Versez 25 grammes.", "Combien faut-il ?") == 1.0

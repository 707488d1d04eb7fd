"""Which photos and which document a question asks for; above all, which questions ask for none."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from rag.question.filters import Known, read_filters
from rag.records import Filters, PhotoTest
from rag.records.facts import DocumentFacts, PhotoFacts

ROOT = Path(__file__).resolve().parents[3]
KNOWN = Known(
    photos=True,
    cameras=("Valfleur VF-2 Mark III", "LEICA CAMERA AG LEICA Q2", "Apple iPhone 13 Pro"),
    lenses=("Valfleur 14 mm f/2,8", "Valfleur 16-35 mm f/4", "Summilux 1:1.7/28 ASPH."),
    documents=(
        ("trutat-1899.pdf", "pdf", 1899),
        ("perrot-1874.pdf", "pdf", 1874),
        ("lecons-de-photographie-1893.pdf", "pdf", 1893),
        ("lumiere.epub", "epub", None),
        ("glossaire.txt", "text", None),
    ),
)

PHOTOS = {
    "quelles photos à f/1,8 au-dessus de 3200 ISO ?": "aperture~1.8 iso>3200",
    "Quelles photos ont été prises à f/11 ?": "aperture~11",
    "Quelle photo a été prise à f/11 ?": "aperture~11",
    "photos prises au 35 mm en 2023": "focal_mm~35 year=2023",
    "mes photos au Leica": "camera=leica",
    "mes photos au Nikon": "camera=nikon",
    "photos de nuit entre 1/30 et 1/8 s": "shutter_s:0.032..0.13 night",
    "photos shot at f/1.8 above ISO 3200": "aperture~1.8 iso>3200",
    "les plus longues poses": "order=-shutter_s",
    "quelles sont les poses les plus longues ?": "order=-shutter_s",
    "longest exposures": "order=-shutter_s",
    "montre-moi les photos à 1600 ISO ou plus": "iso>=1600",
    "montre moi toutes les photos prises avec l'iPhone": "camera=iphone",
    "photos prises avec le VF-2 Mark III": "camera=vf 2 mark iii",
    "photos au 16-35": "lens=16-35",
    "clichés pris au 14 mm": "focal_mm~14",
    "clichés entre 100 et 400 ISO": "iso:100..400",
    "photos de moins de 1/500 s": "shutter_s<0.00192",
    "photos plus rapides que 1/500": "shutter_s<0.00192",
    "photos au-dessus de 1/500 s": "shutter_s<0.00192",
    "photos de plus de 10 secondes": "shutter_s>10.4",
    "photos avec plus de 30 s de pose": "shutter_s>31.2",
    "images à f/2,8 ou plus ouvert": "aperture<2.86",
    "images plus ouvertes que f/4": "aperture<3.94",
    "photos plus fermées que f/8": "aperture>8.06",
    "photos à partir de 800 ISO": "iso>=800",
    "photos jusqu'à 800 ISO": "iso<=800",
    "photos sous 400 ISO": "iso<400",
    "photos prises avant 2020": "year<2020",
    "photos prises après 2021": "year>2021",
    "photos depuis 2022": "year>=2022",
    "photos de 2021": "year=2021",
    "photos entre 2019 et 2021": "year:2019..2021",
    "photos prises en août 2022": "day:20220801..20220831",
    "photos prises avant mars 2023": "day<20230301",
    "photos du 13 août 2022": "day=20220813",
    "photos du 13/08/2022": "day=20220813",
    "which photos were taken at ISO 100?": "iso=100",
    "show me all the pictures taken with the Leica in 2021": "camera=leica year=2021",
    "pictures between f/2 and f/4": "aperture:1.94..4.06",
    "photos taken before March 2022": "day<20220301",
    "my photos from 2021": "year=2021",
    "mes photos avec le Summilux": "lens=summilux",
    "photos at ISO 1600 or higher": "iso>=1600",
    "photos up to 1/60 s": "shutter_s<0.01733",
    "photos faster than 1/1000": "shutter_s<0.00096",
    "combien de photos à 100 ISO ?": "iso=100",
    "combien de photos ai-je prises en 2021 ?": "year=2021",
    "y a-t-il des photos à f/22 ?": "aperture~22",
    "ai-je des photos à 12 800 ISO ?": "iso=12800",
    "photos de lac à f/11": "aperture~11 text=lac",
    "photos à 26 mm équivalent": "focal_35mm~26",
    "mes photos de nuit": "night",
    "les photos les plus récentes": "order=-day",
    "mes plus anciennes photos": "order=day",
    "photos au plus haut ISO": "order=-iso",
    "photos à la plus grande ouverture": "order=aperture",
    "Liste les photographies prises au 1/15 s": "shutter_s~0.0667",
    "je cherche des photos à f/4 et 200 ISO": "aperture~4 iso=200",
    "photos entre ISO 100 et 400 au 24 mm": "iso:100..400 focal_mm~24",
}

OTHERS = [
    "à quelle ouverture photographier un portrait ?",
    "f/1,8 au-dessus de 3200 ISO, est-ce possible ?",
    "À quelle ouverture la photo du lac au lever du jour a-t-elle été prise ?",
    "Quelle est la sensibilité de la photo du filé d'étoiles ?",
    "Combien de temps a duré la pose du filé d'étoiles ?",
    "Comment prendre des photos à 3200 ISO sans bruit ?",
    "Comment réussir des photos de nuit à 1/30 s ?",
    "Pourquoi mes photos à f/1,8 sont-elles floues ?",
    "Mes photos à f/16 sont molles, pourquoi ?",
    "Mes photos au ski sortent ternes et grises, que faire ?",
    "Quelles photos faire à 1/30 s ?",
    "Faut-il prendre ses photos à f/8 ?",
    "Peut-on faire des photos à 6400 ISO ?",
    "Quel réglage pour des photos à 1/1000 s ?",
    "photo de lune iso vitesse diaph",
    "photo à f/8",  # one photo, and nothing tells that it is of the collection
    "Combien de vues sur une pellicule 120 en 6 × 7 ?",
    "Combien de vues sur un film 36 mm ?",
    "Quelle ouverture pour une photo de groupe en 2023 ?",
    "Quelles photographies furent exposées en 1850 ?",
    "Quelle est la pose la plus longue au collodion sec ?",
    "Quand l'image apparaît-elle au développement à 20 °C ?",
    "Les premières photographies demandaient 8 heures de pose : pourquoi ?",
    "Les photos à 1/15 s peuvent-elles être nettes à main levée ?",
    "How do I take pictures at ISO 3200?",
    "Can I shoot photos at 1/15 s handheld?",
    "Why are my photos at f/1.8 blurry?",
    "What is the best aperture for photos at 35 mm?",
    "Best settings for night photos at ISO 3200?",
    "What does 1/250 s mean?",
    "Stratégie de sauvegarde de mes photos, combien de copies et où ?",
    "Dans quel ordre ranger mes photos ?",
    "Quelle intensité d'éclairage maximale pour une expo de photos ?",
    "images latentes",
    "les vues stéréoscopiques",
    "Quelle distance entre deux vues stéréoscopiques, 65 mm ?",
    "Origine des images bleues au ferricyanure",
    "ISO 3200",
    "f/1,8",
    "",
    "   ",
]


def said(test: PhotoTest) -> str:
    """A test in a line: "iso:3200..", "aperture~1.8"."""
    if test.words or test.field == "night":
        return f"{test.field}={test.words}" if test.words else test.field
    low, high = test.low, test.high
    if low == high:
        return f"{test.field}={low:.10g}"
    if math.isinf(high):
        return f"{test.field}{'>=' if low == round(low) else '>'}{round(low, 5):.10g}"
    if math.isinf(low):
        return f"{test.field}{'<=' if high == round(high) else '<'}{round(high, 5):.10g}"
    if test.field in ("aperture", "shutter_s", "focal_mm", "focal_35mm") and low > high * 0.88:
        return f"{test.field}~{(low + high) / 2:.3g}"
    return f"{test.field}:{low:.10g}..{high:.10g}"


@pytest.mark.parametrize(("question", "wanted"), PHOTOS.items())
def test_what_is_asked_of_photos(question: str, wanted: str) -> None:
    filters, rest = read_filters(question, KNOWN)
    *tests, order = filters.photo
    told = [said(t) for t in tests]
    if order.words != "day" or not tests:
        told.append(said(order))
    assert " ".join(told) == wanted
    assert filters.kinds == ("photo",)
    assert rest == question


@pytest.mark.parametrize("question", OTHERS)
def test_what_is_asked_of_something_else(question: str) -> None:
    assert read_filters(question, KNOWN) == (Filters(), question)


@pytest.mark.parametrize("question", PHOTOS)
def test_without_photos_nothing_is_asked_of_them(question: str) -> None:
    assert read_filters(question, Known()) == (Filters(), question)


DOCUMENTS = {
    "Comment vernir, dans le Trutat ?": ("trutat-1899.pdf", "Comment vernir ?"),
    "D'après Perrot, comment nettoyer les glaces ?": (
        "perrot-1874.pdf", "comment nettoyer les glaces ?"),
    "comment nettoyer les glaces dans le livre de 1874": (
        "perrot-1874.pdf", "comment nettoyer les glaces"),
    "How are plates cleaned in the 1874 book?": (
        "perrot-1874.pdf", "How are plates cleaned ?"),
    "How are plates cleaned in Perrot's book?": (
        "perrot-1874.pdf", "How are plates cleaned ?"),
    "Que dit-on du fixage dans lecons-de-photographie-1893.pdf ?": (
        "lecons-de-photographie-1893.pdf", "Que dit-on du fixage ?"),
    "Qu'est-ce que l'hyposulfite selon le manuel de Trutat ?": (
        "trutat-1899.pdf", "Qu'est-ce que l'hyposulfite ?"),
}  # fmt: skip


@pytest.mark.parametrize(("question", "wanted"), DOCUMENTS.items())
def test_a_document_is_named(question: str, wanted: tuple[str, str]) -> None:
    filters, rest = read_filters(question, KNOWN)
    assert filters == Filters(documents=(wanted[0],))
    assert rest.replace(" ?", "?") == wanted[1].replace(" ?", "?")


@pytest.mark.parametrize(
    "question",
    [
        "Que faire dans la lumière rouge ?",
        "dans le glossaire",  # one word, and not a proper noun: too common to leave others out
        "Combien de plaques sortent chaque jour de chez Lumière ?",
        "Qui a écrit le livre de 1874 ?",
        "dans le livre de 1950, comment vernir ?",
        "Comment photographier dans les leçons de photographie ?",
        "Qui est Trutat ?",
    ],
)
def test_a_document_is_not_named(question: str) -> None:
    assert read_filters(question, KNOWN) == (Filters(), question)


def test_two_documents_of_one_year_are_not_told_apart() -> None:
    two = Known(documents=(("a.pdf", "pdf", 1874), ("b.pdf", "pdf", 1874)))
    question = "comment vernir dans le livre de 1874 ?"
    assert read_filters(question, two) == (Filters(), question)


def test_our_own_questions_ask_for_no_photo() -> None:
    """Every question of ours is about what pages say."""
    files = [
        *sorted((ROOT / "benchmarks/questions").glob("*-dev.jsonl")),
        ROOT / "sample/golden.jsonl",
    ]
    lines = [json.loads(line) for f in files for line in f.read_text("utf-8").splitlines()]
    questions = [line["question"] for line in lines if "question" in line]
    assert len(questions) > 300
    assert [q for q in questions if read_filters(q, KNOWN)[0] != Filters()] == []


def test_what_is_known_comes_from_the_facts() -> None:
    facts = {
        "a": DocumentFacts("photo", photo=PhotoFacts(camera="Leica Q2", lens="Summilux")),
        "b": DocumentFacts("pdf", year=1874),
    }
    known = Known.of({"a": "a.jpg", "b": "perrot.pdf"}, facts)
    assert known == Known(
        True, ("Leica Q2",), ("Summilux",), (("a.jpg", "photo", None), ("perrot.pdf", "pdf", 1874))
    )

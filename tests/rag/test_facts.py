"""What is known of documents: photos by their notes, years and languages of texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from rag import facts
from rag.exif import photo_metadata
from rag.records import Section, Source
from rag.records.facts import DocumentFacts, PhotoFacts


def write_photo(path: Path, **tags: object) -> Path:
    """A JPEG whose camera noted these tags, by their names below."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = tags.get("make", "LEICA CAMERA AG"), tags.get("model", "LEICA Q2")
    if "caption" in tags:
        exif[0x010E] = tags["caption"]
    shot = exif.get_ifd(0x8769)
    names = {"aperture": 0x829D, "speed": 0x829A, "iso": 0x8827, "focal": 0x920A,
             "focal35": 0xA405, "lens": 0xA434, "date": 0x9003}  # fmt: skip
    for name, tag in names.items():
        if name in tags:
            shot[tag] = tags[name]
    Image.new("RGB", (60, 40), "#446").save(path, exif=exif)
    return path


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ({"aperture": 1.7, "speed": 1 / 250, "iso": 3200, "focal": 28.0, "focal35": 28,
          "lens": "SUMMILUX 1:1.7/28 ASPH.", "date": "2023:07:14 22:30:05"},
         PhotoFacts("LEICA CAMERA AG LEICA Q2", "SUMMILUX 1:1.7/28 ASPH.", 1.7, 1 / 250, 3200, 28,
                    28, "2023-07-14T22:30")),
        ({"aperture": 1.78, "speed": 1800.0, "iso": 50, "focal": 6.86, "make": "Apple",
          "model": "iPhone 13 Pro"},
         PhotoFacts("Apple iPhone 13 Pro", "", 1.8, 1800, 50, 6.9)),
        ({"speed": 0.5}, PhotoFacts("LEICA CAMERA AG LEICA Q2", shutter_s=0.5)),
        ({"speed": 1 / 8000}, PhotoFacts("LEICA CAMERA AG LEICA Q2", shutter_s=1 / 8000)),
        ({"date": "0000:00:00 00:00:00"}, PhotoFacts("LEICA CAMERA AG LEICA Q2")),
        ({"iso": 0, "aperture": float("nan")}, PhotoFacts("LEICA CAMERA AG LEICA Q2")),
    ],
)  # fmt: skip
def test_what_a_camera_wrote_is_read_back(
    tmp_path: Path, tags: dict[str, object], wanted: PhotoFacts
) -> None:
    text = photo_metadata(write_photo(tmp_path / "p.jpg", **tags))
    assert facts.photo_facts(text) == wanted


def test_a_caption_that_looks_like_a_setting_is_not_one(tmp_path: Path) -> None:
    caption = "Ouverture : f/22, un jour"
    text = photo_metadata(write_photo(tmp_path / "p.jpg", caption=caption, aperture=2.0))
    read = facts.photo_facts(text)
    assert read is not None
    assert read.aperture == 2.0
    assert "f/22, un jour" in facts.photo_words(text)


def test_a_photo_without_notes_of_its_camera_has_no_facts() -> None:
    assert facts.photo_facts("Légende : Le canal gelé\nAuteur : Anne") is None


@pytest.mark.parametrize(
    ("name", "texts", "year"),
    [
        ("perrot-1874.pdf", [], 1874),
        ("livres/1899_trutat.pdf", [], 1899),
        ("scan-20230114.pdf", [], None),  # a date of scanning is no year of publication
        ("tome-1874-1875.pdf", [], None),
        ("manuel.pdf", [(0, "MANUEL\nPAR M. X\nPARIS\n1874")], 1874),
        ("manuel.pdf", [(2, "TRAITÉ\nGAUTHIER-VILLARS\n1899 — Tous droits réservés")], None),
        ("manuel.pdf", [(1, "TRAITÉ\nParis, MDCCCXCIX.")], 1899),
        ("manuel.pdf", [(0, "Niepce\n1826\nDaguerre\n1839")], None),
        ("manuel.pdf", [(0, "En 1839, Arago fit connaître le procédé.")], None),
        ("manuel.pdf", [(9, "PARIS\n1874")], None),
        ("manuel.pdf", [(0, "mot " * 200 + "\n1874")], None),
        ("manuel.pdf", [], None),
    ],
)
def test_the_year_of_publication_is_read_or_left_out(
    name: str, texts: list[tuple[int, str]], year: int | None
) -> None:
    assert facts.year_of(name, texts) == year


def test_a_language_is_told_by_a_text_and_not_by_a_line() -> None:
    french = "Le bain de fixage se prépare en faisant dissoudre l'hyposulfite dans de l'eau. " * 3
    english = "The fixing bath is made by dissolving the hypo in warm water, and it keeps. " * 3
    assert facts.text_language([(0, french)]) == "fr"
    assert facts.text_language([(0, english)]) == "en"
    assert facts.text_language([(0, "Le bain de fixage")]) == ""


def test_facts_are_kept_as_json_and_read_back() -> None:
    photo = Source("a" * 64, "vues/lac.jpg", "vues/lac.jpg", (), "photo", 9, 1)
    book = Source("b" * 64, "perrot-1874.pdf", "perrot-1874.pdf", (), "pdf", 9, 1)
    notes = Section(photo.document_id, 0, "lac.jpg", "Légende : Été\nOuverture : f/11")
    kept = json.loads(json.dumps(facts.gather([photo, book], [], [notes])))
    assert facts.read_facts(kept) == {
        "a" * 64: DocumentFacts("photo", photo=PhotoFacts(aperture=11), text="lac ete"),
        "b" * 64: DocumentFacts("pdf", year=1874),
    }
    assert facts.read_facts(None) == {}

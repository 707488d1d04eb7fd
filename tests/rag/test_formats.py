from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import DocumentRefused
from rag.formats import _pieces, photo_metadata, read_sections
from tests.rag.papers import write_photo


def test_markdown_is_cut_at_headings_and_shown_without_marks(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "Avant.\n\n# Le **diaphragme**\n\nIl règle la *lumière*, [voir](x.md).\n\n"
        "## Ouverture\n\n| f | usage |\n|---|---|\n| 2,8 | portrait |\n\n"
        "```\n# pas un titre\n```\n\n# Fin\n\nnom_de_fichier 2 * 3 * 4\n",
        "utf-8",
    )
    sections = read_sections(path, "markdown", document_id="d", name="a.md")
    assert [s.index for s in sections] == [0, 1, 2, 3]
    assert [s.headings for s in sections] == [
        (),
        ("Le diaphragme",),
        ("Le diaphragme", "Ouverture"),
        ("Fin",),
    ]
    assert sections[0].title == "a.md"
    assert sections[1].text == "Il règle la lumière, voir."
    assert sections[2].text == "| f | usage |\n| 2,8 | portrait |\n\n# pas un titre"
    assert sections[3].text == "nom_de_fichier 2 * 3 * 4"


def test_a_csv_row_carries_its_header(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(
        "Sujet;Ouverture;Vitesse\nPortrait;f/2,8;1/125 s\nNuit;;30 s\n".encode("cp1252")
    )
    (section,) = read_sections(path, "csv", name="t.csv")
    assert section.text == (
        "Sujet : Portrait ; Ouverture : f/2,8 ; Vitesse : 1/125 s\nSujet : Nuit ; Vitesse : 30 s"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_of_any_machine_keeps_its_accents(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes("Le négatif\r\nséché à l’air".encode(encoding))
    assert read_sections(path, "text")[0].text == "Le négatif\nséché à l’air"


def test_html_is_read_with_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "h.html"
    path.write_text(
        "<html><head><title>Cours</title></head><body><h1>Optique</h1><p>La <b>focale</b> fixe.</p>"
        "<h2>Champ</h2><p>Il se mesure en degrés.</p></body></html>",
        "utf-8",
    )
    sections = read_sections(path, "html")
    assert [(s.headings, s.text) for s in sections] == [
        (("Optique",), "La focale fixe."),
        (("Optique", "Champ"), "Il se mesure en degrés."),
    ]


def test_a_file_without_text_is_empty(tmp_path: Path) -> None:
    (tmp_path / "e.txt").write_text(" \n\n ")
    with pytest.raises(DocumentRefused) as caught:
        read_sections(tmp_path / "e.txt", "text")
    assert caught.value.code == "empty"


@given(st.lists(st.text("abc é.\n", max_size=3000), max_size=6))
def test_cutting_a_long_text_loses_no_word(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    pieces = list(_pieces(text))
    assert "".join(" ".join(pieces).split()) == "".join(text.split())
    assert all(0 < len(piece) <= 4000 + 2 for piece in pieces)


def test_a_photo_says_how_it_was_taken(tmp_path: Path) -> None:
    assert photo_metadata(write_photo(tmp_path / "p.jpg")).splitlines() == [
        "Légende : Le canal gelé",
        "Appareil : Fairphone FP4",
        "Ouverture : f/2,8",
        "Vitesse : 1/250 s",
        "Sensibilité : ISO 400",
        "Focale : 50 mm",
        "Date : 14/02/2021 18 h 30",
    ]


@pytest.mark.parametrize("end", ["\u2028", "\x85", "\x0b"])
def test_a_line_end_of_unicode_inside_a_cell_does_not_cut_the_row(tmp_path: Path, end: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"Sujet;Note\nportrait;a{end}b\nnuit;c\n", "utf-8")
    (section,) = read_sections(path, "csv")
    assert section.text.count("Sujet") == 2 and f"Note : a{end}b" in section.text

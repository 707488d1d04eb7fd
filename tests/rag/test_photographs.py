"""Questions about photos, from their words to an answer that the cameras' own notes prove."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from rag import facts
from rag.chunking import chunk_sections
from rag.index.release import Release, ReleaseContent, build_release
from rag.photographs import Photographs
from rag.question.filters import FilterReader, Known
from rag.records import Filters, Outcome, PageResult, PageStatus, Section, Source, TextSpan

NOTES = {
    "lac.jpg": "Légende : Lac au lever du jour\nAppareil : Valfleur VF-2\n"
    "Objectif : Valfleur 16-35 mm f/4\nOuverture : f/11\nVitesse : 1/15 s\nSensibilité : ISO 100\n"
    "Focale : 24 mm\nFlash : non déclenché\nDate : 09/10/2021 07 h 42",
    "etoiles.jpg": "Légende : Filé d'étoiles\nAppareil : Valfleur VF-2\nOuverture : f/4\n"
    "Vitesse : 1800 s\nSensibilité : ISO 200\nFocale : 14 mm\nDate : 13/08/2022 23 h 10",
    "concert.jpg": "Appareil : LEICA CAMERA AG LEICA Q2\nOuverture : f/1,7\nVitesse : 1/125 s\n"
    "Sensibilité : ISO 6400\nFocale : 28 mm\nDate : 02/12/2023 21 h 15",
    "scan.jpg": "Légende : Carte postale numérisée\nAppareil : Valfleur VF-2\nVitesse : 1/60 s",
}


def opened(folder: Path) -> Release:
    sources, sections = [], []
    for name, text in sorted(NOTES.items()):
        number = hashlib.sha256(name.encode()).hexdigest()
        sources.append(Source(number, name, name, (), "photo", 9, 1))
        sections.append(Section(number, 0, name, text))
    chunks = [c for s, n in zip(sources, sections, strict=True) for c in chunk_sections(s, [n])]
    results = tuple(PageResult(s.document_id, 0, PageStatus.OK, "", None, s, 0.0) for s in sections)
    content = ReleaseContent(
        sources=tuple(sources), results=results, pages=(), sections=tuple(sections),
        chunks=tuple(chunks), extras={"facts": facts.gather(sources, [], sections)},
    )  # fmt: skip
    return Release.open(build_release(folder, content))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return opened(tmp_path_factory.mktemp("photos"))


@pytest.fixture
def album(release: Release) -> Photographs:
    return Photographs(release, frozenset)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("quelles photos à f/11 ?", ["lac.jpg"]),
        ("photos prises au Leica", ["concert.jpg"]),
        ("photos prises avec le VF-2", ["lac.jpg", "etoiles.jpg", "scan.jpg"]),
        ("photos à plus de 150 ISO", ["etoiles.jpg", "concert.jpg"]),
        ("photos entre 1/60 et 1/8 s", ["lac.jpg", "scan.jpg"]),
        ("photos plus rapides que 1/100", ["concert.jpg"]),
        ("les plus longues poses", ["etoiles.jpg", "lac.jpg", "scan.jpg", "concert.jpg"]),
        ("mes photos de nuit", ["etoiles.jpg", "concert.jpg"]),
        ("photos de 2022", ["etoiles.jpg"]),
        ("photos prises avant mars 2022", ["lac.jpg"]),
        ("photos au 16-35", ["lac.jpg"]),
        ("les photos les plus récentes", ["concert.jpg", "etoiles.jpg", "lac.jpg"]),
        ("photos de lacs à f/11", ["lac.jpg"]),
        ("photos de plus de 10 minutes", ["etoiles.jpg"]),
    ],
)
def test_photos_that_pass_are_told_in_order(
    album: Photographs, question: str, wanted: list[str]
) -> None:
    filters, _ = album.read_filters(question)
    found = album.answer(filters)
    assert found is not None
    assert [hit.document for hit in found.pages] == wanted
    assert found.verdict.outcome is Outcome.ANSWER
    assert found.verdict.signals == {"photos": len(wanted), "shown": len(wanted)}


def test_every_photo_is_proved_by_its_own_notes(album: Photographs, release: Release) -> None:
    found = album.answer(album.read_filters("photos à ISO 100")[0])
    assert found is not None
    (sentence,) = found.sentences
    assert sentence.text == (
        "lac.jpg : f/11, 1/15 s, ISO 100, 24 mm, Valfleur VF-2, Valfleur 16-35 mm f/4, "
        "09/10/2021 07 h 42."
    )
    (citation,) = sentence.citations
    (anchor,) = citation.anchors
    assert isinstance(anchor, TextSpan)
    section = release.section(citation.document_id, 0)
    assert section is not None
    assert section.text[anchor.start : anchor.end] == citation.quotation
    for value in ("f/11", "1/15 s", "ISO 100", "24 mm", "09/10/2021"):
        assert value in citation.quotation
    chunks = [release.chunk(n) for n in range(release.counts["chunks"])]
    held = next(c for c in chunks if c.chunk_id == citation.chunk_id)
    assert held.document_id == citation.document_id
    assert citation.release == release.id


def test_nothing_that_passes_says_what_there_is(album: Photographs) -> None:
    found = album.answer(album.read_filters("photos au-dessus de 12800 ISO")[0])
    assert found is not None
    assert found.sentences == ()
    assert (found.verdict.outcome, found.verdict.reason) == (Outcome.NOTHING, "no_photo")
    assert found.verdict.signals == {"photos": 0, "held": 4, "iso_low": 100, "iso_high": 6400}


def test_a_make_that_is_not_there_is_not_found(album: Photographs) -> None:
    found = album.answer(album.read_filters("mes photos au Nikon")[0])
    assert found is not None
    assert found.verdict.signals == {"photos": 0, "held": 4}


def test_a_subject_that_no_photo_names_is_left_to_the_search(album: Photographs) -> None:
    question = "photos de girafe à f/11"
    asked, _ = FilterReader(Known(photos=True))(question)
    assert [test.field for test in asked.photo] == ["aperture", "text", "order"]
    assert album.answer(asked) is None
    assert album.read_filters(question) == (Filters(), question)


def test_questions_about_pages_are_left_to_the_search(album: Photographs) -> None:
    filters, _ = album.read_filters("à quelle ouverture photographier un portrait ?")
    assert filters == Filters()
    assert album.answer(filters) is None


def test_a_deleted_photo_is_not_told(release: Release) -> None:
    gone = hashlib.sha256(b"lac.jpg").hexdigest()
    album = Photographs(release, lambda: frozenset({gone}))
    found = album.answer(album.read_filters("photos à ISO 100")[0])
    assert found is not None
    assert found.verdict.reason == "no_photo"


def test_documents_asked_for_beside_the_question_hold(album: Photographs) -> None:
    filters = album.read_filters("photos prises avec le VF-2")[0]
    asked = Filters(documents=("etoiles",), kinds=filters.kinds, photo=filters.photo)
    found = album.answer(asked)
    assert found is not None
    assert [hit.document for hit in found.pages] == ["etoiles.jpg"]


def test_no_more_than_a_dozen_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"p{n:02}.jpg": f"Appareil : Nikon D850\nOuverture : f/{n + 1}" for n in range(20)}
    monkeypatch.setattr("tests.rag.test_photographs.NOTES", many)
    album = Photographs(opened(tmp_path), frozenset)
    found = album.answer(album.read_filters("mes photos au Nikon")[0])
    assert found is not None
    assert len(found.sentences) == len(found.pages) == 12
    assert found.verdict.signals == {"photos": 20, "shown": 12}


def test_a_release_without_facts_has_no_photos(tmp_path: Path) -> None:
    content = ReleaseContent(sources=(), results=(), pages=(), sections=(), chunks=())
    album = Photographs(Release.open(build_release(tmp_path, content)), frozenset)
    assert album.read_filters("photos à f/11") == (Filters(), "photos à f/11")

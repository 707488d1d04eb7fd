from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from rag.cache import StageCache
from rag.collect import collect
from rag.errors import SettingsError
from rag.reading import DocumentReading, HowToRead, forget, read_documents, read_source
from rag.records import PageStatus
from tests.rag.papers import FRENCH, scan, write_pdf, write_photo, write_scan_pdf

HOW = HowToRead(workers=1, timeout_s=60, memory_mb=2000)
PAGES = [[f"Page {n} du cours sur la lumière.", *FRENCH] for n in range(1, 4)]
NOTES = "# Un\n\nTexte.\n\n# Deux\n\nSuite.\n"


class Counting:
    """Progress that remembers."""

    def __init__(self) -> None:
        self.total = self.done = 0

    def start(self, stage: str, total: int) -> None:
        assert stage == "read"
        self.total = total

    def advance(self, n: int = 1) -> None:
        self.done += n

    def finish(self) -> None:
        pass


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> StageCache:
    return StageCache(tmp_path / "cache")


def read(data: Path, cache: StageCache, how: HowToRead = HOW) -> dict[str, DocumentReading]:
    sources = collect(data).sources
    return {r.source.path: r for r in read_documents(sources, data, cache=cache, how=how)}


def test_every_page_is_read_once_and_accounted_for(data: Path, cache: StageCache) -> None:
    write_pdf(data / "cours.pdf", PAGES)
    (data / "notes.md").write_text(NOTES)
    watch = Counting()
    sources = collect(data).sources
    first = list(read_documents(sources, data, cache=cache, how=HOW, progress=watch))
    assert [(r.source.path, r.pages_read, r.pages_cached) for r in first] == [
        ("cours.pdf", 3, 0),
        ("notes.md", 2, 0),
    ]
    assert (watch.total, watch.done) == (5, 5)
    assert {status for r in first for status, _ in r.statuses} == {PageStatus.OK}
    page = first[0].results[2].page
    assert page is not None
    assert (page.index, page.document_id) == (2, first[0].source.document_id)
    assert page.text.startswith("Page 3 du cours")
    section = first[1].results[1].section
    assert section is not None and section.text == "Suite."

    again = list(read_documents(sources, data, cache=cache, how=HOW, progress=watch))
    assert [(r.pages_read, r.pages_cached) for r in again] == [(0, 3), (0, 2)]
    assert [r.digest for r in again] == [r.digest for r in first]
    assert [r.results for r in again] == [r.results for r in first]
    assert watch.total == 0


def test_an_unchanged_document_starts_no_child(
    data: Path, cache: StageCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "a.md").write_text(NOTES)
    sources = collect(data).sources
    list(read_documents(sources, data, cache=cache, how=HOW))
    monkeypatch.setattr("rag.workers._Child._start", lambda self: pytest.fail("a child"))
    (again,) = read_documents(sources, data, cache=cache, how=HOW)
    assert len(again.results) == 2


def test_one_changed_page_is_read_alone(data: Path, cache: StageCache) -> None:
    write_pdf(data / "cours.pdf", PAGES)
    before = read(data, cache)["cours.pdf"]
    write_pdf(data / "cours.pdf", [PAGES[0], [*PAGES[1], "Une ligne de plus."], PAGES[2]])
    after = read(data, cache)["cours.pdf"]
    assert (after.pages_read, after.pages_cached) == (1, 2)
    assert after.digest != before.digest
    assert {r.document_id for r in after.results} == {after.source.document_id}
    assert {r.page.document_id for r in after.results if r.page} == {after.source.document_id}


def test_an_interrupted_run_goes_on_where_it_stopped(
    data: Path, cache: StageCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pdf(data / "cours.pdf", PAGES)
    sources = collect(data).sources
    kept = []

    def put_two(self: StageCache, key: str, content: bytes) -> None:
        if len(kept) == 2:
            raise KeyboardInterrupt
        kept.append(key)
        real(self, key, content)

    real = StageCache.put
    with monkeypatch.context() as patch:
        patch.setattr(StageCache, "put", put_two)
        with pytest.raises(KeyboardInterrupt):
            list(read_documents(sources, data, cache=cache, how=HOW))
    watch = Counting()
    (resumed,) = read_documents(sources, data, cache=cache, how=HOW, progress=watch)
    assert watch.total == 1
    assert [r.status for r in resumed.results] == [PageStatus.OK] * 3


def test_a_page_without_time_fails_alone_and_is_read_when_given_more(
    data: Path, cache: StageCache
) -> None:
    (data / "a.md").write_text("Texte.")
    hurried = read(data, cache, replace(HOW, timeout_s=1e-6))["a.md"]
    assert hurried.statuses == ((PageStatus.FAILED, "timeout"),)
    assert hurried.results[0].reason == "timeout"
    again = read(data, cache, replace(HOW, timeout_s=1e-6))["a.md"]
    assert again.pages_read == 0, "the same bounds would fail the same"
    patient = read(data, cache)["a.md"]
    assert patient.statuses == ((PageStatus.OK, ""),)


def test_failed_pages_are_read_again_on_demand(data: Path, cache: StageCache) -> None:
    (data / "a.md").write_text("Texte.")
    sources = collect(data).sources
    how = replace(HOW, timeout_s=1e-6)
    for retry, expected in ((False, 1), (False, 0), (True, 1)):
        watch = Counting()
        list(
            read_documents(sources, data, cache=cache, how=how, progress=watch, retry_failed=retry)
        )
        assert watch.total == expected


def test_a_file_that_changed_after_collection_is_not_read(data: Path, cache: StageCache) -> None:
    (data / "a.md").write_text(NOTES)
    (data / "b.md").write_text("Texte.")
    sources = collect(data).sources
    (data / "a.md").write_text("Autre.")
    changed, whole = read_documents(sources, data, cache=cache, how=HOW)
    assert changed.statuses == ((PageStatus.FAILED, "changed"),) * 2
    assert whole.statuses == ((PageStatus.OK, ""),)
    assert list(cache.keys(f"read-document/{changed.source.document_id}")) == []


def test_a_forgotten_document_leaves_nothing(data: Path, cache: StageCache) -> None:
    write_pdf(data / "a.pdf", PAGES)
    source = read(data, cache)["a.pdf"].source
    assert forget(source.document_id, cache) == 7  # 3 pages, their 3 readings, the list
    assert [p for p in cache.folder.rglob("*") if p.is_file()] == []


def test_another_engine_or_threshold_reads_again(data: Path) -> None:
    marks = {HOW.mark, replace(HOW, engine="both").mark, replace(HOW, low_confidence=0.5).mark}
    assert len(marks) == 3
    assert replace(HOW, workers=7, timeout_s=1, memory_mb=600).mark == HOW.mark


def test_an_engine_that_does_not_exist_stops_the_run(data: Path, cache: StageCache) -> None:
    scan(FRENCH).save(data / "s.png")
    with pytest.raises(SettingsError, match="'dream' does not exist"):
        read(data, cache, replace(HOW, engine="dream"))


def test_some_pages_of_one_file_in_order(data: Path) -> None:
    write_pdf(data / "a.pdf", PAGES)
    (source,) = collect(data).sources
    results = read_source(source, data, how=HOW, indexes=[2, 0])
    assert [r.index for r in results] == [0, 2]
    assert results[1].page is not None and "Page 3" in results[1].page.text


def test_nothing_is_left_in_the_scratch_folder(
    data: Path, cache: StageCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (data / "a.md").write_text(NOTES)
    read(data, cache)
    assert os.listdir(tmp_path / "tmp") == []  # noqa: PTH208


@pytest.mark.slow
def test_scans_photos_blanks_and_stamps_are_read_by_ocr(data: Path, cache: StageCache) -> None:
    write_scan_pdf(data / "tampon.pdf", scan(FRENCH), 600, stamp="Bibliothèque de la ville")
    Image.new("RGB", (300, 400), "white").save(data / "blanche.png")
    write_photo(data / "photo.jpg")
    readings = read(data, cache, replace(HOW, memory_mb=3000))
    blank, photo, stamped = (readings[n] for n in ("blanche.png", "photo.jpg", "tampon.pdf"))
    assert blank.statuses == ((PageStatus.BLANK, ""),)
    assert photo.statuses == ((PageStatus.OK, ""),)
    notes = photo.results[0]
    assert notes.page is None and notes.section is not None
    assert "ISO 400" in notes.section.text
    page = stamped.results[0].page
    assert page is not None and page.engine.startswith("rapidocr")
    assert "diaphragme" in page.text and page.dpi == 108
    again = read(data, cache, replace(HOW, memory_mb=3000))
    assert sum(r.pages_read for r in again.values()) == 0

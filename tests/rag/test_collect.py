from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest
from PIL import Image

from rag.collect import Known, Limits, collect, load_known, save_known, survey
from rag.records import Refusal
from rag.workers import Pool
from tests.rag.papers import FRENCH, scan, write_pdf, write_photo, write_scan_pdf, write_zip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def codes(refusals: tuple[Refusal, ...]) -> dict[str, str]:
    return {refusal.path: refusal.code for refusal in refusals}


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files may be believed at once, not two seconds after they were written."""
    monkeypatch.setattr("rag.collect._SETTLED_NS", 0)


class Closed(Pool):
    """A pool that nobody may ask."""

    def __init__(self) -> None:
        super().__init__(1, timeout_s=1, memory_mb=500)

    def run(self, *args: object) -> NoReturn:
        raise AssertionError("a child was asked to open a file")


def test_files_are_what_they_hold_not_what_they_are_called(data: Path) -> None:
    write_pdf(data / "deux.pdf", [FRENCH, FRENCH])
    scan(FRENCH).save(data / "image.pdf", "PNG")
    write_photo(data / "photo.jpg")
    write_scan_pdf(data / "scan.dat", scan(FRENCH), 324)
    Image.new("L", (9, 9)).save(
        data / "t.tif", save_all=True, append_images=[Image.new("L", (9, 9))]
    )
    (data / "sub").mkdir()
    (data / "sub" / "cours.md").write_text("# A\n\nb\n\n# C\n\nd\n")
    (data / "sub" / "t.csv").write_text("a;b\n1;2\n")
    (data / "sans-extension").write_text("Du texte.")
    (data / ".cache").write_text("not seen")
    found = collect(data)
    assert {s.path: (s.kind, s.pages) for s in found.sources} == {
        "deux.pdf": ("pdf", 2),
        "image.pdf": ("image", 1),
        "photo.jpg": ("photo", 1),
        "scan.dat": ("pdf", 1),
        "t.tif": ("image", 2),
        "sub/cours.md": ("markdown", 2),
        "sub/t.csv": ("csv", 1),
        "sans-extension": ("text", 1),
    }
    assert found.refusals == ()


def test_every_bad_file_is_refused_with_its_reason(data: Path, tmp_path: Path) -> None:
    whole = write_pdf(tmp_path / "whole.pdf", [FRENCH] * 3).read_bytes()
    (data / "coupe.pdf").write_bytes(whole[: len(whole) // 2])
    (data / "abime.pdf").write_bytes(b"%PDF-1.7\nrien\nstartxref\n0\n%%EOF")
    (data / "texte.pdf").write_text("Ceci est du texte.")
    write_zip(data / "archive.pdf", ["a.bin"])
    write_zip(data / "archive.zap", ["a.bin"])
    (data / "vide.txt").touch()
    (data / "blanc.txt").write_text(" \n")
    (data / "gros.txt").write_text("x" * 2**20 + "x")
    write_pdf(data / "long.pdf", [FRENCH] * 5)
    Image.new("1", (2000, 1000)).save(data / "large.png")
    scan(FRENCH).save(tmp_path / "whole.jpg")
    (data / "coupe.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:3000])
    (tmp_path / "ailleurs.txt").write_text("secret")
    (data / "lien.txt").symlink_to(tmp_path / "ailleurs.txt")
    (data / "dossier").symlink_to(tmp_path, target_is_directory=True)
    (data / "pendu.txt").symlink_to(data / "absent.txt")
    os.mkfifo(data / "tuyau.txt")
    found = collect(data, limits=Limits(max_file_mb=1, max_pages=4, max_page_megapixels=1))
    assert found.sources == ()
    assert codes(found.refusals) == {
        "coupe.pdf": "truncated",
        "abime.pdf": "unreadable",
        "texte.pdf": "wrong_type",
        "archive.pdf": "wrong_type",
        "archive.zap": "unsupported",
        "vide.txt": "empty",
        "blanc.txt": "empty",
        "gros.txt": "too_large",
        "long.pdf": "too_many_pages",
        "large.png": "too_many_pixels",
        "coupe.jpg": "truncated",
        "lien.txt": "symlink",
        "dossier": "symlink",
        "pendu.txt": "symlink",
        "tuyau.txt": "unsupported",
    }
    assert all(refusal.detail for refusal in found.refusals)


def test_a_pdf_with_a_password_is_refused(data: Path) -> None:
    locked = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"3 0 obj<</Filter/Standard/V 1/R 2/O("
        + b"o" * 32
        + b")/U("
        + b"u" * 32
        + b")/P -4>>endobj\n"
        b"trailer<</Root 1 0 R/Encrypt 3 0 R/ID[(a)(a)]>>\nstartxref\n0\n%%EOF"
    )
    (data / "ferme.pdf").write_bytes(locked)
    assert codes(collect(data).refusals) == {"ferme.pdf": "password"}


def test_copies_are_one_document_with_all_their_paths(data: Path) -> None:
    for name in ("b", "a", "c"):
        (data / name).mkdir()
        (data / name / "cours.txt").write_text("le même" if name != "c" else "un autre")
    (data / "lien.txt").symlink_to(data / "b" / "cours.txt")
    one, other = collect(data).sources
    assert (one.path, one.also_at) == ("a/cours.txt", ("b/cours.txt", "lien.txt"))
    assert other.path == "c/cours.txt"
    assert (one.name, other.name) == ("a/cours.txt", "c/cours.txt")  # they share a file name


def test_an_unchanged_folder_opens_nothing(
    data: Path, settled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pdf(data / "a.pdf", [FRENCH])
    (data / "b.pdf").write_text("pas un PDF")
    first = survey(data)

    def hashed(path: Path) -> NoReturn:
        raise AssertionError(f"{path} was hashed")

    monkeypatch.setattr("rag.collect.hash_file", hashed)
    with Closed() as pool:
        again = survey(data, known=first.known, pool=pool)
    assert again.collection == first.collection
    assert set(again.known) == {"a.pdf", "b.pdf"}


def test_a_file_that_is_still_being_written_is_not_believed(data: Path) -> None:
    (data / "a.txt").write_text("abc")
    assert survey(data).known == {}


def test_a_changed_file_is_looked_at_again_whatever_its_date_and_size(
    data: Path, settled: None
) -> None:
    (data / "a.txt").write_text("abc")
    os.utime(data / "a.txt", (1e9, 1e9))
    first = survey(data)
    (data / "a.txt").write_text("abd")
    os.utime(data / "a.txt", (1e9, 1e9))
    (after,) = collect(data, known=first.known).sources
    assert after.document_id != first.collection.sources[0].document_id


def test_a_moved_file_is_not_opened_again(data: Path, settled: None) -> None:
    (data / "a.txt").write_text("abc")
    first = survey(data)
    (data / "a.txt").rename(data / "z.txt")
    with Closed() as pool:
        (moved,) = survey(data, known=first.known, pool=pool).collection.sources
    assert (moved.path, moved.name) == ("z.txt", "z.txt")
    assert moved.document_id == first.collection.sources[0].document_id


def test_other_limits_judge_again(data: Path, settled: None) -> None:
    write_pdf(data / "a.pdf", [FRENCH] * 3)
    known = survey(data).known
    assert list(known) == ["a.pdf"]
    found = collect(data, known=known, limits=Limits(max_pages=2))
    assert codes(found.refusals) == {"a.pdf": "too_many_pages"}


def test_what_is_known_survives_the_process(data: Path, tmp_path: Path) -> None:
    known = {
        "a": Known(1, 2, 3, "s", Refusal("a", "empty", "")),
    }
    save_known(tmp_path / "sub" / "k.json", known)
    assert load_known(tmp_path / "sub" / "k.json") == known
    (tmp_path / "sub" / "k.json").write_text("{")
    assert load_known(tmp_path / "sub" / "k.json") == {}
    assert load_known(tmp_path / "none.json") == {}

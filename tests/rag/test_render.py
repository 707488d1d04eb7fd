from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from rag.errors import PageFailed
from rag.render import LONGEST_PX, draw_page, render_page, save_page
from tests.rag.papers import FRENCH, scan, write_pdf, write_photo, write_scan_pdf

BOOK = Path(__file__).parents[3] / "shared/data/books/trutat-1899.pdf"


def test_a_born_digital_a4_page_is_drawn_at_144_dpi(tmp_path: Path) -> None:
    image = render_page(write_pdf(tmp_path / "a.pdf", [FRENCH]), "pdf", 0)
    assert (image.size, image.mode) == ((1190, 1684), "RGB")
    assert image.info["dpi"] == (144, 144)


@pytest.mark.parametrize("width_pt", [100, 324, 5000], ids=["too small", "true", "too large"])
def test_a_scan_is_drawn_at_its_own_pixels_whatever_the_file_says(
    tmp_path: Path, width_pt: int
) -> None:
    path = write_scan_pdf(tmp_path / "s.pdf", scan(FRENCH), width_pt)
    width, height = render_page(path, "pdf", 0).size
    assert abs(width - 900) <= 5 and abs(height - 600) <= 5


def test_pages_of_the_old_book_keep_the_pixels_of_the_scan() -> None:
    if not BOOK.exists():
        if os.environ.get("CI"):
            pytest.fail("shared/data/books is missing")
        pytest.skip("needs shared/data/books")
    assert render_page(BOOK, "pdf", 36).size == (676, 1070)


def test_no_drawing_is_larger_than_the_bounds(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [FRENCH])
    assert max(render_page(path, "pdf", 0, dpi=2000).size) <= LONGEST_PX
    width, height = render_page(path, "pdf", 0, max_megapixels=1).size
    assert 0.9e6 < width * height <= 1.01e6


def test_frames_of_a_tiff_are_pages(tmp_path: Path) -> None:
    frames = [Image.new("1", (30 + n, 20), n % 2) for n in range(3)]
    frames[0].save(tmp_path / "f.tif", save_all=True, append_images=frames[1:])
    sizes = [render_page(tmp_path / "f.tif", "image", n).size for n in range(3)]
    assert sizes == [(30, 20), (31, 20), (32, 20)]
    with pytest.raises(PageFailed) as caught:
        render_page(tmp_path / "f.tif", "image", 3)
    assert caught.value.code == "no_such_page"


def test_a_photo_taken_upright_is_shown_upright(tmp_path: Path) -> None:
    image = render_page(write_photo(tmp_path / "p.jpg", orientation=6), "photo", 0)
    assert image.size == (20, 40)
    top, bottom = image.getpixel((10, 5)), image.getpixel((10, 35))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[1] < 60 and bottom[1] > 200  # the red half is now above


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_becomes_rgb_over_white(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (9, 9)).save(tmp_path / "m.tif")
    image = render_page(tmp_path / "m.tif", "image", 0)
    assert image.mode == "RGB"
    if mode in ("LA", "RGBA"):  # wholly transparent
        assert image.getpixel((4, 4)) == (255, 255, 255)


def test_too_many_pixels_are_refused_before_decoding(tmp_path: Path) -> None:
    Image.new("1", (2000, 1000)).save(tmp_path / "b.png")
    with pytest.raises(PageFailed) as caught:
        render_page(tmp_path / "b.png", "image", 0, max_megapixels=1)
    assert caught.value.code == "too_many_pixels"


def test_a_bad_file_fails_its_page(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(PageFailed) as caught:
        render_page(tmp_path / "x.pdf", "pdf", 0)
    assert caught.value.code == "render_failed"


def test_drawing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [FRENCH])
    one = draw_page(path, "pdf", 0, tmp_path / "1.png", document_id="d")
    job = {"path": str(path), "kind": "pdf", "index": 0, "out": str(tmp_path / "2.png")}
    assert save_page(job) == {"width_px": 1190, "height_px": 1684, "dpi": 144}
    assert one.path.read_bytes() == (tmp_path / "2.png").read_bytes()

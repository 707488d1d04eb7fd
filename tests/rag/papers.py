"""Small documents made on the spot, for the tests of collecting and reading."""

from __future__ import annotations

import ctypes
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageDraw, ImageFont

FRENCH = (
    "La profondeur de champ est la distance entre les plans nets.",
    "Plus le diaphragme est ouvert, plus elle est courte.",
    "Le photographe règle la vitesse selon la lumière du jour.",
)


def write_pdf(path: Path, pages: Sequence[Sequence[str]], *, hidden: bool = False) -> Path:
    """A born-digital PDF: A4 pages of lines in Helvetica; ``hidden`` text is not drawn."""
    document = pdfium.PdfDocument.new()
    for lines in pages:
        page = document.new_page(595, 842)
        for row, line in enumerate(lines):
            item = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", ctypes.c_float(14))
            data = ctypes.create_string_buffer(line.encode("utf-16-le") + b"\0\0")
            raw.FPDFText_SetText(item, ctypes.cast(data, raw.FPDF_WIDESTRING))
            raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, 60, 760 - 24 * row)
            if hidden:
                raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
            raw.FPDFPage_InsertObject(page, item)
        raw.FPDFPage_GenerateContent(page)
    document.save(path)
    document.close()
    return path


def scan(lines: Sequence[str], size: tuple[int, int] = (900, 600)) -> Image.Image:
    """Print as a scanner sees it."""
    image = Image.new("RGB", size, "white")
    font = ImageFont.load_default(24)
    for row, line in enumerate(lines):
        ImageDraw.Draw(image).text((40, 60 + 50 * row), line, "black", font)
    return image


def write_scan_pdf(path: Path, image: Image.Image, width_pt: float, stamp: str = "") -> Path:
    """A PDF whose one page is an image, at a width that may lie about its resolution."""
    document = pdfium.PdfDocument.new()
    height_pt = width_pt * image.height / image.width
    page = document.new_page(width_pt, height_pt)
    item = pdfium.PdfImage.new(document)
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=90)
    item.load_jpeg(jpeg)
    item.set_matrix(pdfium.PdfMatrix().scale(width_pt, height_pt))
    page.insert_obj(item)
    if stamp:
        text = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", ctypes.c_float(8))
        data = ctypes.create_string_buffer(stamp.encode("utf-16-le") + b"\0\0")
        raw.FPDFText_SetText(text, ctypes.cast(data, raw.FPDF_WIDESTRING))
        raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, 10, 5)
        raw.FPDFPage_InsertObject(page, text)
    page.gen_content()
    document.save(path)
    document.close()
    return path


def write_photo(path: Path, *, orientation: int = 1) -> Path:
    """A phone photo: 40 × 20 px, red left half, with the camera's notes."""
    image = Image.new("RGB", (40, 20), "white")
    image.paste((200, 0, 0), (0, 0, 20, 20))
    exif = image.getexif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Fairphone", "FP4", orientation
    exif[0x010E] = "Le canal gelé".encode()  # as cameras write it
    shot = exif.get_ifd(0x8769)
    shot[0x829A], shot[0x829D], shot[0x8827] = 1 / 250, 2.8, 400
    shot[0x920A], shot[0x9003] = 50.0, "2021:02:14 18:30:00"
    image.save(path, exif=exif)
    return path


def write_zip(path: Path, names: Sequence[str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return path

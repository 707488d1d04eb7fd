"""PDF files whose bytes depend on their pages only: scans, born-digital text, bad text layers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tools.sample.fonts import font_path
from tools.sample.typeset import PageLayout


def scan_pdf(
    pages: Sequence[tuple[bytes, int, int]],
    *,
    title: str,
    dpi: int = 144,
    layers: Sequence[Sequence[tuple[float, float, float, str]]] = (),
) -> bytes:
    """A PDF of JPEG images, each filling its page.

    Args:
        pages: bytes of a grey JPEG, width and height in pixels.
        title: for the document's information.
        dpi: pixels per inch of the pages.
        layers: for each page, invisible lines: left, baseline from the top, size (pixels), text.
    """
    import pikepdf

    pdf = pikepdf.new()
    for number, (data, width, height) in enumerate(pages):
        _add_image_page(pdf, data, width, height, dpi, layers[number] if layers else ())
    return _saved(pdf, title)


def _add_image_page(pdf, data, width, height, dpi, layer):  # type: ignore[no-untyped-def]
    import pikepdf
    from pikepdf import Dictionary, Name

    image = pikepdf.Stream(pdf, data)
    for key, value in {
        "/Type": Name.XObject,
        "/Subtype": Name.Image,
        "/Width": width,
        "/Height": height,
        "/ColorSpace": Name.DeviceGray,
        "/BitsPerComponent": 8,
        "/Filter": Name.DCTDecode,
    }.items():
        image[key] = value
    k = 72 / dpi
    pdf.add_blank_page(page_size=(width * k, height * k))
    page = pdf.pages[-1]
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    page.obj.Resources = Dictionary(XObject=Dictionary(Im0=image), Font=Dictionary(F1=font))
    content = [b"q %.2f 0 0 %.2f 0 0 cm /Im0 Do Q" % (width * k, height * k)]
    for x, y, size, text in layer:
        raw = text.encode("cp1252", "replace")
        raw = raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        place = (size * k, x * k, (height - y) * k)
        content.append(b"BT 3 Tr /F1 %.2f Tf 1 0 0 1 %.2f %.2f Tm (" % place + raw + b") Tj ET")
    page.obj.Contents = pdf.make_stream(b"\n".join(content))


def _saved(pdf, title: str) -> bytes:  # type: ignore[no-untyped-def]
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/Producer"] = "RAG Photographie, tools/make_sample.py"
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def digital_pdf(pages: Sequence[PageLayout], *, title: str, password: str | None = None) -> bytes:
    """A PDF with real text, from laid-out pages (1/144 inch becomes half a point)."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for name in {run.font for page in pages for run in page.runs}:
        pdfmetrics.registerFont(TTFont(name, font_path(name).as_posix()))
    out = io.BytesIO()
    lock = StandardEncryption(password, strength=128) if password else None
    canvas = Canvas(out, invariant=1, pageCompression=1, encrypt=lock)
    canvas.setTitle(title)
    canvas.setAuthor("RAG Photographie (CC0)")
    for page in pages:
        canvas.setPageSize((page.width / 2, page.height / 2))
        for d in page.drawings:
            canvas.setFillColorRGB(0.55, 0.15, 0.12)
            canvas.rect(
                d.x / 2,
                (page.height - d.y - d.height) / 2,
                d.width / 2,
                d.height / 2,
                stroke=0,
                fill=1,
            )
        canvas.setFillColorRGB(0.1, 0.1, 0.12)
        for run in page.runs:
            canvas.setFont(run.font, run.size / 2)
            canvas.drawString(
                run.x / 2, (page.height - run.y) / 2, run.text, charSpace=run.tracking / 2
            )
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def mixed_pdf(digital: bytes, scans: bytes, order: Sequence[bool], *, title: str) -> bytes:
    """Pages of two files shuffled into one: True takes the next scan, False the next digital."""
    import pikepdf

    with pikepdf.open(io.BytesIO(digital)) as first, pikepdf.open(io.BytesIO(scans)) as second:
        pdf = pikepdf.new()
        sources = {False: iter(first.pages), True: iter(second.pages)}
        for scan in order:
            pdf.pages.append(next(sources[scan]))
        return _saved(pdf, title)


def bad_layer(page: PageLayout, rng: np.random.Generator) -> list[tuple[float, float, float, str]]:
    """The lines of a page as a hopeless OCR of long ago left them: a third of the letters wrong."""
    by_line: dict[float, list[tuple[float, float, str]]] = {}
    for run in page.runs:
        by_line.setdefault(run.y, []).append((run.x, run.size, run.text))
    layer = []
    for y, runs in sorted(by_line.items()):
        words = [garble(text, rng) for _, _, text in sorted(runs)]
        layer.append((min(x for x, _, _ in runs), y, runs[0][1] * 0.8, " ".join(words)))
    return layer


def garble(text: str, rng: np.random.Generator) -> str:
    """Letters confused, dropped, split and turned into signs."""
    junk = "~^|¦_=<>{}*§£¬`"
    swaps = {
        "m": "rn",
        "n": "ii",
        "u": "11",
        "l": "1",
        "i": ";",
        "e": "c",
        "é": "6",
        "o": "0",
        "s": "5",
        "a": "o",
        "t": "f",
        "d": "cl",
        "r": "i",
        "c": "(",
        "è": "8",
        "p": "j>",
    }
    out = []
    for letter in text:
        draw = float(rng.random())
        if draw < 0.30:
            out.append(swaps.get(letter, letter))
        elif draw < 0.36:
            out.append(junk[int(rng.integers(len(junk)))])
        elif draw < 0.42:
            out.append(" ")
        elif draw > 0.95:
            continue
        else:
            out.append(letter)
    return "".join(out)


def write_truncated(whole: bytes, path: Path, share: float = 0.55) -> None:
    """A file whose copy was cut short."""
    path.write_bytes(whole[: int(len(whole) * share)])

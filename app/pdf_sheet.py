"""Sheets of a PDF written from top to bottom: words in lines, pictures, links.

PDFium writes them (it reads the collection's PDFs already), with the fonts that every reader of
PDFs has: nothing is embedded, a sheet of text weighs a few kilobytes, its words can be searched.
Those fonts know Latin-1, typographic signs, Greek and mathematics; other letters lose their
accents, or are shown as « ? ».
"""

from __future__ import annotations

import ctypes
import functools
import io
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

WIDTH, HEIGHT = 595.0, 842.0  # A4, in points
LEFT, RIGHT, TOP, BOTTOM = 62.0, 62.0, 64.0, 66.0  # margins, in points
LEADING = 1.36  # from one line to the next, in sizes
SYMBOLS = frozenset("αβχδεφγηιϕκλµνοπθρστυϖωξψζΓΔΘΛΞΠΣΥΦΨΩ≥≤≈≠≡∞∂∑∏√∫∈→←↑↓↔⇒⇔∀∃∝±×÷−′″")
SAME = {
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2011": "-", "\u2010": "-",
    "\u2212": "−", "\u03a9": "\u2126", "\u00ad": "", "\u200b": "", "\ufb01": "fi", "\ufb02": "fl",
    "☆": "*", "★": "*",
}  # fmt: skip
_pdfium = threading.RLock()  # it knows one thread at a time


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one hand. Sizes and rises are in points."""

    text: str  # "\n" ends a line
    face: str = "Times-Roman"
    size: float = 11.5
    ink: tuple[int, int, int] = (34, 30, 24)
    rise: float = 0.0  # above the line
    link: str = ""  # where it leads


@dataclass(frozen=True, slots=True)
class _Word:
    run: Run
    width: float
    gap: float  # the blank before it; 0 when it is glued to the word before
    ends: bool = False  # the line


class Sheets:
    """A PDF under way; use in ``with``, since PDFium serves one at a time.

    Args:
        foot: what stands at the foot of each sheet, left of its number.
    """

    def __init__(self, foot: str = "") -> None:
        self._foot = foot

    def __enter__(self) -> Sheets:
        import pypdfium2

        _pdfium.acquire()
        try:
            self._pdf = pypdfium2.PdfDocument.new()
            self._fonts: dict[str, Any] = {}
            self._pages: list[Any] = []
            self._turn()
        except BaseException:
            _pdfium.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for font in self._fonts.values():
                _raw().FPDFFont_Close(font)
            self._pdf.close()
        finally:
            _pdfium.release()

    # --- what is written ---------------------------------------------------------------------

    def write(self, *runs: Run, indent: float = 0.0, after: float = 6.0) -> None:
        """A paragraph: its runs one after the other, broken into lines."""
        room = WIDTH - LEFT - RIGHT - indent
        for line in _lines(self._words(runs), room):
            size = max((word.run.size for word in line), default=11.5)
            self._make_room(size * LEADING)
            self._y -= size * LEADING
            self._line(line, LEFT + indent)
        self._y -= after

    def picture(self, jpeg: bytes, *, indent: float = 0.0, high: float = 150.0) -> None:
        """A picture, at most ``high`` points high and as wide as the sheet allows."""
        import pypdfium2
        from PIL import Image

        with Image.open(io.BytesIO(jpeg)) as seen:
            width, height = seen.size
        scale = min((WIDTH - LEFT - RIGHT - indent) / width, high / height, 0.6)
        self._make_room(height * scale + 8)
        self._y -= height * scale + 4
        image = pypdfium2.PdfImage.new(self._pdf)
        image.load_jpeg(io.BytesIO(jpeg), inline=True)
        place = pypdfium2.PdfMatrix().scale(width * scale, height * scale)
        image.set_matrix(place.translate(LEFT + indent, self._y))
        self._pages[-1].insert_obj(image)
        self._y -= 4

    def done(self) -> bytes:
        """The file; nothing can be written afterwards."""
        ink = (107, 99, 87)
        for number, page in enumerate(self._pages, 1):
            self._y = BOTTOM - 30
            here = f"{number} / {len(self._pages)}"
            small = Run(self._foot, "Helvetica", 8, ink)
            self._put(page, small, LEFT, self._y)
            at = WIDTH - RIGHT - self._width(replace(small, text=here))
            self._put(page, replace(small, text=here), at, self._y)
            page.gen_content()
        out = io.BytesIO()
        self._pdf.save(out)
        return out.getvalue()

    # --- lines -------------------------------------------------------------------------------

    def _turn(self) -> None:
        self._pages.append(self._pdf.new_page(WIDTH, HEIGHT))
        self._y = HEIGHT - TOP

    def _make_room(self, height: float) -> None:
        if self._y - height < BOTTOM:
            self._turn()

    def _words(self, runs: Iterable[Run]) -> Iterator[_Word]:
        glued = True  # to what was before
        for run in runs:
            for number, part in enumerate(run.text.split("\n")):
                if number:
                    yield _Word(replace(run, text=""), 0.0, 0.0, ends=True)
                    glued = True
                spaces = part[:1].isspace()
                for text in part.split(" "):
                    if text:
                        piece = replace(run, text=text)
                        gap = 0.0 if glued and not spaces else self._width(replace(run, text=" "))
                        yield _Word(piece, self._width(piece), gap)
                    glued, spaces = False, bool(text) or spaces
                glued = not part.endswith(" ")

    def _line(self, line: list[_Word], x: float) -> None:
        """Words of one run beside each other are one object, so that they are found together."""
        first = True
        for _, same in groupby(line, lambda word: replace(word.run, text="")):
            words = list(same)
            x += 0.0 if first else words[0].gap
            text = words[0].run.text + "".join(
                (" " if word.gap else "") + word.run.text for word in words[1:]
            )
            whole = replace(words[0].run, text=text)
            x += self._put(self._pages[-1], whole, x, self._y)
            first = False

    def _put(self, page: Any, run: Run, x: float, y: float) -> float:
        """Write a run at a place; how wide it is."""
        begun = x
        for face, text in _faces(run.text, run.face):
            item = _raw().FPDFPageObj_CreateTextObj(
                self._pdf.raw, self._font(face), ctypes.c_float(run.size)
            )
            signs = ctypes.create_string_buffer((text + "\0").encode("utf-16-le"))
            _raw().FPDFText_SetText(item, ctypes.cast(signs, ctypes.POINTER(ctypes.c_ushort)))
            _raw().FPDFPageObj_SetFillColor(item, *run.ink, 255)
            _raw().FPDFPageObj_Transform(item, 1, 0, 0, 1, x, y + run.rise)
            _raw().FPDFPage_InsertObject(page.raw, item)
            x += self._long(face, text, run.size)
        if run.link and x > begun:
            self._lead(page, run, (begun, y - 2, x, y + run.size))
        return x - begun

    def _lead(self, page: Any, run: Run, at: tuple[float, float, float, float]) -> None:
        left, bottom, right, top = at
        note = _raw().FPDFPage_CreateAnnot(page.raw, _raw().FPDF_ANNOT_LINK)
        _raw().FPDFAnnot_SetRect(note, _raw().FS_RECTF(left, top, right, bottom))
        _raw().FPDFAnnot_SetBorder(note, 0, 0, 0)
        _raw().FPDFAnnot_SetURI(note, run.link.encode("ascii", "ignore"))
        _raw().FPDFPage_CloseAnnot(note)

    # --- measures ----------------------------------------------------------------------------

    def _font(self, face: str) -> Any:
        if face not in self._fonts:
            found = _raw().FPDFText_LoadStandardFont(self._pdf.raw, face.encode("ascii"))
            self._fonts[face] = found
        return self._fonts[face]

    def _width(self, run: Run) -> float:
        return sum(self._long(face, text, run.size) for face, text in _faces(run.text, run.face))

    def _long(self, face: str, text: str, size: float) -> float:
        font, found, total = self._font(face), ctypes.c_float(), 0.0
        for sign in text:
            _raw().FPDFFont_GetGlyphWidth(font, ord(sign), ctypes.c_float(size), found)
            total += found.value
        return total


def _raw() -> Any:
    import pypdfium2.raw

    return pypdfium2.raw


def _lines(words: Iterable[_Word], room: float) -> Iterator[list[_Word]]:
    """Words in lines no wider than ``room`` points; a word that is wider stands alone."""
    line: list[_Word] = []
    wide = 0.0
    for word in words:
        if word.ends:
            yield line
            line, wide = [], 0.0
            continue
        if line and word.gap and wide + word.gap + word.width > room:
            yield line
            line, wide = [], 0.0
        wide += (word.gap if line else 0.0) + word.width
        line.append(word)
    if line:
        yield line


@functools.lru_cache(maxsize=4096)
def _sign(sign: str) -> str:
    """The sign as our fonts have it."""
    sign = SAME.get(sign, sign)
    if not sign or sign in SYMBOLS or sign == "\u2126":
        return sign
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKD", sign).encode("cp1252", "ignore").decode("cp1252")
        return plain or "?"
    return sign if sign >= " " else " "


def _faces(text: str, face: str) -> Iterator[tuple[str, str]]:
    """The text cut where the font changes: Greek and mathematics stand in a font of their own."""
    shown = "".join(map(_sign, text))
    for symbols, signs in groupby(
        shown, lambda s: (s in SYMBOLS and not _latin(s)) or s == "\u2126"
    ):
        yield ("Symbol" if symbols else face), "".join(signs)


def _latin(sign: str) -> bool:
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True

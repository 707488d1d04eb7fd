"""The text layer of a PDF page: read as words with boxes, then judged, never trusted.

A layer may be perfect (a born-digital page), an old OCR worse than ours, a stamp over a scan, or
glyphs without a meaning. So: a page is taken from its layer alone only when it looks born-digital
in every way we can check (``trusted``); any other page is read by OCR too and the better wins
(``judge``). Words of French are counted by a callable handed in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import BlankPage
from rag.records import Box, Page, Word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

VERSION = "1"
ENGINE = "text layer"
Known = Callable[[str], bool]

_LETTERS = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_TRUSTED_HITS = 0.75  # of the letters in words: clean modern French has 0.95, bad OCR 0.5
_TRUSTED_JUNK = 0.02
_TRUSTED_WORDS = 12  # a page with fewer costs nothing to read
_IMAGE_SHARE = 0.35  # of the page under images: print may stand in them
_STRAY_INK = 0.40  # of the ink outside words and images: print drawn as shapes
_INKED = 0.90  # of the words must have something under them
_CONTRAST = 50  # grey levels between paper and ink in a word's box
_COVERS = 0.75  # letters of the layer, of those that OCR saw, to be the same page at all


@dataclass(frozen=True, slots=True)
class Layer:
    """What a PDF page says of itself: its words, and how far that can be checked."""

    page: Page | None  # None when there is no text
    image_share: float  # of the page's area under images, 0..1
    hidden_share: float  # of the characters that are not drawn (an OCR layer), 0..1
    images: tuple[Box, ...]  # in pixels of the drawn page


@dataclass(frozen=True, slots=True)
class Quality:
    """How far a reading looks like French print; each 0..1 but ``letters``."""

    hits: float  # letters in known words, of all letters in words
    junk: float  # characters that no print has, of all
    inside: float  # words whose box is on the page
    letters: int

    @property
    def score(self) -> float:
        return self.hits * (1 - min(1.0, 5 * self.junk)) * self.inside


def read_layer(
    path: Path, index: int, *, document_id: str, width_px: int, height_px: int, dpi: int
) -> Layer:
    """Read the layer of one page; boxes in pixels of that page drawn at the size given.

    Opens an untrusted file: outside tests it runs in a child (``rag.workers``).
    """
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        page = document[index]
        size = (width_px, height_px)
        images = _image_boxes(page, size)
        text = page.get_textpage()
        count = text.count_chars()
        if count <= 0:
            return Layer(None, _share(images, size), 0.0, images)
        glyphs, hidden = _glyphs(page, text, count, size)
    words, starts = _words(glyphs)
    read = None
    if words:
        read = Page(
            document_id, index, width_px, height_px, dpi, tuple(words), tuple(starts), ENGINE
        )
    return Layer(read, _share(images, size), hidden, images)


def measure(page: Page, known: Known) -> Quality:
    """Count what is known, what is junk and what is off the page."""
    hit = letters = junk = characters = inside = 0
    for word in page.words:
        characters += len(word.text)
        junk += sum(_is_junk(char) for char in word.text)
        box = word.box
        inside += box.left >= 0 and box.top >= 0
        inside -= box.right > page.width_px + 2 or box.bottom > page.height_px + 2
        for part in _LETTERS.findall(word.text):
            if len(part) > 1:
                letters += len(part)
                hit += len(part) * known(part)
    return Quality(
        hit / letters if letters else 0.0,
        junk / characters if characters else 1.0,
        max(0, inside) / len(page.words) if page.words else 0.0,
        sum(char.isalnum() for word in page.words for char in word.text),
    )


def trusted(layer: Layer, grey: npt.NDArray[np.uint8], known: Known) -> bool:
    """True when the page needs no OCR: drawn text, in French, where the ink is, and all of it.

    Args:
        layer: of the page.
        grey: the drawn page, shape (height, width), 0 black to 255 white.
        known: tells words.
    """
    page = layer.page
    if page is None or len(page.words) < _TRUSTED_WORDS:
        return False
    if layer.image_share > _IMAGE_SHARE or layer.hidden_share > 0.02:
        return False
    quality = measure(page, known)
    if quality.hits < _TRUSTED_HITS or quality.junk > _TRUSTED_JUNK or quality.inside < 0.99:
        return False
    return _inked(page, grey) >= _INKED and _stray(layer, page, grey) <= _STRAY_INK


def judge(layer: Page | None, seen: Page | None, known: Known) -> Page:
    """Choose between a layer and what OCR saw of the same page.

    The layer wins when it says as much, on the page, and as well: it is not below OCR by known
    words, or it agrees with OCR (a language that our lexicon does not know). Its words get the
    score as their confidence, since nobody measured one.

    Raises:
        BlankPage: there is neither.
    """
    if layer is None or not layer.words:
        if seen is None:
            raise BlankPage
        return seen
    mine = measure(layer, known)
    sure = tuple(replace(w, confidence=min(w.confidence, _trust(mine))) for w in layer.words)
    scored = replace(layer, words=sure)
    if seen is None:
        return scored
    theirs = measure(seen, known)
    if mine.letters < _COVERS * theirs.letters and theirs.score >= mine.score / 2:
        return seen  # a stamp, a running head: the scan says more
    if mine.inside < 0.95 or mine.junk > 0.1:
        return seen
    agreement = _agreement(layer, seen)
    if agreement < 0.3 and theirs.score > 0.5:
        return seen  # good words, but of another page
    if agreement >= 0.85 and mine.score >= theirs.score - 0.02:
        return replace(layer, words=tuple(replace(w, confidence=1.0) for w in layer.words))
    return scored if mine.score > theirs.score else seen


def _trust(quality: Quality) -> float:
    """Confidence of an unmeasured word: the share of known words, a little above (names, terms)."""
    return round(max(0.0, min(1.0, quality.score + 0.05)), 3)


def _agreement(a: Page, b: Page) -> float:
    """F1 of the two bags of words, letter case and accents aside."""
    from collections import Counter

    one, two = Counter(_bare(a)), Counter(_bare(b))
    total = sum(one.values()) + sum(two.values())
    return 2 * sum((one & two).values()) / total if total else 0.0


def _bare(page: Page) -> list[str]:
    text = unicodedata.normalize("NFKD", page.text).lower()
    return re.findall(r"[a-z0-9]+", "".join(c for c in text if not unicodedata.combining(c)))


def _is_junk(char: str) -> bool:
    """Replacement, private, control and unassigned characters: print has none."""
    return char == "\ufffd" or unicodedata.category(char) in ("Co", "Cc", "Cn", "Cs")


# --- ink ------------------------------------------------------------------------------------------


def _inked(page: Page, grey: npt.NDArray[np.uint8]) -> float:
    """Share of the words with contrast in their boxes (black on white, or white on black)."""
    found = 0
    for word in page.words:
        box = word.box
        part = grey[max(0, box.top) : box.bottom, max(0, box.left) : box.right]
        found += bool(part.size) and int(part.max()) - int(part.min()) >= _CONTRAST
    return found / len(page.words)


def _stray(layer: Layer, page: Page, grey: npt.NDArray[np.uint8]) -> float:
    """Share of the ink that neither a word nor an image accounts for."""
    import numpy as np

    ink = grey < int(np.median(grey)) - _CONTRAST
    total = int(ink.sum())
    if not total:
        return 0.0
    for box in (*(word.box for word in page.words), *layer.images):
        ink[max(0, box.top - 2) : box.bottom + 2, max(0, box.left - 2) : box.right + 2] = False
    return int(ink.sum()) / total


# --- reading the layer ----------------------------------------------------------------------------

_Glyph = tuple[str, Box | None]


def _image_boxes(page: Any, size: tuple[int, int]) -> tuple[Box, ...]:
    import pypdfium2.raw as raw

    found = []
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if box := _on_device(page, (left, right, bottom, top), size):
            found.append(box)
    return tuple(found)


def _share(images: Sequence[Box], size: tuple[int, int]) -> float:
    """Of the page under any image, on a grid of a hundred by a hundred."""
    import numpy as np

    grid = np.zeros((100, 100), bool)
    across, down = 100 / size[0], 100 / size[1]
    for box in images:
        rows = slice(max(0, round(box.top * down)), max(0, round(box.bottom * down)))
        grid[rows, max(0, round(box.left * across)) : max(0, round(box.right * across))] = True
    return float(grid.mean())


def _glyphs(page: Any, text: Any, count: int, size: tuple[int, int]) -> tuple[list[_Glyph], float]:
    """Every character with its box (None for blanks), and the share that is not drawn."""
    import ctypes

    import pypdfium2.raw as raw

    edges = [ctypes.c_double() for _ in range(4)]  # left, right, bottom, top
    glyphs: list[_Glyph] = []
    hidden = drawn = high = 0
    for i in range(count):
        code = raw.FPDFText_GetUnicode(text, i)
        if 0xD800 <= code < 0xDC00:  # the first half of a pair
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        high = 0
        if code in (0x02, 0xFFFE, 0xAD):  # pdfium's marks for a hyphen at a line's end
            code = 0x2D
        char = chr(code)
        box = None
        if not char.isspace() and code:
            raw.FPDFText_GetCharBox(text, i, *edges)
            box = _on_device(page, tuple(edge.value for edge in edges), size)
            item = raw.FPDFText_GetTextObject(text, i)
            drawn += 1
            hidden += bool(item) and raw.FPDFTextObj_GetTextRenderMode(item) in (3, 7)
        glyphs.append((char, box))
    return glyphs, hidden / drawn if drawn else 0.0


def _on_device(page: Any, edges: Sequence[float], size: tuple[int, int]) -> Box | None:
    """Corners in points, crop and rotation included, as a box in pixels; None when it is empty."""
    import ctypes

    import pypdfium2.raw as raw

    left, right, bottom, top = edges
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for across, up in ((left, top), (right, bottom)):
        # sixteen times finer than a pixel: the function rounds to whole units
        raw.FPDF_PageToDevice(page, 0, 0, size[0] * 16, size[1] * 16, 0, across, up, x, y)
        corners.append((x.value / 16, y.value / 16))
    (x0, y0), (x1, y1) = corners
    box = (int(min(x0, x1)), int(min(y0, y1)), -int(-max(x0, x1) // 1), -int(-max(y0, y1) // 1))
    return Box(*box) if box[0] < box[2] and box[1] < box[3] else None


def _words(glyphs: Sequence[_Glyph]) -> tuple[list[Word], list[int]]:
    """Cut at blanks, wide gaps and line ends; a line ends where the type stands elsewhere."""
    words: list[Word] = []
    starts: list[int] = []
    text, box, line = "", None, None  # of the word, of the word, of the line so far
    for char, where in (*glyphs, ("\n", None)):
        if where is not None and line is not None and _elsewhere(line, where):
            line_ends, cut = True, True
        else:
            line_ends = char in "\r\n\f"
            cut = char.isspace() or (box is not None and where is not None and _gap(box, where))
        if cut and text and box is not None:
            words.append(Word(text, box, 1.0))
        if cut:
            text, box = "", None
        if line_ends:
            line = None
        if char.isspace() or where is None:
            continue
        if line is None and (not starts or starts[-1] != len(words)):
            starts.append(len(words))
        text += char
        box = where if box is None else box.union(where)
        line = where if line is None else line.union(where)
    return words, starts


def _elsewhere(line: Box, glyph: Box) -> bool:
    """Below or above the line, or far back to the left of its end."""
    middle = (glyph.top + glyph.bottom) / 2
    return not line.top - line.height / 3 <= middle <= line.bottom + line.height / 3


def _gap(word: Box, glyph: Box) -> bool:
    return glyph.left - word.right > 0.6 * max(word.height, glyph.height)

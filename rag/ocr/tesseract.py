"""Tesseract's French model on PP-OCR's line boxes: the second engine, when it is installed.

Each detected line is cut out straight (1.5° of slant breaks Tesseract) and read alone (psm 7), so
that its weak page analysis is never asked. The wheel of tesserocr brings the program, the system
its French data (Debian: ``tesseract-ocr-fra``).
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from rag.errors import BlankPage, NotInstalled
from rag.ocr.leaders import erase_leaders
from rag.ocr.lines import group_lines
from rag.ocr.paddle import STRIP_HEIGHT, Paddle, box_on_page
from rag.ocr.pixels import Pixels, check_not_uniform, crop_line, open_page
from rag.records import Page, Word

MARGIN = 12  # white around the strip
MAX_STRIP = 4000
LOWEST = 0.3  # mean confidence of a line that is kept, as for PP-OCR
DATA_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


def find_french_data() -> Path:
    """Return the folder that holds ``fra.traineddata``.

    Raises:
        NotInstalled: no such folder.
    """
    told = os.environ.get("TESSDATA_PREFIX")
    for folder in (*((told,) if told else ()), *DATA_FOLDERS):
        if (Path(folder) / "fra.traineddata").is_file():
            return Path(folder)
    raise NotInstalled(
        "Tesseract's French data",
        extra="tesseract",
        instead="install Debian's tesseract-ocr-fra (apt-get install tesseract-ocr-fra), "
        "or set TESSDATA_PREFIX to the folder of fra.traineddata, or use rapidocr",
    )


class Tesseract:
    """Reads a page; not shared between threads."""

    def __init__(self, eyes: Paddle | None = None) -> None:
        """Load the program and its French data.

        Args:
            eyes: who finds the lines; loaded when not given.

        Raises:
            NotInstalled: tesserocr or the French data is missing.
        """
        try:
            tesserocr: Any = import_module("tesserocr")
        except ImportError as error:
            raise NotInstalled(
                "tesserocr", extra="tesseract", instead="use the rapidocr engine"
            ) from error
        self._version = tesserocr.tesseract_version().split("\n")[0].split()[-1]
        self._unit = tesserocr.RIL.WORD
        self._walk = tesserocr.iterate_level
        self._program = tesserocr.PyTessBaseAPI(
            path=str(find_french_data()), lang="fra", psm=tesserocr.PSM.SINGLE_LINE
        )
        self.eyes = eyes or Paddle()

    @property
    def name(self) -> str:
        """Engine, version, language."""
        return f"tesseract {self._version} fra on PP-OCRv6 lines"

    def read(self, image: Path, *, document_id: str, index: int) -> Page:
        """Return the page, words in reading order.

        Raises:
            BlankPage: nothing was read.
            PageFailed: the image cannot be opened.
        """
        pixels, dpi = open_page(image)
        check_not_uniform(pixels)
        clean, leaders = erase_leaders(pixels)
        quads = self.eyes.detect(clean)
        strips = [self.read_strip(clean, quad) for quad in quads]
        kept = [i for i, words in enumerate(strips) if words and _mean(words) >= LOWEST]
        if not kept:
            raise BlankPage
        rows = group_lines(quads[kept], leaders)
        lines = [[w for i in row for w in strips[kept[i]]] for row in rows]
        starts = np.cumsum([0, *(len(line) for line in lines[:-1])])
        words = tuple(word for line in lines for word in line)
        height, width = pixels.shape[:2]
        marks = tuple(int(s) for s in starts)
        return Page(document_id, index, width, height, dpi, words, marks, self.name)

    def read_strip(self, pixels: Pixels, quad: npt.NDArray[np.float32]) -> tuple[Word, ...]:
        """Read one detected line.

        Args:
            pixels: the page, shape (height, width, 3), blue first.
            quad: shape (4, 2), corners clockwise from the top left.
        """
        strip, to_page = crop_line(pixels, quad, STRIP_HEIGHT, MAX_STRIP)
        grey = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY)
        paper = int(np.percentile(grey, 90))
        framed = cv2.copyMakeBorder(
            grey, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=[paper]
        )
        self._program.SetImage(Image.fromarray(np.asarray(framed, np.uint8)))
        self._program.Recognize()
        found = self._program.GetIterator()
        words = []
        for item in self._walk(found, self._unit) if found else ():
            if item.Empty(self._unit):
                continue
            text = item.GetUTF8Text(self._unit).strip()
            spot = item.BoundingBox(self._unit)
            if not text or spot is None:
                continue
            left, _, right, _ = (side - MARGIN for side in spot)
            confidence = min(1.0, max(0.0, item.Confidence(self._unit) / 100))
            box = box_on_page(left, max(right, left + 1), to_page, pixels.shape)
            words += [Word(part, box, confidence) for part in text.split()]
        return tuple(words)


def _mean(words: tuple[Word, ...]) -> float:
    return sum(w.confidence for w in words) / len(words)

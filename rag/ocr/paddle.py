"""RapidOCR with its bundled PP-OCRv6 small models, read for French print: the default engine.

Source: PP-OCRv6 as packed by RapidOCR 3.10. Its detector is used as it is (``max_side_len=4000``:
the default of 2000 silently shrinks; ``use_cls=False``). Its recogniser model runs in a session of
our own, one line at a time: RapidOCR pads six lines to the longest and gives the best class of each
step only, where we need the whole row to restrict it to our alphabet (``rag.ocr.ctc``). Boxes are
cut out of the page at the recogniser's height in one interpolation.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime
import rapidocr

from rag.errors import BlankPage
from rag.ocr.alphabet import ALPHABET
from rag.ocr.ctc import Letter, choose_classes, decode, split_words
from rag.ocr.leaders import erase_leaders
from rag.ocr.lines import group_lines
from rag.ocr.pixels import (
    Pixels,
    check_not_uniform,
    crop_line,
    ink_columns,
    open_page,
    split_tall,
)
from rag.records import Box, Page, Word

log = logging.getLogger(__name__)

TEXT_SCORE = 0.3  # RapidOCR's 0.5 silently drops page numbers and figures
MAX_SIDE = 4000
STRIP_HEIGHT = 48  # what the recogniser was trained on
MAX_STRIP = 3200  # pixels; a line 66 times as long as high
MIN_STRIP = 320  # shorter ones are padded to it, as in training

# Lines the detector sees best are 20 to 60 px high; it is asked again at another scale outside.
LOW_LINE, GOOD_LINE, HIGH_LINE = 15.0, 30.0, 90.0
FIRST_SIDE = 2000  # of the first look; a bigger page is shrunk for it


@dataclass(frozen=True, slots=True)
class Strip:
    """One detected box, read."""

    words: tuple[Word, ...]
    confidence: float


class Paddle:
    """Reads a page; not shared between threads."""

    def __init__(self, *, threads: int = 1) -> None:
        """Load both models.

        Args:
            threads: of each model; several processes read at once, so 1 unless told.
        """
        cv2.setNumThreads(threads)
        self._detector = rapidocr.RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.max_side_len": MAX_SIDE,
                "Global.use_cls": False,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(
            str(Path(rapidocr.__file__).parent / "models" / "PP-OCRv6_rec_small.onnx"),
            options,
            providers=["CPUExecutionProvider"],
        )
        characters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._classes = choose_classes(characters, ALPHABET)

    @property
    def name(self) -> str:
        """Engine, version, models."""
        return f"rapidocr {version('rapidocr')} PP-OCRv6-small"

    def read(self, image: Path, *, document_id: str, index: int) -> Page:
        """Return the page, words in reading order.

        Raises:
            BlankPage: nothing was read.
            PageFailed: the image cannot be opened.
        """
        pixels, dpi = open_page(image)
        check_not_uniform(pixels)
        words: list[Word] = []
        starts: list[int] = []
        for line in self.lines(pixels):
            starts.append(len(words))
            words += line
        if not words:
            raise BlankPage
        height, width = pixels.shape[:2]
        return Page(document_id, index, width, height, dpi, tuple(words), tuple(starts), self.name)

    def lines(self, pixels: Pixels) -> list[tuple[Word, ...]]:
        """Return the words of each printed line, top to bottom.

        Args:
            pixels: shape (height, width, 3), blue first.
        """
        clean, leaders = erase_leaders(pixels)
        quads = self.detect(clean)
        strips = [self.read_strip(clean, quad) for quad in quads]
        kept = [i for i, s in enumerate(strips) if s.words and s.confidence >= TEXT_SCORE]
        rows = group_lines(quads[kept], leaders)
        return [tuple(w for i in row for w in strips[kept[i]].words) for row in rows]

    def detect(self, pixels: Pixels) -> npt.NDArray[np.float32]:
        """Find lines of text, at the scale that suits their height.

        Returns:
            Corners, shape (n, 4, 2), clockwise from the top left, in pixels of the page.
        """
        scale = min(1.0, FIRST_SIDE / max(pixels.shape[:2]))
        quads = self._detect_at(pixels, scale)
        if not len(quads):
            return quads
        height = float(np.median(np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)))
        if not LOW_LINE <= height * scale <= HIGH_LINE:
            better = min(GOOD_LINE / height, MAX_SIDE / max(pixels.shape[:2]))
            if better > 1.2 * scale or better < scale / 1.2:
                again = self._detect_at(pixels, better)
                quads = again if len(again) else quads
        heights = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
        line = float(np.median(heights))
        parts = [part for quad in quads for part in split_tall(pixels, quad, line)]
        return np.stack(parts)

    def _detect_at(self, pixels: Pixels, scale: float) -> npt.NDArray[np.float32]:
        how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        size = tuple(max(8, round(side * scale)) for side in pixels.shape[1::-1])
        shown = pixels
        if scale != 1:
            shown = np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)
        found: Any = self._detector(_pad(shown), use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None or not len(found.boxes):
            return np.zeros((0, 4, 2), np.float32)
        factor = np.array(pixels.shape[1::-1]) / np.array(shown.shape[1::-1])
        edge = np.array(pixels.shape[1::-1])
        quads = np.clip(np.asarray(found.boxes) * factor, 0, edge)
        sides = np.ptp(quads, axis=1).min(axis=1)  # boxes in the padding are flat by now
        return np.asarray(quads[sides >= 2], np.float32)

    def read_strip(self, pixels: Pixels, quad: npt.NDArray[np.float32]) -> Strip:
        """Read one detected line.

        Args:
            pixels: the page, shape (height, width, 3), blue first.
            quad: shape (4, 2), corners clockwise from the top left.
        """
        strip, to_page = crop_line(pixels, quad, STRIP_HEIGHT, MAX_STRIP)
        padded = max(MIN_STRIP, strip.shape[1])
        tensor = np.zeros((1, 3, STRIP_HEIGHT, padded), np.float32)
        tensor[0, :, :, : strip.shape[1]] = strip.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
        (output,) = self._session.run(None, {self._session.get_inputs()[0].name: tensor})
        matrix = np.ascontiguousarray(output[0][:, self._classes.columns])
        letters = decode(matrix, self._classes)
        step = padded / len(matrix)
        words = _place(letters, strip, to_page, step, pixels.shape)
        seen = [letter.confidence for letter in letters if letter.text != " "]
        return Strip(words, float(np.mean(seen)) if seen else 0.0)


def _pad(pixels: Pixels) -> Pixels:
    """Give a strip or a tower some paper, on the right or below: boxes keep their coordinates.

    The detector enlarges the short side to 736 pixels: a page of 2500 × 12 would take a minute.
    """
    height, width = pixels.shape[:2]
    least = max(height, width) // 4
    below, beside = max(0, least - height), max(0, least - width)
    if not below and not beside:
        return pixels
    paper = [int(v) for v in np.median(pixels.reshape(-1, 3), axis=0)]
    padded = cv2.copyMakeBorder(pixels, 0, below, 0, beside, cv2.BORDER_CONSTANT, value=paper)
    return np.asarray(padded, np.uint8)


def _place(
    letters: list[Letter],
    strip: Pixels,
    to_page: npt.NDArray[np.float64],
    step: float,
    shape: tuple[int, ...],
) -> tuple[Word, ...]:
    """Tie each word of a strip to a rectangle on the page.

    The time steps tell a word's place to about a letter; its ends are the widest white gap between
    it and its neighbours.
    """
    words = split_words(letters)
    if not words:
        return ()
    blank = ~ink_columns(strip[4:-4])
    cuts = [(0, 0)]
    for a, b in pairwise(words):
        cuts.append(_gap(blank, a[-1].first * step, b[0].last * step))
    cuts.append((strip.shape[1], strip.shape[1]))
    placed = []
    for word, before, after in zip(words, cuts, cuts[1:], strict=False):
        left, right = _trim(blank, before[1], max(after[0], before[1] + 1))
        box = box_on_page(left, right, to_page, shape)
        text = "".join(letter.text for letter in word)
        placed.append(Word(text, box, min(letter.confidence for letter in word)))
    return tuple(placed)


def _gap(blank: npt.NDArray[np.bool_], start: float, end: float) -> tuple[int, int]:
    """Return the widest white run of columns in a window, or its middle twice."""
    first = int(np.clip(start, 0, len(blank) - 1))
    last = int(np.clip(np.ceil(end), first + 1, len(blank)))
    window = np.concatenate(([False], blank[first:last], [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(window))
    if not len(edges):
        return (first + last) // 2, (first + last) // 2
    starts, ends = edges[::2], edges[1::2]
    widest = int(np.argmax(ends - starts))
    return first + int(starts[widest]), first + int(ends[widest])


def _trim(blank: npt.NDArray[np.bool_], left: int, right: int) -> tuple[int, int]:
    """Take white columns off both ends, never all of them."""
    ink = np.flatnonzero(~blank[left:right])
    return (left + int(ink[0]), left + int(ink[-1]) + 1) if len(ink) else (left, right)


def box_on_page(
    left: float, right: float, to_page: npt.NDArray[np.float64], shape: tuple[int, ...]
) -> Box:
    """Return the upright rectangle on the page around columns of a strip; never empty.

    Args:
        left: first column of the strip.
        right: last column, excluded.
        to_page: matrix from strip to page, shape (3, 3).
        shape: of the page: height, width.
    """
    down = STRIP_HEIGHT
    strip = np.array([[[left, 0], [right, 0], [right, down], [left, down]]], np.float64)
    corners = np.asarray(cv2.perspectiveTransform(strip, to_page))[0]
    height, width = shape[:2]
    x0 = int(np.clip(np.floor(corners[:, 0].min()), 0, width - 1))
    y0 = int(np.clip(np.floor(corners[:, 1].min()), 0, height - 1))
    x1 = int(np.clip(np.ceil(corners[:, 0].max()), x0 + 1, width))
    y1 = int(np.clip(np.ceil(corners[:, 1].max()), y0 + 1, height))
    return Box(x0, y0, x1, y1)

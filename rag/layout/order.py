"""Reading order: columns, and facing pages on one image.

A gutter is a vertical white strip that long lines on both of its sides respect over many lines;
page numbers of a table of contents and cells of a table are too short to make one. Source: the
vertical cut of the recursive X-Y cut (Nagy & Seth, 1984), kept to text lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from rag.records import Box, Page, Word

Row = tuple[Word, ...]

MIN_LINES = 5  # on each side of a gutter
MIN_WIDTH = 0.22  # of the text: median width of the lines of a column
MIN_WORDS = 2.5  # on an average line of a column: cells and page numbers have one
MAX_CROSSING = 0.35  # of the lines: titles and figures across both columns


def box_of(words: Sequence[Word]) -> Box:
    """Return the smallest box around some words (at least one)."""
    return Box(
        min(w.box.left for w in words),
        min(w.box.top for w in words),
        max(w.box.right for w in words),
        max(w.box.bottom for w in words),
    )


def arrange(page: Page) -> Page:
    """Return the page with its lines in reading order; the same words, nothing lost.

    A line that runs across a gutter with a wide blank there is parted in two.
    """
    if not page.words:
        return page
    rows = [row for row in page.lines if row]
    ordered = _order(rows, depth=2)
    if ordered == rows:
        return page
    starts, words = [], list[Word]()
    for row in ordered:
        starts.append(len(words))
        words += row
    return replace(page, words=tuple(words), line_starts=tuple(starts))


def _order(rows: list[Row], depth: int) -> list[Row]:
    cut = _gutter(rows) if depth else None
    if cut is None:
        return rows
    parted = [part for row in rows for part in _part(row, cut)]
    parted.sort(key=lambda row: (box_of(row).top + box_of(row).bottom) / 2)
    out: list[Row] = []
    band: list[Row] = []
    for row in parted:
        if _side(row, cut) == 0:
            out += _columns(band, cut, depth)
            out.append(row)
            band = []
        else:
            band.append(row)
    return out + _columns(band, cut, depth)


def _columns(band: list[Row], cut: float, depth: int) -> list[Row]:
    left = [row for row in band if _side(row, cut) < 0]
    right = [row for row in band if _side(row, cut) > 0]
    return _order(left, depth - 1) + _order(right, depth - 1)


def _side(row: Row, cut: float) -> int:
    box = box_of(row)
    return -1 if box.right <= cut else 1 if box.left >= cut else 0


def _part(row: Row, cut: float) -> list[Row]:
    """Part a line at the gutter when no word stands on it and the blank is wide."""
    left = tuple(w for w in row if w.box.right <= cut)
    right = tuple(w for w in row if w.box.left >= cut)
    if not left or not right or len(left) + len(right) != len(row):
        return [row]
    height = median(w.box.height for w in row)
    gap = min(w.box.left for w in right) - max(w.box.right for w in left)
    return [left, right] if gap >= 0.9 * height else [row]


def _gutter(rows: Sequence[Row]) -> float | None:
    """Return the x of the best gutter, or None."""
    if len(rows) < MIN_LINES:
        return None
    whole = box_of([word for row in rows for word in row])
    height = median(word.box.height for row in rows for word in row)
    places = _gaps(rows, height)
    low, high = whole.left + 0.2 * whole.width, whole.left + 0.8 * whole.width
    best: tuple[int, float] | None = None
    for x in sorted({round(p) for p in places if low <= p <= high}):
        crossing = _try(rows, float(x), whole, height)
        if crossing is not None and (best is None or crossing < best[0]):
            best = (crossing, float(x))
    return best[1] if best else None


def _gaps(rows: Sequence[Row], height: float) -> list[float]:
    """Middles of the blanks inside lines, and of those between lines side by side."""
    places: list[float] = []
    for row in rows:
        ordered = sorted(row, key=lambda w: w.box.left)
        for a, b in pairwise(ordered):
            if b.box.left - a.box.right >= 0.9 * height:
                places.append((a.box.right + b.box.left) / 2)
    boxes = [box_of(row) for row in rows]
    for one in boxes:
        for two in boxes:
            common = min(one.bottom, two.bottom) - max(one.top, two.top)
            if two.left > one.right and common > 0.4 * min(one.height, two.height):
                places.append((one.right + two.left) / 2)
    return places


def _try(rows: Sequence[Row], x: float, whole: Box, height: float) -> int | None:
    """How many lines cross a gutter at x; None when there is none there."""
    parted = [part for row in rows for part in _part(row, x)]
    sides = [[r for r in parted if _side(r, x) == s] for s in (-1, 0, 1)]
    left, crossing, right = sides
    if min(len(left), len(right)) < MIN_LINES or len(crossing) > MAX_CROSSING * len(parted):
        return None
    if any(
        median(box_of(r).width for r in side) < MIN_WIDTH * whole.width
        or sum(len(r) for r in side) < MIN_WORDS * len(side)
        for side in (left, right)
    ):
        return None
    tops = [sorted(box_of(r).top for r in side) for side in (left, right)]
    common = min(tops[0][-1], tops[1][-1]) - max(tops[0][0], tops[1][0])
    if common < 3 * height:
        return None
    free = min(box_of(r).left for r in right) - max(box_of(r).right for r in left)
    return len(crossing) if free >= 0.5 * height else None

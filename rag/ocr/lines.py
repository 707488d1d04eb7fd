"""From boxes to printed lines, on a page of one column or of several.

Two boxes are on one line when they overlap by half of the smaller one's height, once the page's
slant is taken away. **The gap rule**: two neighbours on a line stay together

- when leader dots stood between them (« Fixage ....... 45 »);
- or when the gap is at most the height of the line (a line that the detector cut in pieces);
- or when one of them is short (a page number, a cell, a folio beside a running head), unless the
  gap lies in a gutter;

and are parted otherwise. A gutter is a white strip seen between two long boxes on at least
``MIN_GUTTER`` lines. What is parted makes two lines, left before right; which column is read first
is the layout's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, tan
from statistics import median

import numpy as np
import numpy.typing as npt

from rag.ocr.leaders import Leader

Quads = npt.NDArray[np.float32]

SHORT = 6.0  # boxes narrower than this many line heights are a number, a cell, a word
MIN_GUTTER = 3


@dataclass(frozen=True, slots=True)
class Strip:
    """A detected box, upright after the page's slant was taken away."""

    row: int  # of the boxes given
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def slant_of(quads: Quads) -> float:
    """Return the page's slant in radians: the median of its long boxes' upper edges.

    Args:
        quads: shape (n, 4, 2), corners clockwise from the top left, in pixels.
    """
    edges = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]) / 2
    long = edges[:, 0] >= 0.5 * max(1.0, float(edges[:, 0].max(initial=0)))
    angles = [atan2(float(y), float(x)) for x, y in edges[long] if x > 0]
    slant = median(angles) if angles else 0.0
    return slant if abs(slant) < 0.35 else 0.0


def group_lines(quads: Quads, leaders: Sequence[Leader] = ()) -> list[list[int]]:
    """Group boxes into printed lines.

    Args:
        quads: shape (n, 4, 2), corners clockwise from the top left, in pixels; n may be 0.
        leaders: rows of leader dots erased from the page, in the same pixels.

    Returns:
        Rows of ``quads``, one list a line, left to right; lines from top to bottom.
    """
    if not len(quads):
        return []
    slope = tan(slant_of(quads))
    rows = _gather([_strip(i, quad, slope) for i, quad in enumerate(quads)])
    gutters = _gutters(rows, leaders, slope)
    lines = [part for row in rows for part in _part(row, leaders, gutters, slope)]
    return [[strip.row for strip in line] for line in lines]


def _strip(row: int, quad: Quads, slope: float) -> Strip:
    """Shear a box upright; its height is that of its sides, not of its slanted bounds."""
    y = quad[:, 1] - slope * quad[:, 0]
    top, bottom = float((y[0] + y[1]) / 2), float((y[2] + y[3]) / 2)
    if bottom - top < 1:
        top, bottom = float(y.min()), float(y.max()) + 1
    return Strip(row, float(quad[:, 0].min()), float(quad[:, 0].max()), top, bottom)


def _gather(strips: Sequence[Strip]) -> list[list[Strip]]:
    """Gather strips that overlap by half a height and do not stand one above the other."""
    rows: list[list[Strip]] = []
    for strip in sorted(strips, key=lambda s: (s.middle, s.left)):
        best = max(rows[-6:], key=lambda row: _overlap(strip, row), default=None)
        if best is not None and _overlap(strip, best) >= 0.5:
            best.append(strip)
        else:
            rows.append([strip])
    for row in rows:
        row.sort(key=lambda s: (s.left, s.row))
    return sorted(rows, key=lambda row: (median(s.middle for s in row), row[0].left))


def _overlap(strip: Strip, row: Sequence[Strip]) -> float:
    """Return the share of the smaller height that the strip has in common with its neighbour."""
    for other in row:
        across = min(strip.right, other.right) - max(strip.left, other.left)
        if across > 0.5 * min(strip.width, other.width):
            return 0.0
    near = min(row, key=lambda o: max(o.left - strip.right, strip.left - o.right))
    common = min(strip.bottom, near.bottom) - max(strip.top, near.top)
    return common / min(strip.height, near.height)


def _gutters(
    rows: Sequence[Sequence[Strip]], leaders: Sequence[Leader], slope: float
) -> list[tuple[float, float]]:
    """Find the white strips between long boxes that at least ``MIN_GUTTER`` lines agree on."""
    gaps = [
        (a.right, b.left)
        for row in rows
        for a, b in pairwise(row)
        if _is_wide(a, b) and not _led(a, b, leaders, slope) and not _is_short(a, b)
    ]
    found = []
    for left, right in gaps:
        middle = (left + right) / 2
        agree = [g for g in gaps if g[0] <= middle <= g[1]]
        if len(agree) >= MIN_GUTTER:
            found.append((max(g[0] for g in agree), min(g[1] for g in agree)))
    return found


def _part(
    row: Sequence[Strip],
    leaders: Sequence[Leader],
    gutters: Sequence[tuple[float, float]],
    slope: float,
) -> list[list[Strip]]:
    """Cut a row of strips by the gap rule."""
    parts = [[row[0]]]
    for a, b in pairwise(row):
        if not _is_wide(a, b) or _led(a, b, leaders, slope):
            together = True
        elif _is_short(a, b):
            middle = (a.right + b.left) / 2
            together = not any(
                (left <= middle <= right) or (a.right <= left and right <= b.left)
                for left, right in gutters
            )
        else:
            together = False
        if together:
            parts[-1].append(b)
        else:
            parts.append([b])
    return parts


def _is_wide(a: Strip, b: Strip) -> bool:
    return b.left - a.right > max(a.height, b.height)


def _is_short(a: Strip, b: Strip) -> bool:
    return min(a.width / a.height, b.width / b.height) < SHORT


def _led(a: Strip, b: Strip, leaders: Sequence[Leader], slope: float) -> bool:
    """Tell whether leader dots stood between two strips."""
    height = max(a.height, b.height)
    top, bottom = min(a.top, b.top) - 0.2 * height, max(a.bottom, b.bottom) + 0.2 * height
    return any(
        top <= leader.y - slope * leader.left <= bottom
        and leader.left < b.left
        and leader.right > a.right
        for leader in leaders
    )

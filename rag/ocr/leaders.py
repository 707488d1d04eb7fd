"""Leader dots of tables of contents: found, erased before recognition, remembered.

A recogniser reads a run of dots as letters, or loses the page number behind it. Only small isolated
specks that stand in a row are taken: nothing above or below them (the dot of an i, an accent), and
at least ``MIN_RUN`` of them on one line. Faint letters, broken into specks, are never in a row.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]

MIN_RUN = 5  # an ellipsis has three dots, four with a full stop


@dataclass(frozen=True, slots=True)
class Leader:
    """A row of leader dots: y of its middle, from left to right, in pixels of the image."""

    y: float
    left: int
    right: int


def ink_of(grey: Grey) -> Grey:
    """Return 255 where there is ink: darker than the neighbourhood, whatever the light."""
    block = 51 if min(grey.shape) > 51 else 3
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 20
    )
    return np.asarray(ink, np.uint8)


def letter_height(stats: Ints) -> float:
    """Guess the height in pixels of a small letter, from the connected parts of a page.

    Args:
        stats: shape (n, 5): left, top, width, height, area of each part.

    Returns:
        The median height of what is neither speck nor figure; 0 for a page without such.
    """
    height, width = stats[:, 3], stats[:, 2]
    plain = (height >= 5) & (width >= 3) & (width <= 6 * height) & (height <= 150)
    return float(np.median(height[plain])) if plain.any() else 0.0


def find_leaders(ink: Grey) -> tuple[list[Leader], Ints]:
    """Find rows of leader dots.

    Args:
        ink: shape (height, width), 255 where there is ink.

    Returns:
        The rows, and the dots in them: shape (n, 4), left, top, right, bottom.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    parts = stats[1:count].astype(np.int32)
    none = np.zeros((0, 4), np.int32)
    small = letter_height(parts)
    if small == 0:
        return [], none
    biggest = max(3.0, 0.45 * small)
    width, height = parts[:, 2], parts[:, 3]
    speck = (width <= biggest) & (height <= biggest)
    speck &= width <= 2.5 * height
    specks = np.concatenate(([False], speck))[labels]
    dots = np.array([p for p in parts[speck] if _is_alone(ink, specks, p, small)], np.int32)
    if not len(dots):
        return [], none
    leaders: list[Leader] = []
    taken: list[npt.NDArray[np.int32]] = []
    for row in _rows(dots[:, :4], small):
        boxes = np.column_stack(
            (row[:, 0], row[:, 1], row[:, 0] + row[:, 2], row[:, 1] + row[:, 3])
        )
        y = float(np.mean((boxes[:, 1] + boxes[:, 3]) / 2))
        leaders.append(Leader(y, int(boxes[:, 0].min()), int(boxes[:, 2].max())))
        taken.append(boxes)
    return leaders, np.concatenate(taken).astype(np.int32) if taken else none


def erase_leaders(image: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], list[Leader]]:
    """Return a copy of a page without its leader dots, and the rows that they made.

    Args:
        image: shape (height, width, 3).
    """
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    leaders, dots = find_leaders(ink_of(grey))
    if not leaders:
        return image, []
    mask = np.zeros(grey.shape, np.uint8)
    for left, top, right, bottom in dots:
        mask[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1] = 255
    around = cv2.dilate(image, np.ones((9, 9), np.uint8))  # lightest nearby: paper, under any light
    clean = image.copy()
    clean[mask > 0] = np.asarray(around)[mask > 0]
    return clean, leaders


def _is_alone(ink: Grey, specks: npt.NDArray[np.bool_], part: Ints, small: float) -> bool:
    """Tell whether nothing stands above or below: no letter (i, accent), no other dot (colon).

    A letter of the next line may be near in a table set tight, so below only another speck counts
    at a distance.
    """
    left, top, width, height = (int(v) for v in part[:4])
    bottom, reach = top + height, max(2, round(0.8 * small))
    columns = slice(max(0, left - 1), left + width + 1)
    above = ink[max(0, top - reach) : top, columns]
    below = ink[bottom : bottom + max(2, reach // 2), columns]
    dots_below = specks[bottom : bottom + reach, columns]
    return not (above.any() or below.any() or dots_below.any())


def _rows(dots: Ints, small: float) -> list[Ints]:
    """Gather dots that stand on one line, each within a few letters of the next."""
    middle = dots[:, 1] + dots[:, 3] / 2
    order = np.lexsort((dots[:, 0], middle))
    tolerance = max(1.5, 0.2 * small)
    bands: list[list[int]] = []
    for i in order:
        if bands and middle[i] - np.median(middle[bands[-1]]) <= tolerance:
            bands[-1].append(int(i))
        else:
            bands.append([int(i)])
    rows = []
    for band in bands:
        rows += _runs(dots[sorted(band, key=lambda i: int(dots[i, 0]))], 5.0 * small)
    return rows


def _runs(row: Ints, reach: float) -> list[Ints]:
    """Cut a row where two dots are further apart than ``reach``; drop runs that are too short."""
    gaps = np.flatnonzero(np.diff(row[:, 0]) > reach) + 1
    return [run for run in np.split(row, gaps) if _is_regular(run)]


def _is_regular(run: Ints) -> bool:
    """Tell whether a run is long enough, and evenly spaced but for dots that the print lost."""
    if len(run) < MIN_RUN:
        return False
    steps = np.diff(run[:, 0]).astype(float)
    pitch = float(np.median(steps))
    off = np.abs(steps / pitch - np.round(steps / pitch)) * pitch
    return pitch > 0 and float(np.mean(off <= np.maximum(2.0, 0.25 * pitch))) >= 0.7

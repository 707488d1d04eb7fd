"""Page images as arrays: opened whatever their mode, with corners mapped back to the page."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from rag.errors import BlankPage, PageFailed

Pixels = npt.NDArray[np.uint8]
MAX_PIXELS = 200_000_000  # above, an image is a bomb or a mistake; the caller's limit is lower


def open_page(path: Path) -> tuple[Pixels, int]:
    """Open an image.

    Returns:
        Pixels, shape (height, width, 3), blue first as OpenCV has it; and the dots per inch that
        the file claims (72 when it claims nothing), which nothing here relies on.

    Raises:
        PageFailed: not an image, truncated, or too many pixels.
    """
    try:
        with Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise PageFailed(
                    f"{path.name} has {image.width} × {image.height} pixels, more than "
                    f"{MAX_PIXELS}: render it smaller.",
                    code="too_large",
                )
            dpi = image.info.get("dpi", (72, 72))[0]
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                paper = Image.new("RGBA", image.size, "white")
                pixels = np.asarray(
                    Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")
                )
            else:
                pixels = np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PageFailed(
            f"{path.name} cannot be opened as an image ({error}).", code="render_failed"
        ) from error
    claimed = round(float(dpi)) if dpi and float(dpi) > 0 else 72
    return np.ascontiguousarray(pixels[:, :, ::-1]), max(1, claimed)


def check_not_uniform(pixels: Pixels) -> None:
    """Refuse a page of one colour.

    Raises:
        BlankPage: no two pixels differ by enough to be ink on paper.
    """
    flat = pixels.reshape(-1, 3)
    if not len(flat) or int((flat.max(axis=0) - flat.min(axis=0)).max()) < 12:
        raise BlankPage


def crop_line(
    pixels: Pixels, quad: npt.NDArray[np.float32], height: int, max_width: int
) -> tuple[Pixels, npt.NDArray[np.float64]]:
    """Cut a line out of a page, straightened, in one interpolation.

    Args:
        pixels: shape (h, w, 3).
        quad: shape (4, 2), corners clockwise from the top left.
        height: of the strip wanted, in pixels.
        max_width: of the strip; a longer line is squeezed.

    Returns:
        The strip, shape (height, width, 3), and the 3 × 3 matrix from strip to page.
    """
    across = max(float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[2] - quad[3])))
    down = max(1.0, *(float(np.linalg.norm(quad[a] - quad[b])) for a, b in ((3, 0), (2, 1))))
    width = int(np.clip(np.ceil(height * across / down), 1, max_width))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    to_page = cv2.getPerspectiveTransform(corners, quad.astype(np.float32))
    if down > 2 * height:  # shrinking: cubic alone would skip pixels
        factor = height / down
        pixels, quad = _shrink(pixels, quad, factor)
    to_strip = cv2.getPerspectiveTransform(quad.astype(np.float32), corners)
    strip = cv2.warpPerspective(
        pixels,
        to_strip,
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(strip, np.uint8), np.asarray(to_page, np.float64)


def _shrink(
    pixels: Pixels, quad: npt.NDArray[np.float32], factor: float
) -> tuple[Pixels, npt.NDArray[np.float32]]:
    """Shrink what is around a box, and move the box with it."""
    left, top = (int(v) for v in np.maximum(0, np.floor(quad.min(axis=0)) - 2))
    right, bottom = (int(v) for v in np.ceil(quad.max(axis=0)) + 2)
    part = pixels[top:bottom, left:right]
    size = (max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor)))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    ratio = np.array(size) / np.array(part.shape[1::-1])
    return np.asarray(small, np.uint8), ((quad - (left, top)) * ratio).astype(np.float32)


def split_tall(
    pixels: Pixels, quad: npt.NDArray[np.float32], line: float
) -> list[npt.NDArray[np.float32]]:
    """Cut a box that holds several lines (a column of page numbers) at its white rows.

    Args:
        pixels: shape (h, w, 3).
        quad: shape (4, 2), corners clockwise from the top left.
        line: usual height of a line, in pixels.

    Returns:
        One box a line, top to bottom; the box itself when it has no white row to be cut at.
    """
    height = round(float(np.linalg.norm(quad[3] - quad[0])))
    if height < 1.7 * line:
        return [quad]
    strip, _ = crop_line(pixels, quad, height, 8 * height)
    ink = ink_columns(np.ascontiguousarray(strip.transpose(1, 0, 2)))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], ink, [False])).astype(np.int8)))
    runs = [(a, b) for a, b in edges.reshape(-1, 2) if b - a >= 0.3 * line]
    if len(runs) < 2 or max(b - a for a, b in runs) > 1.5 * line:
        return [quad]
    margin = 0.15 * line
    cuts = [((a - margin) / height, (b + margin) / height) for a, b in runs]
    return [_slice(quad, max(0.0, a), min(1.0, b)) for a, b in cuts]


def _slice(quad: npt.NDArray[np.float32], top: float, bottom: float) -> npt.NDArray[np.float32]:
    """Return the part of a box between two shares of its height."""
    left, right = quad[3] - quad[0], quad[2] - quad[1]
    corners = [quad[0] + top * left, quad[1] + top * right]
    corners += [quad[1] + bottom * right, quad[0] + bottom * left]
    return np.stack(corners).astype(np.float32)


def ink_columns(strip: Pixels) -> npt.NDArray[np.bool_]:
    """Tell for each column of a strip whether ink stands in it, dark on light or light on dark."""
    grey = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY)
    threshold, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    ink = grey <= threshold
    if ink.mean() > 0.5:
        ink = ~ink
    return np.asarray(ink.any(axis=0))

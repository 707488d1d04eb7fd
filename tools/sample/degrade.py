"""Makes a clean page look scanned: ink spread, tired type, paper, skew, specks, shadows.

Everything random comes from one generator per page, seeded by names, so that the same page is
always aged the same way. ``strength`` 0 is a clean scan, 1 what the sample holds, 2 a bad day.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Age:
    """How a page was printed, kept and scanned."""

    spread: float = 0.55  # of ink, in output pixels
    wear: float = 1.0  # of type and inking, uneven
    paper: float = 226.0  # grey of the sheet
    stain: float = 1.0  # of the sheet
    skew: float = 0.6  # degrees at most
    noise: float = 2.0  # grey levels
    show_through: float = 0.05  # of the other side
    gutter: float = 0.25  # darkness near the binding


def generator(*names: object) -> np.random.Generator:
    """A generator seeded by names: the same on every machine."""
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))


def clouds(rng: np.random.Generator, height: int, width: int, grain: int) -> Grey:
    """Smooth random field of mean 0 and deviation about 1, ``grain`` pixels between its knots."""
    knots = rng.standard_normal((height // grain + 3, width // grain + 3)).astype(np.float32)
    field = cv2.resize(knots, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(field / max(1e-6, float(field.std())), np.float32)


def age_page(
    clean: Image.Image,
    width: int,
    height: int,
    rng: np.random.Generator,
    *,
    age: Age | None = None,
    strength: float = 1.0,
    gutter_left: bool = True,
    behind: Image.Image | None = None,
) -> Image.Image:
    """A clean enlarged page as the scanner saw it.

    Args:
        clean: 8-bit grey, larger than the result.
        width: of the result, pixels.
        height: of the result, pixels.
        rng: from ``generator``.
        age: how it was printed and kept.
        strength: scales every fault.
        gutter_left: side of the binding.
        behind: the page printed on the other side, the same size as ``clean``.

    Returns:
        8-bit grey image.
    """
    age = age or Age()
    ink = _inked(clean, width, rng, age, strength)
    ink = _turned(ink, width, height, rng.uniform(-age.skew, age.skew) * min(strength, 1.5))
    paper = _paper(width, height, rng, age, strength, gutter_left)
    if behind is not None and age.show_through:
        other = cv2.flip(np.asarray(behind, np.float32), 1)
        other = cv2.resize(255 - other, (width, height), interpolation=cv2.INTER_AREA) / 255
        paper *= 1 - age.show_through * strength * cv2.GaussianBlur(other, (0, 0), 2.2)
    density = 0.86 + 0.05 * strength * age.wear * clouds(rng, height, width, 60)
    grey = paper * (1 - ink * np.clip(density, 0.45, 0.97))
    _specks(grey, rng, strength * age.stain)
    grey += rng.standard_normal(grey.shape).astype(np.float32) * age.noise * strength
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def _inked(
    clean: Image.Image, width: int, rng: np.random.Generator, age: Age, strength: float
) -> Grey:
    """Ink spreads and fails: blur, then a soft threshold that wanders."""
    ink = 1 - np.asarray(clean, np.float32) / 255
    scale = clean.width / width
    blurred = cv2.GaussianBlur(ink, (0, 0), max(0.3, age.spread * scale * (0.5 + 0.5 * strength)))
    high, wide = ink.shape
    grain = clouds(rng, high, wide, max(2, int(scale))) * 0.07
    bad = clouds(rng, high, wide, int(45 * scale)) * 0.05
    threshold = np.maximum(0.40 + age.wear * strength * (grain + bad), 0.22)
    spread = 1 / (1 + np.exp(-(blurred - threshold) / 0.09))
    return np.asarray(np.maximum(0, spread - 0.06) / 0.94, np.float32)  # bare paper stays bare


def _turned(ink: Grey, width: int, height: int, degrees: float) -> Grey:
    high, wide = ink.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    turned = cv2.warpAffine(ink, matrix, (wide, high), flags=cv2.INTER_LINEAR)
    return np.asarray(cv2.resize(turned, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _paper(
    width: int, height: int, rng: np.random.Generator, age: Age, strength: float, left: bool
) -> Grey:
    sheet = np.full((height, width), age.paper, np.float32)
    sheet += (
        strength
        * age.stain
        * (3.0 * clouds(rng, height, width, 260) + 0.8 * clouds(rng, height, width, 20))
    )
    across = np.linspace(0, 1, width, dtype=np.float32)
    away = across if left else 1 - across
    shade = age.gutter * strength * np.exp(-away / 0.045) + 0.08 * np.exp(-(1 - away) / 0.02)
    sheet *= (1 - np.clip(shade, 0, 0.8))[None, :]
    down = np.linspace(0, 1, height, dtype=np.float32)
    sheet *= (1 - 0.05 * strength * np.abs(down - rng.uniform(0.3, 0.7)))[:, None]
    for _ in range(rng.poisson(2.0 * strength * age.stain)):  # foxing
        spot = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        mark = np.zeros_like(sheet)
        cv2.circle(mark, spot, int(rng.integers(3, 11)), 1.0, -1)
        sheet -= cv2.GaussianBlur(mark, (0, 0), 4.0) * float(rng.uniform(8, 22))
    return sheet


def _specks(grey: Grey, rng: np.random.Generator, strength: float) -> None:
    height, width = grey.shape
    for _ in range(rng.poisson(14 * strength)):
        x, y = int(rng.integers(1, width - 2)), int(rng.integers(1, height - 2))
        size = int(rng.integers(1, 3))
        grey[y : y + size, x : x + size] *= float(rng.uniform(0.45, 0.8))


def jpeg(image: Image.Image, *, quality: int = 62, dpi: int = 144) -> bytes:
    """Bytes of a baseline JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, dpi=(dpi, dpi), optimize=True)
    return out.getvalue()


def photographed(
    page: Image.Image, width: int, height: int, rng: np.random.Generator, strength: float = 1.0
) -> Image.Image:
    """A sheet on a wooden table, taken by hand: perspective, warm light, the shadow of an arm."""
    table = _table(width, height, rng)
    sheet = cv2.merge([np.asarray(page, np.float32) * t for t in (1.0, 0.965, 0.87)])
    h, w = sheet.shape[:2]
    jitter = rng.uniform(-0.012, 0.012, (4, 2)) * strength
    corners = np.array([[0.10, 0.06], [0.915, 0.035], [0.96, 0.955], [0.05, 0.965]]) + jitter
    to = (corners * [width, height]).astype(np.float32)
    source = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, to)
    laid = cv2.warpPerspective(sheet, matrix, (width, height), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones((h, w), np.float32), matrix, (width, height))
    cast = cv2.GaussianBlur(np.roll(mask, (9, 7), (0, 1)), (0, 0), 9)
    photo = table * (1 - 0.5 * cast)[..., None] * (1 - mask)[..., None] + laid * mask[..., None]
    photo *= _hand_light(width, height, strength)[..., None]
    photo = cv2.GaussianBlur(photo, (0, 0), 0.55 * strength + 0.05)
    photo += rng.standard_normal(photo.shape).astype(np.float32) * 3.0 * strength
    return Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8))


def _table(width: int, height: int, rng: np.random.Generator) -> Grey:
    rows = clouds(rng, height, 8, 7)
    grain = cv2.resize(rows, (width, height), interpolation=cv2.INTER_CUBIC)
    tone = 1 + 0.10 * grain + 0.04 * clouds(rng, height, width, 90)
    return cv2.merge([tone * c for c in (128.0, 88.0, 56.0)])


def _hand_light(width: int, height: int, strength: float) -> Grey:
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    light = 1.02 - 0.22 * strength * (0.7 * x + 0.5 * y)
    arm = 1 / (1 + np.exp(-(x * 0.75 + y - 1.32) / 0.035))  # lower right corner
    return np.asarray(np.clip(light * (1 - 0.30 * strength * arm), 0.15, 1.1), np.float32)

"""Two generated landscapes that carry the notes of a camera (EXIF)."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tools.sample.degrade import clouds

Colour = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shot:
    """What the camera notes; the maker is invented, as the pictures are."""

    caption: str
    lens: str
    f_number: float
    seconds: float
    iso: int
    focal_mm: int
    taken: str  # EXIF date


SHOTS = {
    "lac-lever-du-jour.jpg": Shot(
        "Lac au lever du jour, brume sur l'eau, filtre dégradé gris de trois IL",
        "Valfleur 16-35 mm f/4",
        11.0,
        1 / 15,
        100,
        24,
        "2021:10:09 07:42:00",
    ),
    "file-d-etoiles.jpg": Shot(
        "Filé d'étoiles autour de l'étoile Polaire, pose unique de trente minutes, "
        "refuge de la Combe",
        "Valfleur 14 mm f/2,8",
        4.0,
        1800.0,
        200,
        14,
        "2022:08:13 23:10:00",
    ),
}


def draw_photo(name: str, rng: np.random.Generator) -> bytes:
    """One of ``SHOTS`` as a JPEG with its EXIF."""
    picture = _lake(rng) if name.startswith("lac") else _stars(rng)
    picture += rng.standard_normal(picture.shape).astype(np.float32) * 2.0
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, optimize=True, exif=_exif(SHOTS[name]))
    return out.getvalue()


def _exif(shot: Shot) -> Image.Exif:
    from PIL.TiffImagePlugin import IFDRational

    exif = Image.Exif()
    exif[0x010E] = shot.caption.encode("utf-8")
    exif[0x010F] = "Valfleur"
    exif[0x0110] = "VF-2 Mark III"
    exif[0x0132] = shot.taken
    exif[0x013B] = "RAG Photographie"
    exif[0x8298] = "CC0"
    details = exif.get_ifd(0x8769)
    fast = shot.seconds < 1
    details[0x829A] = (
        IFDRational(1, round(1 / shot.seconds)) if fast else IFDRational(int(shot.seconds), 1)
    )
    details[0x829D] = IFDRational(round(shot.f_number * 10), 10)
    details[0x8827] = shot.iso
    details[0x9003] = shot.taken
    details[0x9209] = 16  # flash off
    details[0x920A] = IFDRational(shot.focal_mm, 1)
    details[0xA434] = shot.lens.encode("utf-8")
    return exif


def _lake(rng: np.random.Generator, width: int = 1200, height: int = 800) -> Colour:
    y = np.linspace(0, 1, height // 2, dtype=np.float32)[:, None, None]
    top, low = np.array([58, 84, 128], np.float32), np.array([250, 190, 130], np.float32)
    sky = (top + (low - top) * y**1.6) * np.ones((1, width, 1), np.float32)
    sky += 9 * clouds(rng, height // 2, width, 150)[..., None] * y
    for depth, tone in enumerate(((128, 120, 140), (84, 84, 108), (44, 50, 66))):
        ridge = clouds(rng, 1, width, 210 - 50 * depth)[0] * 22
        ridge += clouds(rng, 1, width, 26)[0] * 4
        edge = height // 2 - 120 + 42 * depth + ridge
        under = np.arange(height // 2)[:, None] > edge[None, :]
        sky = np.where(under[..., None], np.array(tone, np.float32), sky)
    mirror = cv2.GaussianBlur(sky[::-1].astype(np.float32), (0, 0), 2.0) * 0.78
    ripple = (clouds(rng, height // 2, width // 12, 3)).repeat(12, axis=1)[:, :width]
    mirror += 5 * ripple[..., None] * np.linspace(0.2, 1, height // 2)[:, None, None]
    mist = np.exp(-(((np.arange(height) - height / 2) / 34.0) ** 2))[:, None, None] * 0.55
    picture = np.concatenate([sky, mirror]).astype(np.float32)
    return np.asarray(picture * (1 - mist) + 225 * mist, np.float32)


def _stars(rng: np.random.Generator, width: int = 1200, height: int = 800) -> Colour:
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    picture = np.array([10, 14, 34], np.float32) + y * np.array([40, 38, 34], np.float32)
    picture = np.ascontiguousarray(picture * np.ones((1, width, 1), np.float32))
    pole = (width * 0.56, height * 0.34)
    for _ in range(520):
        radius, start = float(rng.uniform(4, 900)), float(rng.uniform(0, 360))
        light = float(rng.uniform(70, 240))
        colour = light * np.array([1, rng.uniform(0.85, 1), rng.uniform(0.75, 1.05)])
        cv2.ellipse(
            picture,
            (int(pole[0] * 16), int(pole[1] * 16)),
            (int(radius * 16), int(radius * 16)),
            0.0,
            start,
            start + 7.5,
            tuple(float(c) for c in colour),
            1,
            cv2.LINE_AA,
            4,
        )
    ridge = height - 130 + clouds(rng, 1, width, 190)[0] * 26 + clouds(rng, 1, width, 18)[0] * 4
    under = np.arange(height)[:, None] > ridge[None, :]
    picture[under] = (7, 8, 12)
    base = int(ridge[300]) + 14
    cv2.rectangle(picture, (270, base - 62), (360, base), (15, 13, 13), -1)  # the hut
    roof = np.array([[258, base - 60], [315, base - 104], [372, base - 60]], np.int32)
    cv2.fillPoly(picture, [roof], (9, 9, 12))
    cv2.rectangle(picture, (292, base - 42), (310, base - 22), (255, 196, 96), -1)
    return picture

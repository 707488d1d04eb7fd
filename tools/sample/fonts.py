"""The free fonts used at making time (never by the product); licences in sample/README.md."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONTS = {  # name -> (file, Debian package)
    "old": ("truetype/fonts-oldstandard/OldStandard-Regular.ttf", "fonts-oldstandard"),
    "old-bold": ("truetype/fonts-oldstandard/OldStandard-Bold.ttf", "fonts-oldstandard"),
    "old-italic": ("truetype/fonts-oldstandard/OldStandard-Italic.ttf", "fonts-oldstandard"),
    "didot": ("opentype/didot/GFSDidot.otf", "fonts-gfs-didot"),
    "didot-bold": ("opentype/didot/GFSDidotBold.otf", "fonts-gfs-didot"),
    "didot-italic": ("opentype/didot/GFSDidotItalic.otf", "fonts-gfs-didot"),
    "libertine": ("opentype/linux-libertine/LinLibertine_R.otf", "fonts-linuxlibertine"),
    "libertine-bold": ("opentype/linux-libertine/LinLibertine_RB.otf", "fonts-linuxlibertine"),
    "libertine-italic": ("opentype/linux-libertine/LinLibertine_RI.otf", "fonts-linuxlibertine"),
    "courier": ("opentype/courier-prime/Courier Prime.otf", "fonts-courier-prime"),
    "courier-bold": ("opentype/courier-prime/Courier Prime Bold.otf", "fonts-courier-prime"),
    "courier-italic": ("opentype/courier-prime/Courier Prime Italic.otf", "fonts-courier-prime"),
    "sans": ("truetype/dejavu/DejaVuSansCondensed.ttf", "fonts-dejavu-extra"),
    "sans-bold": ("truetype/dejavu/DejaVuSansCondensed-Bold.ttf", "fonts-dejavu-extra"),
    "sans-italic": ("truetype/dejavu/DejaVuSansCondensed-Oblique.ttf", "fonts-dejavu-extra"),
}
ROOT = Path("/usr/share/fonts")


def font_path(name: str) -> Path:
    """The file of a font.

    Raises:
        FileNotFoundError: with the package to install.
    """
    file, package = FONTS[name]
    path = ROOT / file
    if not path.is_file():
        raise FileNotFoundError(f"font {path} is missing. Run: apt-get install {package}")
    return path


@lru_cache(maxsize=256)
def load_font(name: str, size: float) -> ImageFont.FreeTypeFont:
    """A font at a size in pixels, kerned but without ligatures."""
    return ImageFont.truetype(
        font_path(name).as_posix(), size, layout_engine=ImageFont.Layout.BASIC
    )


@lru_cache(maxsize=100_000)
def width(text: str, name: str, size: float) -> float:
    """Advance of a text in pixels, measured large so that it does not depend on hinting."""
    return float(load_font(name, 200.0).getlength(text)) * size / 200.0


@lru_cache(maxsize=10_000)
def has_glyph(letter: str, name: str) -> bool:
    """Whether a font draws a letter (a missing one is drawn as the empty box of U+FFFF)."""
    font = load_font(name, 40.0)
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


def check_glyphs(text: str, name: str) -> None:
    """Refuse a text that a font cannot draw.

    Raises:
        ValueError: with the letters that are missing.
    """
    missing = [letter for letter in dict.fromkeys(text) if not has_glyph(letter, name)]
    if missing:
        raise ValueError(f"font {name!r} has no {missing}: write otherwise or choose another font")

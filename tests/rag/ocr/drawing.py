"""Pages drawn with Pillow's own font: inputs that need no file."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

PROSE = (
    "Le bain de fixage dissout le bromure",
    "que la lumiere n'a pas atteint. Il faut",
    "compter dix minutes, puis laver.",
)


def draw_page(
    lines: Sequence[str] = PROSE, *, size: int = 24, pitch: int = 44, width: int = 700
) -> Image.Image:
    """Draw lines of text in black on white, from the top."""
    page = Image.new("RGB", (width, 120 + pitch * len(lines)), "white")
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=size)
    for row, text in enumerate(lines):
        pen.text((60, 50 + row * pitch), text, fill="black", font=font)
    return page


def draw_contents(entries: Sequence[tuple[str, str]], *, size: int = 24) -> Image.Image:
    """Draw a table of contents: title, leader dots, page number."""
    page = Image.new("RGB", (800, 120 + 44 * len(entries)), "white")
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=size)
    for row, (title, number) in enumerate(entries):
        y = 50 + row * 44
        pen.text((60, y), title, fill="black", font=font)
        start = 60 + round(pen.textlength(title, font=font)) + 14
        for x in range(start, 680, 12):
            pen.rectangle((x, y + size - 4, x + 2, y + size - 2), fill="black")
        pen.text((700, y), number, fill="black", font=font)
    return page

"""Draws a laid-out page as black on white, enlarged, before it is aged."""

from __future__ import annotations

from PIL import Image, ImageDraw

from tools.sample.figures import draw_figure
from tools.sample.fonts import check_glyphs, load_font, width
from tools.sample.typeset import PageLayout, Run

SCALE = 3  # pixels per 1/144 inch: ink spreads at a finer grain than the scanner's


def draw_page(page: PageLayout, *, scale: int = SCALE) -> Image.Image:
    """The page as an 8-bit grey image, ``scale`` pixels per 1/144 inch, 0 = ink."""
    image = Image.new("L", (page.width * scale, page.height * scale), 255)
    pen = ImageDraw.Draw(image)
    for drawing in page.drawings:
        box = (drawing.x, drawing.y, drawing.width, drawing.height)
        draw_figure(image, drawing.name, *(v * scale for v in box))
    for run in page.runs:
        _draw_run(pen, run, scale)
    return image


def _draw_run(pen: ImageDraw.ImageDraw, run: Run, scale: int) -> None:
    check_glyphs(run.text, run.font)
    font = load_font(run.font, run.size * scale)
    if not run.tracking:
        pen.text((run.x * scale, run.y * scale), run.text, font=font, fill=0, anchor="ls")
        return
    x = run.x
    for letter in run.text:
        pen.text((x * scale, run.y * scale), letter, font=font, fill=0, anchor="ls")
        x += width(letter, run.font, run.size) + run.tracking

"""Figures drawn by code, in the manner of wood engravings: each fills a rectangle."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw

_Draw = ImageDraw.ImageDraw
_Point = Callable[[float, float], tuple[float, float]]


def draw_figure(
    image: Image.Image, name: str, left: float, top: float, width: float, height: float
) -> None:
    """Draw a figure in a rectangle of an 8-bit grey image, pixels.

    Raises:
        KeyError: no figure has that name.
    """
    pen = ImageDraw.Draw(image)
    thick = max(1, round(width / 170))

    def at(x: float, y: float) -> tuple[float, float]:
        """A point given in hundredths of the rectangle."""
        return left + x * width / 100, top + y * height / 100

    FIGURES[name](pen, at, thick)


def _line(pen: _Draw, at: _Point, points: list[tuple[float, float]], thick: int) -> None:
    pen.line([at(*p) for p in points], fill=0, width=thick, joint="curve")


def _hatch(
    pen: _Draw, at: _Point, box: tuple[float, float, float, float], step: float, thick: int
) -> None:
    """Slanted strokes inside a box (left, top, right, bottom in hundredths)."""
    x0, y0, x1, y1 = box
    rise = y1 - y0
    x = x0 - rise
    while x < x1:
        a, b = max(x, x0), min(x + rise, x1)
        if b > a:
            _line(pen, at, [(a, y1 - (a - x)), (b, y1 - (b - x))], thick)
        x += step


def _rule(pen: _Draw, at: _Point, thick: int) -> None:
    pen.rectangle([at(0, 0), at(100, 100)], fill=0)


def _camera(pen: _Draw, at: _Point, thick: int) -> None:
    fine = max(1, thick // 2)
    pen.rectangle([at(48, 12), at(96, 88)], outline=0, width=thick * 2)
    _hatch(pen, at, (48, 82, 96, 88), 1.6, fine)
    _hatch(pen, at, (48, 12, 96, 18), 1.6, fine)
    pen.rectangle([at(47, 47), at(50, 53)], fill=255)
    _line(pen, at, [(14, 20), (14, 80)], thick)  # a tree, upright outside
    for y, half in ((24, 4), (34, 7), (44, 9), (54, 11)):
        _line(pen, at, [(14 - half, y + 8), (14, y), (14 + half, y + 8)], thick)
    _line(pen, at, [(2, 80), (40, 80)], fine)
    _line(pen, at, [(92, 74), (92, 27)], thick)  # and upside down within
    for y, half in ((71, 2), (63, 3), (55, 4), (47, 5)):
        _line(pen, at, [(92 - half, y - 6), (92, y), (92 + half * 0.6, y - 6)], fine)
    _line(pen, at, [(14, 20), (92, 74)], fine)
    _line(pen, at, [(14, 80), (92, 27)], fine)


def _lens(pen: _Draw, at: _Point, thick: int) -> None:
    fine = max(1, thick // 2)
    for y in (18, 82):
        pen.rectangle([at(18, y - 4), at(82, y + 4)], outline=0, width=thick)
        _hatch(pen, at, (18, y - 4, 82, y + 4), 1.8, fine)
    for side in (-1, 1):
        x = 50 + side * 20
        _arc(pen, at, x, side * 9, thick)
        _arc(pen, at, x - side * 6, side * 6, thick)
        _arc(pen, at, x - side * 10, side * 8, thick)
        _line(pen, at, [(x - side * 10, 22), (x, 22)], thick)
        _line(pen, at, [(x - side * 10, 78), (x, 78)], thick)
    _line(pen, at, [(50, 22), (50, 42)], thick * 3)
    _line(pen, at, [(50, 58), (50, 78)], thick * 3)
    for x in range(2, 98, 5):
        _line(pen, at, [(x, 50), (x + 3, 50)], fine)
    for y in (40, 60):
        _line(pen, at, [(2, y), (30, y), (50, 50 + (y - 50) * 0.6), (98, 50)], fine)


def _arc(pen: _Draw, at: _Point, x: float, bulge: float, thick: int) -> None:
    points = [(x + bulge * (1 - (t / 14) ** 2), 50 + 2 * t) for t in range(-14, 15)]
    _line(pen, at, points, thick)


def _tray(pen: _Draw, at: _Point, thick: int) -> None:
    fine = max(1, thick // 2)
    for k in range(3):
        x = 2 + 33 * k
        _line(pen, at, [(x, 45), (x + 4, 82), (x + 26, 82), (x + 30, 45)], thick * 2)
        _line(pen, at, [(x, 45), (x + 6, 34), (x + 28, 34), (x + 30, 45), (x, 45)], thick)
        for y in range(50, 80, 5):
            inset = (y - 45) * 0.11
            _line(pen, at, [(x + inset + 1, y), (x + 29 - inset, y)], fine)
        pen.polygon([at(x + 9, 38), at(x + 23, 38), at(x + 24, 43), at(x + 8, 43)], outline=0)
    _line(pen, at, [(0, 84), (100, 84)], thick)
    _hatch(pen, at, (0, 84, 100, 90), 1.5, fine)
    _line(pen, at, [(50, 4), (50, 12)], thick)  # the lantern
    pen.rectangle([at(46, 12), at(54, 27)], outline=0, width=thick)
    _hatch(pen, at, (46, 12, 54, 27), 1.2, fine)


def _frame(pen: _Draw, at: _Point, thick: int) -> None:
    fine = max(1, thick // 2)
    pen.rectangle([at(14, 8), at(86, 92)], outline=0, width=thick * 3)
    pen.rectangle([at(20, 17), at(80, 83)], outline=0, width=thick)
    _hatch(pen, at, (20, 17, 50, 83), 2.0, fine)
    _line(pen, at, [(50, 17), (50, 83)], thick * 2)
    _line(pen, at, [(50, 17), (70, 3), (70, 70), (50, 83)], thick)  # the open half
    for y in (38, 62):
        pen.rectangle([at(16, y - 2), at(50, y + 2)], outline=0, fill=255, width=thick)
        pen.ellipse([at(45, y - 2), at(48, y + 2)], fill=0)
    for x in (54, 60, 66):
        _line(pen, at, [(x, 22), (x, 74)], fine)


FIGURES: dict[str, Callable[[_Draw, _Point, int], None]] = {
    "rule": _rule,
    "camera": _camera,
    "lens": _lens,
    "tray": _tray,
    "frame": _frame,
}

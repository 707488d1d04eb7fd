"""Justified lines and pages from blocks: French hyphens, footnotes, leaders, figures, folios.

A page is a list of runs (text at a place) and of drawings, in units of 1/144 inch; it knows its
truth: the printed lines in reading order. Lines are chosen together, by the least total badness
of a paragraph (Knuth and Plass, 1981, without their fitness classes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from tools.sample.fonts import width
from tools.sample.source import Block

HYPHEN = "-"


@dataclass(frozen=True, slots=True)
class Style:
    """Measures of a book, in 1/144 inch; ``family`` as in ``fonts.FONTS``."""

    family: str
    page_width: int = 690
    page_height: int = 1080
    left: int = 118
    right: int = 112
    top: int = 150
    bottom: int = 130
    size: float = 22.0
    leading: float = 25.0
    indent: float = 24.0
    note_size: float = 17.0
    heading_size: float = 24.0
    head: str = ""  # running head
    folios: str = "corner"  # "corner", "centre", "none"
    first_folio: int = 1
    gap: float = 0.0  # between paragraphs
    ragged: bool = False  # as a typewriter

    @property
    def measure(self) -> float:
        return self.page_width - self.left - self.right


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text on one baseline."""

    x: float
    y: float
    text: str
    font: str
    size: float
    tracking: float = 0.0  # added after each letter


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure or a rule in a rectangle: left, top, width, height."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class PageLayout:
    """One page ready to draw, and what is printed on it."""

    width: int
    height: int
    runs: list[Run] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    truth: list[str] = field(default_factory=list)
    folio: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.truth) + "\n" if self.truth else ""


@dataclass(slots=True)
class Slug:
    """A line waiting for its place: runs relative to the left margin and its own baseline."""

    height: float
    runs: list[Run]
    truth: str
    keep: bool = False  # stays with the next slug
    notes: list[list[Slug]] = field(default_factory=list)
    drawing: Drawing | None = None


# --- lines ----------------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def fragments(word: str) -> tuple[str, ...]:
    """A word cut where French allows it: at its own hyphens, else by syllables.

    Two letters at least before the cut and three after, never before a mute syllable of few
    letters, never after an apostrophe.
    """
    if "-" in word.strip("-—"):
        parts = re.findall(r"[^-]+-?", word)
        return tuple(parts) if min(len(p) for p in parts) > 2 else (word,)
    found = re.fullmatch(r"(\W*(?:\w{1,2}’)?)([^\W\d_]+)(\W*)", word)
    if not found or len(found[2]) < 6 or found[2].isupper():
        return (word,)
    before, core, after = found.groups()
    cuts = [at for at in _pyphen().positions(core) if 2 <= at <= len(core) - 3]
    cuts = [at for at in cuts if not re.fullmatch(r"[^aeiouyàâéèêëîïôûù]+e[sx]?", core[at:])]
    edges = [0, *cuts, len(core)]
    pieces = [core[a:b] for a, b in pairwise(edges)]
    return (before + pieces[0], *pieces[1:-1], pieces[-1] + after) if len(pieces) > 1 else (word,)


@lru_cache(maxsize=1)
def _pyphen():  # type: ignore[no-untyped-def]
    import pyphen

    return pyphen.Pyphen(lang="fr_FR", left=2, right=3)


def break_lines(
    text: str, font: str, size: float, measure: float, *, indent: float = 0.0
) -> list[tuple[list[str], bool]]:
    """Words of each line of a paragraph, and whether the line is its last.

    Returns:
        Lines as lists of words (a hyphen added where a word is cut), the least bad together.
    """
    words = [fragments(w) for w in text.split(" ") if w]
    points = [(i, j) for i, w in enumerate(words) for j in range(len(w))] + [(len(words), 0)]
    best: dict[int, tuple[float, int]] = {0: (0.0, -1)}
    for end in range(1, len(points)):
        for start in range(end - 1, -1, -1):
            line = _line_words(words, points[start], points[end])
            room = measure - (indent if start == 0 else 0.0)
            natural = sum(width(w, font, size) for w in line)
            if natural + 0.16 * size * (len(line) - 1) > room:
                break
            if start not in best:
                continue
            cost = best[start][0] + _badness(line, natural, room, size, end == len(points) - 1)
            if points[start][1] and points[end][1]:
                cost += 8.0  # two hyphens running
            if end not in best or cost < best[end][0]:
                best[end] = (cost, start)
    return _unwind(words, points, best)


def fill_lines(
    text: str, font: str, size: float, measure: float, *, indent: float = 0.0
) -> list[tuple[list[str], bool]]:
    """As a typewriter: as many whole words as the line holds."""
    lines: list[list[str]] = [[]]
    for word in text.replace("\u00a0", " ").split(" "):
        if lines[-1] and width(" ".join([*lines[-1], word]), font, size) > measure - indent:
            lines.append([])
        lines[-1].append(word)
    return [(line, number == len(lines) - 1) for number, line in enumerate(lines)]


def _badness(line: list[str], natural: float, room: float, size: float, last: bool) -> float:
    gaps = len(line) - 1
    cost = 2.5 if line[-1].endswith(HYPHEN) else 0.0
    if last:
        return cost + (6.0 if natural < 0.12 * room else 0.0)
    if not gaps:
        return cost + 500.0 * (1 - natural / room)
    space = (room - natural) / gaps / size
    ratio = (space - 0.30) / (0.30 if space > 0.30 else 0.12)
    return cost + 0.2 + abs(ratio) ** 3 * 3


def _line_words(words: list[tuple[str, ...]], a: tuple[int, int], b: tuple[int, int]) -> list[str]:
    if a[0] == b[0]:
        line = ["".join(words[a[0]][a[1] : b[1]])]
    else:
        line = ["".join(words[a[0]][a[1] :])]
        line += ["".join(w) for w in words[a[0] + 1 : b[0]]]
        if b[1]:
            line.append("".join(words[b[0]][: b[1]]))
    if b[1] and not line[-1].endswith(HYPHEN):
        line[-1] += HYPHEN
    return line


def _unwind(
    words: list[tuple[str, ...]], points: list[tuple[int, int]], best: dict[int, tuple[float, int]]
) -> list[tuple[list[str], bool]]:
    end, lines = len(points) - 1, []
    if end not in best:
        raise ValueError(f"a word is wider than the line: {max(map(''.join, words), key=len)!r}")
    while end > 0:
        start = best[end][1]
        lines.append((_line_words(words, points[start], points[end]), end == len(points) - 1))
        end = start
    return lines[::-1]


def paragraph(
    text: str,
    style: Style,
    *,
    size: float | None = None,
    leading: float | None = None,
    indent: float | None = None,
) -> list[Slug]:
    """A justified paragraph as slugs; the marks ``[^k]`` become « (k) » in superior figures."""
    size, font = size or style.size, style.family
    indent = style.indent if indent is None else indent
    text = re.sub(r"\[\^(\w+)\]", lambda m: f"\u00a0({_superior(m[1])})", text)
    slugs = []
    lines = (fill_lines if style.ragged else break_lines)(
        text, font, size, style.measure, indent=indent
    )
    for number, (line, last) in enumerate(lines):
        x = indent if number == 0 else 0.0
        natural = sum(width(w, font, size) for w in line)
        space = 0.30 * size
        if not last and len(line) > 1 and not style.ragged:
            space = (style.measure - x - natural) / (len(line) - 1)
        elif len(line) > 1:
            space = (
                width(" ", font, size)
                if style.ragged
                else min(space, (style.measure - x - natural) / (len(line) - 1))
            )
        runs = []
        for word in line:
            runs.append(Run(x, 0.0, word, font, size))
            x += width(word, font, size) + space
        slugs.append(Slug(leading or style.leading, runs, plain(" ".join(line))))
    if len(slugs) > 1:  # no widow, no orphan
        slugs[0].keep = True
        slugs[-2].keep = True
    return slugs


def _superior(mark: str) -> str:
    return mark.translate(str.maketrans("123456789", "¹²³⁴⁵⁶⁷⁸⁹"))


def plain(text: str) -> str:
    """What is printed, with ordinary blanks."""
    return text.replace("\u00a0", " ").strip()


def centred(
    text: str,
    style: Style,
    font: str,
    size: float,
    height: float,
    *,
    tracking: float = 0.0,
    keep: bool = True,
) -> Slug:
    """A centred line."""
    wide = width(text, font, size) + tracking * max(0, len(text) - 1)
    run = Run((style.measure - wide) / 2, 0.0, text, font, size, tracking)
    return Slug(height, [run], plain(text), keep)


def centred_lines(
    text: str, style: Style, font: str, size: float, height: float, *, measure: float | None = None
) -> list[Slug]:
    """A centred text of one or more lines of about the same length, words never cut."""
    room = measure or style.measure * 0.94
    count = len(_filled(text, font, size, room))
    goal = width(text, font, size) / count
    while goal < room and len(_filled(text, font, size, goal)) > count:
        goal += 4
    lines = _filled(text, font, size, min(goal, room))
    return [centred(line, style, font, size, height) for line in lines]


def _filled(text: str, font: str, size: float, room: float) -> list[str]:
    """Whole words, as many as each line holds."""
    lines, current = [], ""
    for word in text.split(" "):
        longer = f"{current} {word}".strip()
        if current and width(longer, font, size) > room:
            lines.append(current)
            longer = word
        current = longer
    return [*lines, current]


def leader_rows(
    left: str,
    right: str,
    style: Style,
    *,
    indent: float = 0.0,
    inset: float = 0.0,
    size: float | None = None,
    leading: float | None = None,
) -> list[Slug]:
    """« left ........ right », dots aligned on one grid for all rows, as printers do.

    What is too long for one line begins on a line of its own.
    """
    size, font = size or style.size, style.family
    room = style.measure - indent - inset - width(right, font, size) - 1.6 * size
    words, first = left.split(" "), []
    while words and width(" ".join([*first, words[0]]), font, size) <= room:
        first.append(words.pop(0))
    if not words:
        return [_leader_row(left, right, style, indent, inset, size, leading)]
    top = Slug(
        leading or style.leading,
        [Run(indent, 0.0, " ".join(first), font, size)],
        plain(" ".join(first)),
        keep=True,
    )
    rest = " ".join(words)
    return [top, _leader_row(rest, right, style, indent + size, inset, size, leading)]


def _leader_row(
    left: str,
    right: str,
    style: Style,
    indent: float,
    inset: float,
    size: float,
    leading: float | None,
) -> Slug:
    font = style.family
    step = 0.36 * size
    end = style.measure - inset - width(right, font, size)
    start = indent + width(left, font, size) + 0.15 * size
    runs = [Run(indent, 0.0, left, font, size), Run(end, 0.0, right, font, size)]
    first = int(start / step) + 1
    places = [k * step for k in range(first, int((end - 0.2 * size) / step))]
    runs[1:1] = [Run(x, 0.0, ".", font, size) for x in places]
    truth = f"{plain(left)} {'.' * len(places)} {plain(right)}"
    return Slug(leading or style.leading, runs, truth, keep=True)


# --- pages ----------------------------------------------------------------------------------------


class Paginator:
    """Fills pages with slugs; footnotes go to the foot of the page that calls them."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.pages: list[PageLayout] = []
        self.heads: dict[int, str] = {}
        self.head = style.head
        self._page: PageLayout | None = None
        self._y = 0.0
        self._notes: list[list[Slug]] = []
        self._opening = False

    def new_page(self, *, opening: bool = False) -> None:
        """End the page; an opening page has its folio only at the foot, and no head."""
        self._finish()
        self._page = PageLayout(self.style.page_width, self.style.page_height)
        self._page.folio = self.style.first_folio + len(self.pages)
        self.pages.append(self._page)
        self._y, self._notes, self._opening = float(self.style.top), [], opening
        if not opening:
            self._head()

    def space(self, height: float) -> None:
        """Blank height, none at the head of a page."""
        if self._page and self._y > self.style.top + 1:
            self._y += height

    def add(self, slugs: Iterable[Slug]) -> None:
        """Place slugs, those kept together on one page."""
        group: list[Slug] = []
        for slug in slugs:
            group.append(slug)
            if not slug.keep:
                self._place(group)
                group = []
        if group:
            self._place(group)

    def finish(self) -> list[PageLayout]:
        self._finish()
        self._page = None
        return self.pages

    def _place(self, group: Sequence[Slug]) -> None:
        notes = [n for slug in group for n in slug.notes]
        needed = sum(s.height for s in group) + _foot(self._notes + notes)
        if self._page is None or self._y + needed > self.style.page_height - self.style.bottom:
            self.new_page()
        page = self._page
        assert page is not None
        for slug in group:
            self._y += slug.height
            _put(page, slug, self.style.left, self._y)
        self._notes += notes

    def _finish(self) -> None:
        if self._page is None:
            return
        if self._notes:
            self._foot_notes(self._page)
        if self._opening and self.style.folios != "none":
            self._bottom_folio(self._page)

    def _foot_notes(self, page: PageLayout) -> None:
        y = self.style.page_height - self.style.bottom - _foot(self._notes) + 14
        page.drawings.append(Drawing("rule", self.style.left, y, self.style.measure * 0.3, 1.4))
        y += 8
        for note in self._notes:
            for slug in note:
                y += slug.height
                _put(page, slug, self.style.left, y)

    def _head(self) -> None:
        style, page = self.style, self._page
        assert page is not None
        if style.folios == "none":
            return
        size, y = style.size * 0.72, style.top - style.leading * 0.75
        folio = str(page.folio)
        if style.folios == "centre":
            text = f"— {folio} —"
            wide = width(text, style.family, style.size)
            run = Run(style.left + (style.measure - wide) / 2, y, text, style.family, style.size)
            page.runs.append(run)
            page.truth.append(text)
            return
        head = self.head.upper()
        tracking = size * 0.06
        wide = width(head, style.family, size) + tracking * (len(head) - 1)
        middle = Run(style.left + (style.measure - wide) / 2, y, head, style.family, size, tracking)
        even = page.folio % 2 == 0
        end = style.left + style.measure - width(folio, style.family, style.size * 0.9)
        corner = Run(style.left if even else end, y, folio, style.family, style.size * 0.9)
        page.runs += [corner, middle] if even else [middle, corner]
        page.truth.append(plain(f"{folio} {head}" if even else f"{head} {folio}"))

    def _bottom_folio(self, page: PageLayout) -> None:
        style = self.style
        text = str(page.folio)
        x = style.left + (style.measure - width(text, style.family, style.size * 0.85)) / 2
        y = style.page_height - style.bottom + 38
        page.runs.append(Run(x, y, text, style.family, style.size * 0.85))
        page.truth.append(text)


def _foot(notes: list[list[Slug]]) -> float:
    return sum(s.height for note in notes for s in note) + 30.0 if notes else 0.0


def _put(page: PageLayout, slug: Slug, left: float, y: float) -> None:
    for run in slug.runs:
        page.runs.append(Run(left + run.x, y + run.y, run.text, run.font, run.size, run.tracking))
    if slug.drawing:
        d = slug.drawing
        page.drawings.append(Drawing(d.name, left + d.x, y + d.y, d.width, d.height))
    if slug.truth:
        page.truth.append(slug.truth)


# --- blocks ---------------------------------------------------------------------------------------


def set_blocks(blocks: Sequence[Block], style: Style, paginator: Paginator) -> None:
    """Typeset the body of a text."""
    for number, block in enumerate(blocks):
        if block.kind == "paragraph":
            paginator.space(style.gap)
            paginator.add(_with_notes(block, style))
        elif block.kind == "row":
            first = number == 0 or blocks[number - 1].kind != "row"
            last = number + 1 == len(blocks) or blocks[number + 1].kind != "row"
            if first:
                paginator.add(_rows(blocks, number, style))
            if last:
                paginator.space(style.leading * 0.4)
        elif block.kind == "figure":
            paginator.space(style.leading * 0.4)
            paginator.add(_figure(block, style))
            paginator.space(style.leading * 0.4)
        elif block.kind == "heading":
            paginator.space(style.leading * 0.6)
            font = f"{style.family}-bold"
            paginator.add(
                [
                    *centred_lines(
                        block.text, style, font, style.heading_size, style.heading_size * 1.25
                    ),
                    *_gap(8),
                ]
            )
        elif block.kind == "break":
            paginator.space(style.leading * 0.6)


def _gap(height: float) -> list[Slug]:
    return [Slug(height, [], "", keep=True)]


def _with_notes(block: Block, style: Style) -> list[Slug]:
    slugs = paragraph(block.text, style)
    for key, text in block.notes.items():
        mark = f"({_superior(key)})"
        note = paragraph(
            f"{mark}\u00a0{text}", style, size=style.note_size, leading=style.note_size * 1.16
        )
        next(s for s in slugs if mark in s.truth).notes.append(note)
    return slugs


def _rows(blocks: Sequence[Block], start: int, style: Style) -> list[Slug]:
    rows: list[Slug] = []
    for block in blocks[start:]:
        if block.kind != "row":
            break
        rows += leader_rows(block.text, block.value, style, indent=style.indent, inset=style.indent)
    rows[-1].keep = False
    return [*_gap(style.leading * 0.35), *rows]


def _figure(block: Block, style: Style) -> list[Slug]:
    wide, high = style.measure * 0.82, style.measure * 0.46
    drawing = Drawing(block.value, (style.measure - wide) / 2, -high, wide, high)
    caption = centred_lines(
        block.text, style, f"{style.family}-italic", style.size * 0.84, style.leading * 0.95
    )
    caption[-1].keep = False
    return [Slug(high, [], "", keep=True, drawing=drawing), *_gap(6), *caption]

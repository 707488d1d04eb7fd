"""What each printed line is for, judged over a whole document at once.

Running heads repeat from page to page, at the top; page numbers grow; headings are short, centred,
in capitals or larger; footnotes stand at the bottom behind a mark. Nothing here changes a word.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from rag.french.analysis import fold
from rag.layout.order import box_of
from rag.records import Box, Line, Page, Role

FOLIO: Final = re.compile(
    r"[\s\-–—_.·(\[←→=~]*(?:\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7})[\s\-–—_.·)\]*←→=~]*"
)
# « TRUTAT. Dix leçons. 16 »
SIGNATURE: Final = re.compile(r"[A-ZÀ-Ý]{3,}\.?[\s—–-].{3,40}\s\d{1,2}\.?")
HEAD_NUMBERED: Final = re.compile(r"(?:\d[\dOolI]{0,3}\s+(.+)|(.+?)[\s.,]+[\dJI][\dOolI]{0,3})\.?")
CAPTION: Final = re.compile(r"(?:Fig(?:ure)?|FIG|Pl(?:anche)?|PL|Tableau|Photo)s?\.?\s*[\dIVX]+\b")
CAPTION_ALONE: Final = re.compile(r"(?:Fig|FIG|Pl)\.?\s*\d+\s*[.)]?")
NOTE: Final = re.compile(r"(?:\(\s?(?:\d{1,2}|[¹²³*†a-d])\s?\)|[¹²³*†])\s*\S")
ITEM: Final = re.compile(
    r"(?:[-–•▪‣*]\s+\S|—\s+[a-zà-ÿ]|\d{1,2}\s?[°º\"”).]\s*[A-ZÀ-Ýa-zà-ÿ«]|[a-h]\)\s)"
)
ENDS_IN_NUMBER: Final = re.compile(r"\S.*?[\s.…]\s*(?:\d{1,4}|[ivxlc]{1,6})\.?\s*$")
LEADERS: Final = re.compile(r"(?:\.\s?){3,}|…|(?:·\s?){3,}|_{3,}")
ROW: Final = re.compile(
    r".{1,60}?[\s.…]\s*\d[\d,./½¼¾]*(?:\s?(?:à|-)\s?\d[\d,.]*)?"
    r"\s*(?:»|\"|”|y|cc|c\.c\.|gr?\.?|grammes?|centigrammes?|litres?|centimètres? cubes?|ml|l|cm|"
    r"mm|parties?|gouttes?|fr\.?|%|min\.?|s)?\.?\s*(?:»|\"|”)?"
)
REACH: Final = 8  # a running head is looked for this many pages before and after


@dataclass(slots=True)
class _Row:
    """A line while it is being judged."""

    first: int
    last: int
    text: str
    box: Box
    height: float
    widest_gap: float  # between two words, in line heights
    top: bool = False  # nothing stands above it
    bottom: bool = False
    role: Role = Role.BODY

    @property
    def key(self) -> str:
        return re.sub(r"[^a-z]+", "", fold(self.text))


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is usual on one page (or column), in pixels."""

    left: float
    right: float
    height: float
    pitch: float  # from one line to the next

    @property
    def width(self) -> float:
        return max(1.0, self.right - self.left)


def classify(pages: Sequence[Page]) -> list[tuple[Line, ...]]:
    """Tell what every line of a document is for.

    Args:
        pages: of one document, arranged, by increasing index; gaps are allowed.

    Returns:
        For each page its lines, parallel to ``line_starts``; ``block`` counts from 0 per page.
    """
    book = [_rows(page) for page in pages]
    _mark_heads(pages, book)
    out = []
    for page, rows in zip(pages, book, strict=True):
        columns = _columns(rows)
        for column in columns:
            _mark_body(page, column)
        out.append(_blocks(rows, columns))
    return out


def _rows(page: Page) -> list[_Row]:
    rows, at = list[_Row](), 0
    if not page.words:
        return rows
    for words in page.lines:
        height = median(w.box.height for w in words)
        gaps = [b.box.left - a.box.right for a, b in itertools.pairwise(words)]
        rows.append(
            _Row(
                at,
                at + len(words),
                " ".join(w.text for w in words),
                box_of(words),
                height,
                max(gaps, default=0) / max(1.0, height),
            )
        )
        at += len(words)
    for row in rows:
        row.top = not any(_above(o, row) for o in rows if o is not row)
        row.bottom = not any(_above(row, o) for o in rows if o is not row)
    return rows


def _above(a: _Row, b: _Row) -> bool:
    """Whether ``a`` stands above ``b``, over at least a part of its width."""
    across = min(a.box.right, b.box.right) - max(a.box.left, b.box.left)
    return a.box.bottom <= b.box.top + 0.4 * min(a.height, b.height) and across > 0


# --- running heads and folios ---------------------------------------------------------------------


def _mark_heads(pages: Sequence[Page], book: list[list[_Row]]) -> None:
    from rapidfuzz.fuzz import ratio

    heads = [[row for row in rows if row.top and len(row.key) >= 4] for rows in book]
    for at, (page, rows) in enumerate(zip(pages, book, strict=True)):
        near = [
            other.key
            for i in range(max(0, at - REACH), min(len(book), at + REACH + 1))
            if i != at
            for other in heads[i]
        ]
        for row in rows:
            row.role = _edge_role(page, rows, row)
            if row.role is Role.BODY and row in heads[at] and len(rows) > 3:
                numbered = HEAD_NUMBERED.fullmatch(row.text.strip())
                alike = sum(ratio(row.key, key) >= 80 for key in near)
                high = row.box.top < 0.25 * page.height_px
                if high and (alike >= 2 or (alike and numbered) or _is_numbered_head(row)):
                    row.role = Role.HEAD


def _edge_role(page: Page, rows: Sequence[_Row], row: _Row) -> Role:
    """A page number at the top or bottom; a signature mark (« 9 ») under the last line."""
    middle = (row.box.top + row.box.bottom) / 2 / page.height_px
    if row.bottom and middle > 0.75 and len(rows) > 8 and SIGNATURE.fullmatch(row.text.strip()):
        return Role.BODY if LEADERS.search(row.text) else Role.FOLIO
    if not (row.top or row.bottom) or not FOLIO.fullmatch(row.text) or len(rows) < 3:
        return Role.BODY
    return Role.FOLIO if middle < 0.25 or middle > 0.6 else Role.BODY


def _is_numbered_head(row: _Row) -> bool:
    """« 28 DEUXIÈME LEÇON. » or « PROCÉDÉS MODERNES. 97 »: capitals beside a page number."""
    match = HEAD_NUMBERED.fullmatch(row.text.strip())
    if not match or LEADERS.search(row.text):
        return False
    return _is_capitals(match[1] or match[2])


def _is_capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 3 and sum(c.isupper() for c in letters) >= 0.8 * len(letters)


# --- the rest of the page -------------------------------------------------------------------------


def _columns(rows: list[_Row]) -> list[list[_Row]]:
    """Runs of lines in reading order; a new one begins where the eye jumps back up."""
    columns: list[list[_Row]] = [[]]
    if not rows:
        return []
    for row in rows:
        last = columns[-1][-1] if columns[-1] else None
        if last and row.box.bottom < last.box.top - 2 * last.height:
            columns.append([])
        columns[-1].append(row)
    return columns


def _measure(rows: Sequence[_Row]) -> _Measure:
    text = [r for r in rows if r.role not in (Role.HEAD, Role.FOLIO)] or list(rows)
    wide = max(r.box.width for r in text)
    full = [r for r in text if r.box.width >= 0.7 * wide] or text
    tops = [r.box.top for r in text]
    steps = [b - a for a, b in itertools.pairwise(tops) if b > a]
    height = median(r.height for r in full)
    return _Measure(
        median(r.box.left for r in full),
        median(r.box.right for r in full),
        height,
        median(steps) if steps else 1.5 * height,
    )


def _mark_body(page: Page, rows: list[_Row]) -> None:
    text = [r for r in rows if r.role is Role.BODY]
    if not text:
        return
    usual = _measure(rows)
    contents = _is_contents(text)
    for i, row in enumerate(text):
        row.role = _role(row, text[i - 1] if i else None, usual, contents)
    _mark_rows(text)
    _mark_notes(page, text, usual)


def _is_contents(rows: Sequence[_Row]) -> bool:
    """A table of contents: many entries end in a number, and the numbers grow."""
    numbers = [int(m[1]) for r in rows if (m := re.search(r"\s(\d{1,4})\.?\s*$", r.text))]
    if len(numbers) < 5 or len(numbers) < 0.4 * len(rows):
        return False
    titled = any(fold(r.text).startswith(("table", "pages", "sommaire")) for r in rows)
    rising = sum(b >= a for a, b in itertools.pairwise(numbers))
    return rising >= (0.6 if titled else 0.75) * (len(numbers) - 1)


def _role(row: _Row, above: _Row | None, usual: _Measure, contents: bool) -> Role:
    text = row.text.strip()
    if ENDS_IN_NUMBER.fullmatch(text) and (contents or _has_leader_entry(text)):
        return Role.TOC
    if CAPTION.match(text) and (
        CAPTION_ALONE.fullmatch(text) or "—" in text[:14] or _is_inset(row, usual)
    ):
        return Role.CAPTION
    if _is_heading(row, above, usual):
        return Role.HEADING
    if contents and _is_capitals(text):
        return Role.TOC
    if ITEM.match(text):
        return Role.LIST
    return Role.BODY


def _has_leader_entry(text: str) -> bool:
    """« Fixage .......... 45 », but not « Eau ...... 100 centimètres cubes »."""
    return bool(re.search(r"(?:(?:\.\s?){4,}|…{2,})\s*\d{1,4}\.?\s*$", text)) and not re.search(
        r"\d,\d", text
    )


def _is_inset(row: _Row, usual: _Measure) -> bool:
    """Both ends are well inside the column, about as far as each other."""
    left, right = row.box.left - usual.left, usual.right - row.box.right
    return min(left, right) > 0.06 * usual.width and abs(left - right) < 0.16 * usual.width


def _is_heading(row: _Row, above: _Row | None, usual: _Measure) -> bool:
    text = row.text.strip()
    letters = sum(c.isalpha() for c in text)
    if letters < 3 or text[-1] in ",;:-" or len(text) > 120 or row.widest_gap > 4:
        return False
    first = next(c for c in text if c.isalpha())
    if first.islower():
        return False
    capitals = _is_capitals(text)
    apart = above is None or row.box.top - above.box.bottom > 0.9 * usual.height
    if capitals and letters >= 5 and not re.search(r"\d[,.]\d|»\s*$", text):
        return row.box.width < 0.95 * usual.width or apart
    larger = row.height > 1.25 * usual.height
    return _is_inset(row, usual) and (larger or (apart and not NOTE.match(text) and len(text) < 70))


def _mark_rows(rows: list[_Row]) -> None:
    """Rows of a table: two or more together, or one with leader dots or a wide blank."""
    looks = [_looks_like_row(r) for r in rows]
    for i, row in enumerate(rows):
        if row.role not in (Role.BODY, Role.LIST) or not looks[i]:
            continue
        beside = (i > 0 and looks[i - 1]) or (i + 1 < len(rows) and looks[i + 1])
        if beside or LEADERS.search(row.text) or row.widest_gap > 4:
            row.role = Role.TABLE


def _looks_like_row(row: _Row) -> bool:
    text = row.text.strip()
    sparse = row.widest_gap > 1.8 or bool(LEADERS.search(text))
    cells = len(re.findall(r"\d+(?:[,.]\d+)?\s?½?\s?[×x]\s?\d+", text)) >= 2
    return cells or (sparse and ROW.fullmatch(text) is not None)


def _mark_notes(page: Page, rows: list[_Row], usual: _Measure) -> None:
    """Footnotes: from the first mark in the lower half to the bottom of the column."""
    for i, row in enumerate(rows):
        low = row.box.top > 0.5 * page.height_px
        if low and NOTE.match(row.text.strip()) and row.role in (Role.BODY, Role.LIST):
            apart = i == 0 or row.box.top - rows[i - 1].box.top > 1.25 * usual.pitch
            small = median(r.height for r in rows[i:]) < 0.95 * usual.height
            if apart or small or len(rows) - i <= 6:
                for note in rows[i:]:
                    if note.role in (Role.BODY, Role.LIST, Role.CAPTION):
                        note.role = Role.FOOTNOTE
                return


# --- paragraphs -----------------------------------------------------------------------------------


def _blocks(rows: list[_Row], columns: list[list[_Row]]) -> tuple[Line, ...]:
    lines: list[Line] = []
    block = -1
    for column in columns:
        usual = _measure(column)
        before: _Row | None = None
        for i, row in enumerate(column):
            if before is None or _begins(before, row, usual, _left_near(column, i)):
                block += 1
            lines.append(Line(row.first, row.last, row.box, row.role, block))
            before = row
    return tuple(lines)


def _left_near(column: Sequence[_Row], i: int) -> float:
    """The left edge of the lines around this one: a page may be slanted."""
    near = sorted(r.box.left for r in column[max(0, i - 4) : i + 5] if r.role is column[i].role)
    return near[len(near) // 3]


def _begins(before: _Row, row: _Row, usual: _Measure, left: float) -> bool:
    """Whether a paragraph (item, row, caption) begins here."""
    if row.role is not before.role:
        return not (before.role is Role.LIST and row.role is Role.BODY and _hangs(before, row))
    if row.role in (Role.TABLE, Role.FOLIO, Role.HEAD, Role.LIST):
        return True
    gap = row.box.top - before.box.top > 1.6 * usual.pitch
    if row.role is Role.TOC:
        return ENDS_IN_NUMBER.fullmatch(before.text.strip()) is not None
    if row.role is Role.HEADING:  # set larger than the text, its lines stand further apart
        return row.box.top - before.box.bottom > min(row.height, before.height)
    if row.role is Role.CAPTION:
        return gap or bool(CAPTION.match(row.text))
    if row.role is Role.FOOTNOTE:
        return bool(NOTE.match(row.text.strip()))
    if gap:
        return True
    indented = row.box.left - left > 0.7 * usual.height
    short = usual.right - before.box.right > 0.1 * usual.width
    ended = before.text.rstrip().endswith((".", "!", "?", ":", "»", ";"))
    return (indented and not row.text[:1].islower()) or (short and ended)


def _hangs(item: _Row, row: _Row) -> bool:
    """The second line of a list item: right under it, not indented less than the item's mark."""
    return row.box.top - item.box.bottom < 0.8 * item.height and (
        row.text[:1].islower() or not item.text.rstrip().endswith((".", ";"))
    )

"""A chunk's text → units of quotation: whole sentences, rows, and formulas with their sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.french.sentences import sentences
from rag.records import Chunk

FORMULA = 700  # characters: a longer table is quoted by rows
KEPT = 512  # passages whose units are remembered

_BULLET = re.compile(r"^(?:[-*+•–—]\s+)+")
_REST = re.compile(r"^\W*[a-zà-ÿ]")  # begins in the middle of a sentence
_LEANS = re.compile(  # leans on the sentence before
    r"^(?:mais |or,? |et |puis,? )?(?:voilà |d['’]où |ils?\b|elles?\b|celui-|celle-|ceux-|"
    r"celles-|ceci|cela|"
    r"ce dernier|cette dernière|ces dernier|en effet|c['’]est|ce sont|l[ea] premi|l[ea] second|"
    r"l['’]une? |l['’]autre |on l[ea]s? |on l['’]|on y |on en |dans ce cas|de là|aussi,? |"
    r"ainsi,? |par conséquent|ce |cet |cette |ces |son |sa |ses |leurs? |alors)",
    re.IGNORECASE,
)
_IMPERSONAL = re.compile(r"^il (?:faut|est|y a|suffit|convient|existe|va|vaut|s['’]agit)\b", re.I)
_WHOLE = re.compile(r"[.!?…:;][»\")\]’']*$")


@dataclass(frozen=True, slots=True)
class Unit:
    """``text[start:end]`` of a chunk, never quoted in part."""

    start: int
    end: int
    text: str
    row: bool  # a line of a table, a list or a formula
    formula: bool = False  # a sentence that ends with a colon, and the rows it announces

    @property
    def whole(self) -> bool:
        """False for what a page break or a bad reading cut short."""
        if self.row or self.formula:
            return True
        if self.text.upper() == self.text:
            return False  # a heading brought inside
        return not self.rest and self.ends

    @property
    def rest(self) -> bool:
        """True for the end of a sentence that began elsewhere."""
        return bool(_REST.match(self.text))

    @property
    def ends(self) -> bool:
        """False for the beginning of a sentence that ends elsewhere."""
        return bool(_WHOLE.search(self.text))

    @property
    def leans(self) -> bool:
        """True for a sentence that cannot be understood without the one before."""
        return bool(_LEANS.match(self.text)) and not _IMPERSONAL.match(self.text)


def units_of(chunk: Chunk) -> list[Unit]:
    """The units of a chunk, by start; together they hold all its words."""
    return list(units_in(chunk.text, chunk.kind))


@lru_cache(maxsize=KEPT)
def units_in(text: str, kind: str) -> tuple[Unit, ...]:
    """The same of the text of a chunk of some kind, remembered."""
    units: list[Unit] = []
    for line in re.finditer(r"[^\n]+", text):
        spans = sentences(line.group())
        row = _is_row(text, kind, line.start(), line.end())
        if row or not spans:
            spans = [(0, len(line.group()))]
        for first, last in spans:
            start, end = line.start() + first, line.start() + last
            told = text[start:end]
            if mark := _BULLET.match(told):
                start += mark.end()
            if told := text[start:end].strip():
                units.append(Unit(start, end, told, row))
    return tuple(_announced(text, units))


def _is_row(text: str, kind: str, start: int, end: int) -> bool:
    """Rows and items follow each other line by line; a paragraph has a blank line before it."""
    if start:
        return text[start - 2 : start] != "\n\n"
    opens = kind in ("table", "list", "metadata")
    return opens and text[end - 1] != ":"


def _announced(whole: str, units: Sequence[Unit]) -> list[Unit]:
    """Join a sentence that ends with a colon to what it announces, within reason."""
    out: list[Unit] = []
    n = 0
    while n < len(units):
        unit, last = units[n], n
        if unit.text.endswith(":") and not unit.row:
            while last + 1 < len(units) and units[last + 1].row:
                last += 1
            if last == n and n + 1 < len(units):
                last += 1  # what follows is prose: one sentence of it
            if units[last].end - unit.start > FORMULA:
                last = n
        if last > n:
            end = units[last].end
            text = whole[unit.start : end]
            unit = replace(unit, end=end, text=text, formula=True)
        out.append(unit)
        n = last + 1
    return out

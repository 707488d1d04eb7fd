"""What was read beside what the corrected page says, word by word: what a person compares."""

from __future__ import annotations

from dataclasses import dataclass

from rag.correct.page import word_starts
from rag.records import CorrectedPage, Edit, Line


@dataclass(frozen=True, slots=True)
class Spot:
    """``words[first:last]`` of one printed line: several only where an edit ties them."""

    first: int
    last: int
    read: str  # joined by blanks
    shown: str  # corrected; a hyphen at the end of a line stays, "" for a speck taken away
    rules: tuple[str, ...]  # of the edits that changed it, in order, each once
    cut: bool  # its end-of-line hyphen goes, and the next line's first word is its other half
    confidence: float  # 0..1, of its least certain word


def spots(done: CorrectedPage) -> tuple[tuple[Spot, ...], ...]:
    """The spots of each printed line, in reading order; parallel to ``done.lines``."""
    starts, text = word_starts(done.page), done.page.text
    return tuple(_of_line(done, line, starts, text) for line in done.lines)


def _of_line(done: CorrectedPage, line: Line, starts: list[int], text: str) -> tuple[Spot, ...]:
    words = done.page.words
    begin, end = starts[line.first], starts[line.last - 1] + len(words[line.last - 1].text)
    near = [e for e in done.edits if e.start <= end and e.end >= begin]
    found, first = [], line.first
    for last in range(line.first + 1, line.last + 1):
        if last < line.last and _tied(near, starts[last] - 1):
            continue
        end = starts[last - 1] + len(words[last - 1].text)
        shown, rules, cut = _mended(text, starts[first], end, near)
        surely = min(word.confidence for word in words[first:last])
        read = text[starts[first] : end]
        found.append(Spot(first, last, read, shown, rules, cut, surely))
        first = last
    return tuple(found)


def _tied(edits: list[Edit], blank: int) -> bool:
    """Whether one edit holds the blank between two words."""
    return any(e.start <= blank < e.end for e in edits)


def _mended(text: str, start: int, end: int, near: list[Edit]) -> tuple[str, tuple[str, ...], bool]:
    """``text[start:end]`` with its edits made, their rules, and whether a hyphen goes."""
    at, parts, cut = start, [], False
    rules: list[str] = []
    for edit in near:
        inserted = edit.start == edit.end and start <= edit.start <= end
        if not inserted and not (edit.start < end and edit.end > start):
            continue
        if edit.rule == "hyphen":
            cut = True
            continue
        parts += [text[at : max(at, edit.start)], edit.after if edit.start >= start else ""]
        at = max(at, min(edit.end, end))
        rules += [edit.rule] if edit.rule not in rules else []
    return "".join(parts) + text[at:end], tuple(rules), cut

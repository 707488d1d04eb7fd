"""Pages made of text, as an engine would have read it without a mistake of its own."""

from __future__ import annotations

from rag.records import Box, Page, Word

LETTER_PX, LINE_PX = 9, 25


def page_of(text: str, *, confidence: float = 0.9, left: int = 80) -> Page:
    words: list[Word] = []
    starts: list[int] = []
    for row, line in enumerate(line for line in text.split("\n") if line.strip()):
        starts.append(len(words))
        x = left + LETTER_PX * (len(line) - len(line.lstrip()))
        for part in line.split():
            right = x + LETTER_PX * len(part)
            box = Box(x, 100 + row * LINE_PX, right, 118 + row * LINE_PX)
            words.append(Word(part, box, confidence))
            x = right + LETTER_PX
    return Page("0" * 64, 0, 676, 1070, 144, tuple(words), tuple(starts), "test")

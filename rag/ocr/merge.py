"""Two readings of each line made into one: PP-OCR leads, Tesseract mends what is no word.

Tokens are aligned; where the readings differ, the French lexicon decides: Tesseract's word is taken
only when it is a word and PP-OCR's is not. Votes by confidence gained nothing when measured. A word
on which both agree gets the higher of its two confidences: agreement is the better signal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from rag.errors import BlankPage
from rag.ocr.leaders import erase_leaders
from rag.ocr.lines import group_lines
from rag.ocr.paddle import TEXT_SCORE, Paddle
from rag.ocr.pixels import check_not_uniform, open_page
from rag.ocr.tesseract import Tesseract
from rag.records import Page, Word

Knows = Callable[[str], bool]

EDGES = ".,;:!?()[]«»\"“”*-—–'’"
SAME = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "œ": "oe", "æ": "ae"})


def merge_words(first: Sequence[Word], second: Sequence[Word], knows: Knows) -> tuple[Word, ...]:
    """Merge two readings of one line.

    Args:
        first: the reading that leads.
        second: the reading that mends.
        knows: the lexicon's judgement on a bare word.

    Returns:
        Words of either reading, left to right; their boxes come with them.
    """
    ours, theirs = ([w.text.translate(SAME) for w in words] for words in (first, second))
    merged: list[Word] = []
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            for mine, other in zip(first[a:b], second[c:d], strict=True):
                merged.append(replace(mine, confidence=max(mine.confidence, other.confidence)))
        elif kind == "replace":
            merged += _choose(first[a:b], second[c:d], knows)
        else:  # only one reading has it: PP-OCR's stays, Tesseract's is mostly dirt
            merged += first[a:b]
    return tuple(merged)


def _choose(first: Sequence[Word], second: Sequence[Word], knows: Knows) -> Sequence[Word]:
    """Return the first reading of a disputed run, unless only the second is made of words."""
    if len(first) == len(second):
        return [
            other if _mends(mine.text, other.text, knows) else mine
            for mine, other in zip(first, second, strict=True)
        ]
    ours, theirs = ("".join(_bare(w.text) for w in words) for words in (first, second))
    if ours != theirs:  # more than a blank differs: too much to believe
        return first
    known_first = all(_is_word(w.text, knows) for w in first)
    known_second = all(_is_word(w.text, knows) for w in second)
    return second if known_second and not known_first else first


def _mends(mine: str, other: str, knows: Knows) -> bool:
    if any(c.isdigit() for c in mine) or len(_bare(other)) < 2:
        return False  # Tesseract loses figures more often than it mends them
    return _is_word(other, knows) and not _is_word(mine, knows)


def _bare(text: str) -> str:
    return text.strip(EDGES)


def _is_word(text: str, knows: Knows) -> bool:
    bare = _bare(text)
    return bool(bare) and (bare.isdigit() or knows(bare))


class Both:
    """PP-OCR and Tesseract on the same lines, merged; not shared between threads."""

    def __init__(self, knows: Knows | None = None) -> None:
        """Load both engines.

        Args:
            knows: the lexicon's judgement; our French lexicon's when not given.

        Raises:
            NotInstalled: Tesseract or its French data is missing.
        """
        if knows is None:
            from rag.french.lexicon import load_lexicon

            knows = load_lexicon().knows
        self._knows = knows
        self._paddle = Paddle()
        self._tesseract = Tesseract(self._paddle)

    @property
    def name(self) -> str:
        """Both engines."""
        return f"both: {self._paddle.name} + {self._tesseract.name}"

    def read(self, image: Path, *, document_id: str, index: int) -> Page:
        """Return the page, words in reading order.

        Raises:
            BlankPage: nothing was read.
            PageFailed: the image cannot be opened.
        """
        pixels, dpi = open_page(image)
        check_not_uniform(pixels)
        clean, leaders = erase_leaders(pixels)
        quads = self._paddle.detect(clean)
        strips = [self._paddle.read_strip(clean, quad) for quad in quads]
        kept = [i for i, s in enumerate(strips) if s.words and s.confidence >= TEXT_SCORE]
        if not kept:
            raise BlankPage
        merged = [
            merge_words(strips[i].words, self._tesseract.read_strip(clean, quads[i]), self._knows)
            for i in kept
        ]
        lines = [[w for i in row for w in merged[i]] for row in group_lines(quads[kept], leaders)]
        starts = np.cumsum([0, *(len(line) for line in lines[:-1])])
        words = tuple(word for line in lines for word in line)
        height, width = pixels.shape[:2]
        marks = tuple(int(s) for s in starts)
        return Page(document_id, index, width, height, dpi, words, marks, self.name)

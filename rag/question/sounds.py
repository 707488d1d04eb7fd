"""How words look alike: plain letters, what a French ear hears, what an OCR engine confuses.

Every function takes words joined by newlines as well as one word, so that a vocabulary of 200,000
words is turned over in a few passes on one string rather than word by word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

# In order: each rule sees what those before it made.
_SOUNDS: Final = (
    ("ph", "f"), ("sch", "ch"), ("ch", "H"), ("qu", "k"), ("gu", "g"), ("eau", "o"), ("au", "o"),
    ("en", "an"), ("em", "an"), ("am", "an"), ("ain", "in"), ("ein", "in"), ("ai", "e"),
    ("ei", "e"), ("y", "i"), ("ce", "se"), ("ci", "si"), ("c", "k"), ("q", "k"), ("z", "s"),
    ("x", "ks"), ("h", ""), ("w", "v"), ("ge", "je"), ("gi", "ji"),
)  # fmt: skip
_DOUBLE: Final = re.compile(r"([^\W\d_])\1+")
_MUTE: Final = re.compile(r"(?<=[^\W\d_][^\W\d_])(?:e?s|e|t|d|ts|es|ent)$", re.MULTILINE)

# What engines and old types confuse; ways that cost less than another letter would.
CONFUSED: Final = (
    ("m", "rn"), ("m", "in"), ("n", "u"), ("h", "li"), ("h", "b"), ("e", "c"), ("l", "i"),
    ("s", "f"), ("d", "cl"), ("w", "vv"), ("y", "v"), ("o", "c"), ("a", "o"), ("r", "t"),
    ("g", "q"),
)  # fmt: skip
_CHEAP: Final = frozenset(
    pair for a, b in CONFUSED if len(a) == len(b) == 1 for pair in ((a, b), (b, a))
) | {("s", "z"), ("z", "s"), ("i", "y"), ("y", "i"), ("c", "k"), ("k", "c"), ("c", "s")}
LETTER = 1.0  # another letter, one more or one less, two letters exchanged
CHEAP = 0.7  # a letter for one that is often taken for it


def plain(words: str) -> str:
    """Return words in lower case without accents or ligatures."""
    low = words.lower().replace("œ", "oe").replace("æ", "ae").replace("ſ", "s")
    if low.isascii():
        return low
    return re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFKD", low))


def sound(words: str) -> str:
    """Return roughly what is heard of plain words: "diafragme" = "diaphragme".

    Coarse on purpose, and only compared: "argentik" = "argentique".
    """
    for written, heard in _SOUNDS:
        words = words.replace(written, heard)
    return _DOUBLE.sub(r"\1", _MUTE.sub("", words))


def misread(word: str) -> Iterator[str]:
    """Every word that one confusion of ``CONFUSED`` makes of a plain word."""
    for pair in CONFUSED:
        for a, b in (pair, pair[::-1]):
            at = word.find(a)
            while at >= 0:
                yield word[:at] + b + word[at + len(a) :]
                at = word.find(a, at + 1)


def distance(a: str, b: str, most: float) -> float:
    """How far two plain words are: letters changed, added, left out, or two exchanged.

    Args:
        a: a word.
        b: another.
        most: beyond it the exact figure does not matter: any number above comes back.

    Source: optimal string alignment (Damerau 1964 as restricted by Wagner & Lowrance 1975), with
    letters that look alike at ``CHEAP``.
    """
    before: list[float] = []
    row = [LETTER * n for n in range(len(b) + 1)]
    for i, letter in enumerate(a, 1):
        following = [LETTER * i]
        for j, other in enumerate(b, 1):
            other_letter = CHEAP if (letter, other) in _CHEAP else LETTER
            change = 0.0 if letter == other else other_letter
            best = min(row[j - 1] + change, row[j] + LETTER, following[-1] + LETTER)
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                best = min(best, before[j - 2] + LETTER * (letter != other))
            following.append(best)
        if min(following) > most and min(row) > most:
            return min(following)
        before, row = row, following
    return row[-1]

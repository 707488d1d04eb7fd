"""How well pages were read: character errors, words and numbers against a transcription.

The definitions are those of the project's outside scorer. What differs only in how it is encoded
(quotes, dashes, ligatures, leader dots, blanks, hyphens at line ends) does not count; case and
accents do.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_FOLD = str.maketrans(
    {
        **dict.fromkeys("’‘`´′", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("–—‒−‐‑―", "-"),
        **dict.fromkeys("\u00a0\u202f{}|", " "),
        **dict.fromkeys("·•", "."),
        **{"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"},
        **{"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"},
        **{"×": "x", "º": "°", "½": " 1/2", "¼": " 1/4", "¹": "1", "²": "2", "³": "3"},
        **{"…": "...", "，": ",", "：": ":", "；": ";", "（": "(", "）": ")"},
    }
)


@dataclass(frozen=True, slots=True)
class PageScore:
    """One page: counts, and the word F1 (0..1, order left aside)."""

    characters: int  # of the transcription, normalised
    edits: int  # insertions, deletions, substitutions
    word_f1: float
    numbers: int
    numbers_kept: int

    @property
    def cer(self) -> float:
        """Character error rate, 0..; nan for an empty transcription."""
        return self.edits / self.characters if self.characters else math.nan


@dataclass(frozen=True, slots=True)
class OcrScores:
    """Over several pages: errors over all characters, F1 as the mean of pages."""

    pages: int
    cer: float
    word_f1: float
    numbers_kept: float


def normalise(text: str) -> str:
    """Return the text as one line in which only real differences of reading remain."""
    blanks = re.compile(r"[ \t\u00a0\u202f]+")
    lines = (blanks.sub(" ", line).strip() for line in text.replace("\f", "").split("\n"))
    t = unicodedata.normalize("NFC", "\n".join(line for line in lines if line)).translate(_FOLD)
    t = re.sub(r"(?<=[^\W\d_])[-¬]\s*\n\s*(?=[a-zà-öø-ÿ])", "", t).replace("\n", " ")
    t = re.sub(
        r'(?:[.,:_]\s?){2,}(?=\s|$|\d|[a-zà-ÿ"-])|(?<=\s)[.,:_](?=\s|$)', " ", t
    )  # leader dots, isolated points
    t = re.sub(r'(["-])\s*(?=\1)', "", t)
    t = re.sub(r"\s+([;:!?,.)])", r"\1", t)
    t = re.sub(r"\(\s+", "(", t)
    t = re.sub(r"(\d)\s*(cc|gr|cm)\b", r"\1\2", t)
    t = re.sub(r"(?<=\d)\s*x\s*(?=\d)", "x", t)
    t = re.sub(r"\s*-\s*", "-", t)
    return re.sub(r"\s+", " ", t).strip()


def score_page(truth: str, output: str) -> PageScore:
    """Compare one page with its transcription, both one printed line per line."""
    from rapidfuzz.distance import Levenshtein

    wanted, found = normalise(truth), normalise(output)
    words = [Counter(re.findall(r"[^\W_]+", t.lower())) for t in (wanted, found)]
    numbers = [Counter(re.findall(r"\d+(?:[.,/]\d+)*", t)) for t in (wanted, found)]
    both = sum((words[0] & words[1]).values())
    return PageScore(
        characters=len(wanted),
        edits=Levenshtein.distance(wanted, found),
        word_f1=2 * both / max(1, sum(words[0].values()) + sum(words[1].values())),
        numbers=sum(numbers[0].values()),
        numbers_kept=sum((numbers[0] & numbers[1]).values()),
    )


def total(scores: Iterable[PageScore]) -> OcrScores:
    """Pool pages; all nan when there is none."""
    rows = list(scores)
    characters = sum(row.characters for row in rows)
    numbers = sum(row.numbers for row in rows)
    return OcrScores(
        pages=len(rows),
        cer=sum(row.edits for row in rows) / characters if characters else math.nan,
        word_f1=sum(row.word_f1 for row in rows) / len(rows) if rows else math.nan,
        numbers_kept=sum(row.numbers_kept for row in rows) / numbers if numbers else math.nan,
    )

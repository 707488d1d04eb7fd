"""Numbers and fractions written in words, with a unit after them: « deux minutes et demie ».

Only before a unit: « deux épreuves » counts things and stays words. « Une seconde » is left alone,
for it is as often « une seconde épreuve ».
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

_UNITS: Final = {
    "zéro": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6,
    "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13,
    "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "vingts": 20, "trente": 30,
    "quarante": 40, "cinquante": 50,
}  # fmt: skip
_TENS: Final = {"soixante": 60, "septante": 70, "octante": 80, "nonante": 90}
_SCALES: Final = {"cent": 100, "cents": 100, "mille": 1000}
_ENGLISH: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60,
}  # fmt: skip
_VALUES: Final = {**_ENGLISH, **_UNITS, **_TENS}
_WORDS: Final = "|".join(sorted((*_VALUES, *_SCALES), key=len, reverse=True))
_SMALL: Final = "|".join(sorted((*_UNITS, *_ENGLISH), key=len, reverse=True))
_TEN: Final = (
    r"(?:vingt|trente|quarante|cinquante|soixante|septante|octante|nonante|quatre[-\s]vingts?"
    r"|twenty|thirty|forty|fifty|sixty)"
)
_TEENS: Final = r"dix[-\s](?:sept|huit|neuf)"
_TO_99: Final = rf"(?:{_TEN}(?:(?:[-\s]et[-\s]|-|\s)(?:{_TEENS}|{_SMALL}))?|{_TEENS}|(?:{_SMALL}))"
NUMBER: Final = (
    rf"(?:(?:(?:{_SMALL})\s)?(?:cents?|mille)(?:\s(?:(?:{_SMALL})\s)?cents?)?(?:\s{_TO_99})?"
    rf"|{_TO_99})"
)
ANY: Final = re.compile(rf"\b(?:{_WORDS}|demie?|half|quarts?|ti?ers)\b", re.IGNORECASE)

_PARTS: Final = {  # of one: the n-th part
    "demi": 2, "demie": 2, "quart": 4, "tiers": 3, "cinquième": 5, "huitième": 8, "dixième": 10,
    "quinzième": 15, "vingtième": 20, "vingt-cinquième": 25, "trentième": 30, "cinquantième": 50,
    "soixantième": 60, "centième": 100, "millième": 1000, "half": 2, "quarter": 4, "tenth": 10,
    "hundredth": 100,
}  # fmt: skip
_PART: Final = "|".join(sorted(_PARTS, key=len, reverse=True))
_SECOND: Final = re.compile(
    rf"\b(?:un|une|a|one)?(?:\s+|-|\b)(?P<part>{_PART})(?:\s+de\s+|-|\s+)(?:of\s+)?(?:a\s+)?"
    r"seconde?s?\b",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"\b(?:(?:une\s+)?demi[-e]?\s*-?(?P<half>heure|minute)|(?:un\s+)?quart\s+d['’](?P<quarter>heure)"
    r"|trois\s+quarts\s+d['’](?P<three>heure)|half\s+an\s+(?P<english>hour))s?\b",
    re.IGNORECASE,
)


def value(words: str) -> int:
    """Return the number that words say: "quatre-vingt-dix" → 90.

    Raises:
        KeyError: a word is not a number.
    """
    total = part = 0
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "et":
            continue
        if word in _SCALES:
            part = max(part, 1) * _SCALES[word]
            if word == "mille":
                total, part = total + part, 0
        elif word.startswith("vingt") and part == 4:
            part = 80
        else:
            part += _VALUES[word]
    return total + part


def parts_of_time(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, token) of fractions of a second, a minute, an hour."""
    low = text.lower()
    for match in _SECOND.finditer(text) if "second" in low else ():
        yield match.start(), match.end(), f"1/{_PARTS[match['part'].lower()]}s"
    clock = any(unit in low for unit in ("heure", "minute", "hour"))
    for match in _CLOCK.finditer(text) if clock else ():
        if match["half"]:
            token = "30s" if match["half"].lower() == "minute" else "30min"
        else:
            token = "45min" if match["three"] else "15min" if match["quarter"] else "30min"
        yield match.start(), match.end(), token


def seconds(number: str) -> str:
    """Return the token of a number of seconds: a half is 1/2 s, whichever way it is written."""
    part = Fraction(number)
    if 0 < part < 1 and part.numerator == 1:
        return f"1/{part.denominator}s"
    return f"{number}s"

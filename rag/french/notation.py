"""Photographic notations, each written one way: f/2,8 = F:2.8 → ``f2.8``; 13 × 18 → ``13x18``.

A reader asks for "ISO 400" where a book prints "400 ASA". Each notation found is given one
canonical token, used by ``analysis`` for documents and questions alike. Numbers lose trailing
zeros and take a decimal point; ½ ¼ ¾ become decimals.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rag.french import number_words

_NUM: Final = r"\d+(?:[.,]\d+)?(?:\s?[½¼¾])?|[½¼¾]"
_BEFORE: Final = r"(?<![\w.,/])"
_FRACTIONS: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75}

_UNITS: Final = {
    "°f": r"°\s?F|degr[ée]s?\s+[Ff]ahrenheit|degrees\s+[Ff]ahrenheit",
    "mm": r"mm|millim[èe]tres?|millim",
    "cm": r"cm|centim[èe]tres?(?!\s+cube)|centim",
    "cc": r"cc|c\.\s?c\.|cm3|cm³|ml|millilitres?|centim[èe]tres?\s+cubes?",
    "g": r"g|gr|grammes?|grams?",
    "l": r"l|litres?",
    "%": r"%|pour\s+(?:100|cent)\b|p\.\s?100",
    "°c": r"°\s?C|degr[ée]s?(?:\s+(?:centigrades?|[Cc]elsius))?|°",
    "k": r"K|kelvins?",
    "il": r"IL|EV|stops?|diaphs?",
    "mpx": r"[Mm]px|MP|[Mm]Pix|m[ée]gapixels?",
    "min": r"min|mn|minutes?",
    "s": r"s|sec|secondes?|seconds?",
}


@dataclass(frozen=True, slots=True)
class Notation:
    """``text[start:end]`` says ``token``; kind is "aperture", "shutter", "iso", …."""

    start: int
    end: int
    token: str
    kind: str


def number(text: str) -> str:
    """Return a decimal number written one way: "2,50" → "2.5", "4½" → "4.5"."""
    value = 0.0
    for mark, part in _FRACTIONS.items():
        if mark in text:
            text, value = text.replace(mark, ""), part
    digits = text.strip().replace(",", ".")
    if not digits:
        return f"{value:g}"
    if value == 0.0 and "." not in digits:
        return digits
    return f"{float(digits) + value:.6f}".rstrip("0").rstrip(".")


def _quantity(match: re.Match[str]) -> str:
    low = number(match["n"])
    return _measured(f"{low}-{number(match['m'])}" if match["m"] else low, match["unit"])


def _measured(figure: str, written: str) -> str:
    """The token of a figure and a unit; a Fahrenheit that is exactly a Celsius becomes it."""
    unit = next(name for name, value in _UNITS.items() if re.fullmatch(value, written))
    if "-" in figure:
        return f"{figure}{unit}"
    if unit == "s":
        return number_words.seconds(figure)
    if unit == "°f":
        celsius = (float(figure) - 32) * 5 / 9
        return f"{celsius:g}°c" if celsius.is_integer() else f"{figure}{unit}"
    return f"{figure}{unit}"


def _worded(match: re.Match[str]) -> str:
    said = match["n"]
    figure = number_words.value(said) if not said.isdigit() else int(said)
    return _measured(f"{figure + 0.5:g}" if match["half"] else str(figure), match["unit"].lower())


_UNITS_BEGIN: Final = (
    "mètre", "metre", "litre", "gram", "pour cent", "degr", "stop", "diaph", "minute", "second",
    "pixel", "kelvin",
)  # fmt: skip
_LONG_UNITS: Final = "|".join(
    (
        r"millim[èe]tres?(?!\s+cube)|centim[èe]tres?\s+cubes?|centim[èe]tres?|millilitres?|litres?",
        r"grammes?|grams?|pour\s+cent|degr[ée]s?(?:\s+(?:centigrades?|[Cc]elsius))?|degrees?",
        r"stops?|diaphs?|minutes?|secondes?|seconds?|m[ée]gapixels?|kelvins?",
    )
)
_PATTERNS: Final[tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (
        "aperture",
        re.compile(rf"{_BEFORE}[fFƒ]\s?(?:[/:]\s?)(?P<n>{_NUM})(?!\w)|"
                   rf"{_BEFORE}[fFƒ](?P<n2>\d{{1,2}}(?:[.,]\d\d?)?)(?![\w/])"),
        lambda m: f"f{number(m['n'] or m['n2'])}",
    ),
    (
        "shutter",
        re.compile(
            rf"{_BEFORE}1\s?/\s?(?P<n>\d{{1,5}})(?:\s?(?:s|sec|secondes?|(?:[èe]me|[eᵉ])"
            r"(?:\s+de\s+seconde)?|de\s+seconde)(?!\w)"
            r"|(?<=/\d\d)(?![\w/.,]\d|\w)|(?<=/\d\d\d)(?![\w/.,]\d|\w)"
            r"|(?<=/\d\d\d\d)(?![\w/.,]\d|\w))"
        ),
        lambda m: f"1/{m['n']}s",
    ),
    (
        "iso",
        re.compile(rf"{_BEFORE}(?:ISO|ASA|iso|asa|Iso|Asa)[\s-]?(?P<n>\d{{1,6}})(?!\w)|"
                   rf"{_BEFORE}(?P<n2>\d{{1,6}})\s?(?:ISO|ASA|iso|asa|Iso|Asa)(?!\w)"),
        lambda m: f"iso{m['n'] or m['n2']}",
    ),
    (
        "size",
        re.compile(rf"{_BEFORE}(?P<n>{_NUM})\s?[×xX]\s?(?P<m>{_NUM})"
                   r"(?:\s?(?:mm|cm|c\.)(?!\w))?(?!\w)"),
        lambda m: f"{number(m['n'])}x{number(m['m'])}",
    ),
    (
        "quantity",
        re.compile(
            rf"(?<!\w)(?!une?\s+seconde\b)(?P<n>{number_words.NUMBER}|(?<![\d.,/])\d+(?=\s+\w+\s+et\s+d))"
            rf"\s+(?P<unit>{_LONG_UNITS})(?!\w)(?P<half>\s+et\s+demie?\b)?",
            re.IGNORECASE,
        ),
        _worded,
    ),
    (
        "quantity",
        re.compile(
            rf"{_BEFORE}(?P<n>{_NUM})(?:\s?[-–]\s?(?P<m>{_NUM}))?\s?"
            rf"(?P<unit>{'|'.join(_UNITS[name] for name in sorted(_UNITS, key=len, reverse=True))})"
            r"(?![\w'’])"
        ),
        _quantity,
    ),
    ("number", re.compile(rf"{_BEFORE}(?P<n>\d+[.,]\d+|\d*\s?[½¼¾])(?![\w/])"),
     lambda m: number(m["n"])),
)  # fmt: skip


def _may_measure(text: str) -> bool:
    """Whether a unit stands in full in the text: a cheap look before a dear one."""
    low = text.lower()
    return any(begin in low for begin in _UNITS_BEGIN)


def find_notations(text: str) -> list[Notation]:
    """Every notation of a text, by start, disjoint; the first kind that matches wins."""
    worded = number_words.ANY.search(text)  # demie too: « 2 minutes et demie »
    if not worded and not re.search(r"[\d½¼¾]", text):
        return []
    taken: list[Notation] = []
    if worded:
        for start, end, token in number_words.parts_of_time(text):
            kind = "shutter" if token.startswith("1/") else "quantity"
            taken.append(Notation(start, end, token, kind))
    for kind, pattern, canonical in _PATTERNS:
        if canonical is _worded and not (worded and _may_measure(text)):
            continue
        for match in pattern.finditer(text):
            if all(match.end() <= n.start or n.end <= match.start() for n in taken):
                taken.append(Notation(match.start(), match.end(), canonical(match), kind))
    return sorted(taken, key=lambda n: n.start)


def fold_notations(text: str) -> str:
    """Return the text with each notation replaced by its token.

    >>> fold_notations("à F:2.8 ou f/2,8, 1/250 s, 400 ASA, un 50 mm, plaques 13 × 18")
    'à f2.8 ou f2.8, 1/250s, iso400, un 50mm, plaques 13x18'
    """
    parts, at = [], 0
    for found in find_notations(text):
        parts += [text[at : found.start], found.token]
        at = found.end
    return "".join(parts) + text[at:]

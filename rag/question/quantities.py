"""Settings and dates that a question compares with: « au-dessus de 3200 ISO », « avant mars 2023 ».

Works on text folded letter by letter (same length as typed), see ``flat``. A quantity is found
with its unit, then what stands before and behind it says how it compares.
"""

from __future__ import annotations

import calendar
import math
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from rag.records import PhotoTest

_NUM: Final = r"\d+(?:[.,]\d+)?"
_THOUSANDS: Final = r"\d{1,3}[ ,.]\d{3}|\d{2,6}"
MONTHS: Final = {
    name: n
    for n, names in enumerate(
        (
            "janvier january jan", "fevrier february feb", "mars march mar", "avril april apr",
            "mai may", "juin june jun", "juillet july jul", "aout august aug",
            "septembre september sep", "octobre october oct", "novembre november nov",
            "decembre december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))

_QUANTITY: Final = re.compile(
    rf"(?P<lens>(?<![\w.,/])\d{{1,3}}-\d{{2,3}}(?:\s?mm)?(?!\w)(?!-))"
    rf"|(?<![\w])f\s?[/:]?\s?(?P<aperture>{_NUM})(?![\w/])"
    rf"|(?<!\w)(?:iso|asa)[ -]?(?P<iso>{_THOUSANDS})(?!\w)"
    rf"|(?<![\w.,/])(?P<iso2>{_THOUSANDS})\s?(?:iso|asa)(?!\w)"
    r"|(?<![\w.,/])1\s?/\s?(?P<fraction>\d{1,5})(?:e|eme|th)?(?:\s?(?:s|sec|secondes?|seconds?"
    r"|de seconde|of a second)(?!\w))?(?![\w/])"
    rf"|(?<![\w.,/])(?P<seconds>{_NUM})\s?(?:s|sec|secondes?|seconds?)(?!\w)"
    rf"|(?<![\w.,/])(?P<minutes>{_NUM})\s?(?:min|mn|minutes?)(?!\w)"
    rf"|(?<![\w.,/])(?P<focal>{_NUM})\s?(?:mm|millimetres?|millimeters?)(?!\w)"
    rf"|(?<!\w)(?:(?P<day>\d{{1,2}})(?:er)?\s)?(?P<month>{_MONTH})\.?\s(?P<of_year>(?:19|20)\d\d)(?!\w)"
    r"|(?<![\w.,/])(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>(?:19|20)\d\d)(?!\w)"
    rf"|(?<![\w.,/])(?P<year>(?:19[89]|20[0-4])\d)(?![\w/]|\s?(?:{_NUM}))"
    rf"|(?<![\w.,/])(?P<bare>{_THOUSANDS}|{_NUM})(?![\w/])"
)
_ABOVE: Final = (
    r"au[- ]dessus d[eu']|au[- ]dela d[eu']|plus (?:de|d')|superieure?s? [aà]|depass(?:ant|ent)"
    r"|above|over|more than|higher than|greater than|beyond|exceeding"
    r"|plus (?:haute?s?|elevee?s?|longue?s?|lente?s?|fermee?s?) (?:que|qu'a)"
    r"|(?:longer|slower|narrower) than|stopped down (?:more than|beyond)|>"
)
_BELOW: Final = (
    r"au[- ]dessous d[eu']|en[- ]dessous d[eu']|moins (?:de|d')|sous|inferieure?s? a"
    r"|below|under|less than|lower than|<"
    r"|plus (?:bass?e?s?|courte?s?|rapides?|ouverte?s?) (?:que|qu'a)"
    r"|(?:faster|shorter|wider) than"
)
_FROM: Final = r"au moins|a partir d[eu']|depuis|since|des|at least|minimum|>="
_UP_TO: Final = r"jusqu'(?:a|en|au)|au plus|au maximum|maximum|up to|until|till|at most|<="
_BEFORE: Final = r"avant|anterieure?s? a|before|prior to|older than"
_AFTER: Final = r"apres|posterieure?s? a|after|later than"
_NAME: Final = (
    r"(?:(?:de |d'|a |l'|une? |le |la |an? |the |iso |sensibilite |vitesse |ouverture |pose |"
    r"focale |of |en |le mois de |aperture |shutter speed )*)"
)
_WORDS_BEFORE: Final = tuple(
    (way, re.compile(rf"(?<!\w)(?:{words})\s*{_NAME}$"))
    for way, words in (
        ("below", _BELOW), ("above", _ABOVE), ("from", _FROM), ("up_to", _UP_TO),
        ("before", _BEFORE), ("after", _AFTER),
    )
)  # fmt: skip
_LESS: Final = r"moins|ouverte?s?|rapides?|courte?s?|less|lower|wider|faster|shorter|below"
_MORE: Final = r"plus|longue?s?|lente?s?|fermee?s?|more|higher|longer|slower|narrower|above|up|over"
_BEHIND: Final = re.compile(
    rf"\s*(?:(?:et|ou|and|or)\s+(?:plus\s+)?(?:(?P<less>{_LESS})|(?P<more>{_MORE}|au[- ]dela))"
    r"|(?P<least>minimum|mini|min|au moins|at least)"
    r"|(?P<most>maximum|maxi|max|au plus|at most))(?!\w)"
)
_AND: Final = re.compile(r"\s*(?:et|and|a|au|to|-|–)\s+(?:l'an )?")
_BETWEEN: Final = re.compile(rf"(?<!\w)(?:entre|between|de|from)\s+{_NAME}$")
_FASTER: Final = re.compile(
    r"(?:au[- ]dessus d[eu']|au[- ]dela d[eu']|above|beyond|over)\s*\S*\s*$"
)
_SLOWER: Final = re.compile(
    r"(?:en[- ]dessous d[eu']|au[- ]dessous d[eu']|sous|below|under)\s*\S*\s*$"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """``text[start:end]`` says ``low..high`` of ``field``; "" is a number without a unit."""

    start: int
    end: int
    field: str
    low: float
    high: float
    fraction: bool = False  # 1/250: said of a speed rather than of a time


@dataclass(frozen=True, slots=True)
class Compared:
    """A test, and the characters of the question that say it."""

    start: int
    end: int
    test: PhotoTest


def flat(text: str) -> str:
    """Lower case without accents, apostrophes made one; every letter keeps its place."""
    return "".join(_flat(letter) for letter in text)


def _flat(letter: str) -> str:
    if letter in "’‘":
        return "'"
    if letter.isspace():
        return " "
    if letter == "ƒ":
        return "f"
    return unicodedata.normalize("NFKD", letter).lower()[:1] or letter


def quantities(text: str) -> list[Quantity]:
    """Every number of a flat text with its unit, in order."""
    return [made for match in _QUANTITY.finditer(text) if (made := _quantity(match))]


def comparisons(text: str) -> list[Compared]:
    """What a flat text asks of settings and dates; numbers without a unit ask nothing."""
    found: list[Compared] = []
    numbers = quantities(text)
    at = 0
    while at < len(numbers):
        one = numbers[at]
        two = numbers[at + 1] if at + 1 < len(numbers) else None
        between = _between(text, one, two) if two is not None else None
        if between is not None:
            found.append(between)
            at += 2
            continue
        if one.field:
            found.append(_compared(text, one))
        at += 1
    return found


def _quantity(match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    kind = match.lastgroup or ""
    if kind in ("of_year", "month", "y"):
        return _date(match)
    value = _number(match[kind]) if kind != "lens" else 0.0
    if kind == "aperture":
        return Quantity(start, end, "aperture", value - 0.06, value + 0.06) if value < 100 else None
    if kind in ("iso", "iso2"):
        value = float(re.sub(r"\D", "", match[kind]))
        return Quantity(start, end, "iso", value, value)
    if kind in ("fraction", "seconds", "minutes"):
        if not value:
            return None
        seconds = {"fraction": 1 / value, "seconds": value, "minutes": 60 * value}[kind]
        return Quantity(start, end, "shutter_s", seconds * 0.96, seconds * 1.04, kind == "fraction")
    if kind == "focal":
        return Quantity(start, end, "focal_mm", value - 0.5, value + 0.5)
    if kind == "year":
        return Quantity(start, end, "year", value, value)
    if kind == "lens":
        return Quantity(start, end, "lens", 0.0, 0.0)
    return Quantity(start, end, "", value, value)


def _number(text: str) -> float:
    if re.fullmatch(r"\d{1,3}[ ,.]\d{3}", text):
        return float(re.sub(r"\D", "", text))
    return float(text.replace(",", "."))


def _date(match: re.Match[str]) -> Quantity | None:
    """A month or a day, as the days 20230301 to 20230331 that it holds."""
    if match["y"]:
        day, month, year = int(match["d"]), int(match["m"]), int(match["y"])
    else:
        day, month, year = int(match["day"] or 0), MONTHS[match["month"]], int(match["of_year"])
    if not 1 <= month <= 12 or day > calendar.monthrange(year, month)[1]:
        return None
    first = year * 10000 + month * 100
    low, high = (first + day,) * 2 if day else (first + 1, first + 31)
    return Quantity(match.start(), match.end(), "day", float(low), float(high))


def _between(text: str, one: Quantity, two: Quantity) -> Compared | None:
    """« entre 100 et 400 ISO », « de 24 à 70 mm », "between f/2 and f/4"."""
    field = one.field or two.field
    opened = _BETWEEN.search(text[: one.start])
    apart = re.sub(r"\s*(?:l'|les? |la |iso |f/)$", " ", text[one.end : two.start])
    if not field or field == "lens" or opened is None or not _AND.fullmatch(apart):
        return None
    if "lens" in (one.field, two.field) or (one.field and two.field and one.field != two.field):
        return None
    low = one if one.low <= two.low else two
    high = two if low is one else one
    test = PhotoTest(field, _of(field, low).low, _of(field, high).high)
    return Compared(opened.start(), two.end, test)


def _of(field: str, number: Quantity) -> Quantity:
    """A number without unit takes that of the other end, with its tolerance."""
    if number.field:
        return number
    slack = {"aperture": 0.06, "focal_mm": 0.5, "shutter_s": 0.04 * number.low}.get(field, 0.0)
    return replace(number, low=number.low - slack, high=number.high + slack)


def _compared(text: str, number: Quantity) -> Compared:
    way, start = "", number.start
    before = text[: number.start]
    for name, pattern in _WORDS_BEFORE:
        if opened := pattern.search(before):
            way, start = name, opened.start()
            break
    end = number.end
    if not way and (closed := _BEHIND.match(text, number.end)):
        way = "up_to" if closed["less"] or closed["most"] else "from"
        end = closed.end()
    if number.fraction and _FASTER.search(before):  # above 1/500: faster
        way = "below"
    elif number.fraction and _SLOWER.search(before):
        way = "above"
    if number.field == "lens":
        words = re.sub(r"\s?mm$", "", text[number.start : number.end])
        return Compared(number.start, end, PhotoTest("lens", words=words))
    return Compared(start, end, _test(number, way))


def _test(number: Quantity, way: str) -> PhotoTest:
    low, high = number.low, number.high
    if way in ("above", "after"):
        low, high = math.nextafter(high, math.inf), math.inf
    elif way in ("below", "before"):
        low, high = -math.inf, math.nextafter(low, -math.inf)
    elif way == "from":
        high = math.inf
    elif way == "up_to":
        low = -math.inf
    return PhotoTest(number.field, low, high)

"""Filters asked for beside a question, and what answers about photos say: the same for everyone.

The command line, the API and the web page all write them the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app import messages
from rag.records import Filters, Outcome, Verdict

FIRST_YEAR, LAST_YEAR = 0, 9999
UNITS = {  # of the ranges that a refusal about photos tells
    "aperture": "f/{}",
    "shutter_s": "{} s",
    "iso": "{} ISO",
    "focal_mm": "{} mm",
    "focal_35mm": "{} mm",
    "year": "{}",
    "day": "{}",
}
_COUNTS = {
    "fr": "zéro une deux trois quatre cinq six sept huit neuf dix onze douze".split(),  # noqa: SIM905
    "en": "zero one two three four five six seven eight nine ten eleven twelve".split(),  # noqa: SIM905
}


class BadYears(ValueError):
    """What was typed is no year and no range of years."""

    def __init__(self, value: str) -> None:
        super().__init__(f"{value!r} is no year and no range: want 1874 or 1870-1899")
        self.value = value


def read_years(text: str) -> tuple[int, int] | None:
    """Read "1874", "1870-1899", "1870-" or "-1899"; None for nothing.

    Raises:
        BadYears: it is none of these.
    """
    if not text.strip():
        return None
    found = re.fullmatch(r"(\d{4})?\s?([-–])?\s?(\d{4})?", text.strip())
    if not found or not (found[1] or found[3]) or (found[1] and found[3] and not found[2]):
        raise BadYears(text)
    low = int(found[1]) if found[1] else FIRST_YEAR
    high = int(found[3]) if found[3] else (LAST_YEAR if found[2] else low)
    if low > high:
        raise BadYears(text)
    return low, high


def make_filters(
    *,
    documents: Sequence[str] = (),
    kinds: Sequence[str] = (),
    years: str = "",
    languages: Sequence[str] = (),
    min_confidence: float = 0.0,
) -> Filters | None:
    """The filters asked for; None when nothing is, so that those of the question itself count.

    Raises:
        BadYears: ``years`` cannot be read.
    """
    made = Filters(
        documents=tuple(d.strip() for d in documents if d.strip()),
        kinds=tuple(k.strip().lower() for k in kinds if k.strip()),
        years=read_years(years),
        languages=tuple(code.strip().lower() for code in languages if code.strip()),
        min_confidence=min_confidence,
    )
    return None if made.empty else made


def count_in_words(count: int, language: messages.Language) -> str:
    """« deux », "two"; figures beyond twelve."""
    words = _COUNTS[language]
    return words[count] if count < len(words) else messages.number(count, language)


def photo_message(verdict: Verdict, language: messages.Language) -> str:
    """What to say of an answer about photos; "" of any other."""
    if "photos" not in verdict.signals:
        return ""
    if verdict.outcome is not Outcome.ANSWER:
        return no_photo_message(verdict, language)
    count, shown = int(verdict.signals["photos"]), int(verdict.signals["shown"])
    if count == 1:
        return messages.text("photos.one", language)
    said = count_in_words(count, language).capitalize()
    few = count_in_words(shown, language)
    key = "photos.many" if shown == count else "photos.shown"
    if key == "photos.many":
        return messages.text(key, language, count=said)
    return messages.text(key, language, count=said, shown=few)


def no_photo_message(verdict: Verdict, language: messages.Language) -> str:
    """That no photo was taken so, and between what the collection's own lie."""
    ranges = []
    for field, unit in UNITS.items():
        low, high = (verdict.signals.get(f"{field}_{end}") for end in ("low", "high"))
        if low is not None and high is not None:
            first, last = (unit.format(value_told(field, end, language)) for end in (low, high))
            ranges.append(messages.text("photos.from_to", language, low=first, high=last))
    said = messages.text("reason.no_photo", language)
    if not ranges:
        return said
    return f"{said} {messages.text('photos.range', language, ranges=', '.join(ranges))}"


def value_told(field: str, value: float, language: messages.Language) -> str:
    """A number as photographers write it: 1/250, 2,8, 14/07/2023."""
    if field == "day":
        day = f"{value:.0f}"
        return f"{day[6:8]}/{day[4:6]}/{day[:4]}"
    if field == "shutter_s" and value < 0.3:
        return f"1/{round(1 / value)}"
    text = f"{value:.10g}"
    return text.replace(".", ",") if language == "fr" else text

"""The filters of a question in words, one a line, under the labels of the form that asks them."""

from __future__ import annotations

import math

from app import messages
from app.messages import Language, text
from app.refining import FIRST_YEAR, LAST_YEAR, UNITS, value_told
from rag.records import Filters, PhotoTest


def told(filters: Filters, language: Language) -> list[str]:
    """Each filter that asks something: « Langue du document : français »."""
    rows = {
        "filters.document": filters.documents,
        "filters.kind": [messages.kind(kind, language) for kind in filters.kinds],
        "filters.years": [_between(*filters.years)] if filters.years else [],
        "filters.language": [messages.language_name(code, language) for code in filters.languages],
        "filters.min_confidence": [_confidence(filters.min_confidence, language)]
        if filters.min_confidence
        else [],
    }
    said = [
        text("explain.filter", language, name=text(key, language), value=", ".join(values))
        for key, values in rows.items()
        if values
    ]
    return said + [_photo(test, language) for test in filters.photo]


def _between(first: int, last: int) -> str:
    """As it is typed: 1874, 1870-1899, 1870-, -1899."""
    if first == last:
        return str(first)
    ends = (first if first > FIRST_YEAR else "", last if last < LAST_YEAR else "")
    return f"{ends[0]}-{ends[1]}"


def _confidence(value: float, language: Language) -> str:
    return text("filters.at_least", language, percent=messages.percent(value))


def _photo(test: PhotoTest, language: Language) -> str:
    """What the camera must have noted: « diaphragme : de f/1,8 à f/2,8 »."""
    name = _named(test.field, language)
    if test.field == "night":
        return name
    if test.field == "order":
        way = text(f"explain.photo.{'down' if test.words[:1] == '-' else 'up'}", language)
        by = _named(test.words.lstrip("-"), language)
        return text("explain.filter", language, name=name, value=f"{by}, {way}")
    if test.words:
        return text("explain.filter", language, name=name, value=test.words)
    unit = UNITS.get(test.field, "{}")
    low, high = (
        unit.format(value_told(test.field, end, language)) if math.isfinite(end) else ""
        for end in (test.low, test.high)
    )
    if low == high:
        value = low
    else:
        key = "range" if low and high else "least" if low else "most"
        value = text(f"explain.photo.value.{key}", language, low=low, high=high)
    return text("explain.filter", language, name=name, value=value)


def _named(field: str, language: Language) -> str:
    return messages.text_or(f"explain.photo.{field}", "explain.photo.other", language, name=field)

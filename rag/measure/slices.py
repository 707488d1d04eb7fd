"""Parts of a set of questions in which a measure may differ: names of the parts, nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

Row = TypeVar("Row")

UNKNOWN = "?"
BANDS = ((0.80, "<80%"), (0.95, "80-95%"))  # of OCR confidence: below each limit
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")


def century(name: str) -> str:
    """The century of a document, by the year in its name: "perrot-1874.pdf" → "19"."""
    years = _YEAR.findall(name)
    return str((int(years[-1]) - 1) // 100 + 1) if years else UNKNOWN


def band(confidence: float) -> str:
    """The band of an OCR confidence 0..1; nan (a text, nothing was read) → "text"."""
    if confidence != confidence:
        return "text"
    return next((name for limit, name in BANDS if confidence < limit), ">=95%")


def grouped(
    rows: Sequence[Row], parts: Callable[[Row], Mapping[str, str]]
) -> dict[tuple[str, str], list[Row]]:
    """The rows of each (slice, part), in the order of their names; a row is in one part a slice."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for place in parts(row).items():
            found.setdefault(place, []).append(row)
    return dict(sorted(found.items()))

"""Sentence spans of French text: no break on « M. », « fig. 3 », a decimal number, a formula."""

from __future__ import annotations

import re
from typing import Final

_ABBREVIATIONS: Final = frozenset(
    """m mm mme mmes mlle mlles mgr me dr pr prof st ste ve cie fig figs p pp pag art chap ch col
    vol t éd edit ed cf c.-à-d av apr env ex etc no nos num n° i.e e.g sq suiv trad op cit loc pl
    tab min max sec gr cc cent centim kil éq eq réf ref ann introd
    janv févr avr juill sept oct nov déc""".split()  # noqa: SIM905
)
_END: Final = re.compile(
    r"[.!?…]+(?:[”\")\]’]|[ \u00a0\u202f]?»)*(?:\s*\(?[¹²³]\)?)?(?=\s|$)|\n{2,}"
)
_NEXT: Final = re.compile(r"\s*[-–—«“\"(\[]*\s*(.)", re.DOTALL)
_LAST: Final = re.compile(r"([^\s'’(«\"]*)$")


def _breaks(text: str, start: int, end: int) -> bool:
    """Whether the punctuation at ``text[start:end]`` ends a sentence."""
    if text[start] == "\n":
        return True
    following = _NEXT.match(text, end)
    if following is None:
        return True
    first = following.group(1)
    if first.islower() or first in ",;:.)":
        return False
    if text[start] in "!?":
        return True
    if text[start : start + 3] == "..." or text[start] == "…":
        return first.isupper()
    match = _LAST.search(text, 0, start)
    last = match.group(1) if match else ""
    if last.lower() in _ABBREVIATIONS:
        return last.lower() in {"etc", "cc", "gr", "min", "sec"} and first.isupper()
    # initials (« N. Niepce »), recipe letters (« A. Eau »), list numbers (« 2. Laver »)
    if len(last) == 1 and last.isalpha() and last.isupper():
        return False
    at_line_start = not text[max(0, start - len(last) - 1) : start - len(last)].strip(" \t")
    return not (last.isdigit() and len(last) <= 2 and at_line_start and _opens(text, start, last))


def _opens(text: str, start: int, last: str) -> bool:
    before = text[: start - len(last)].rstrip(" \t")
    return not before or before[-1] in "\n.!?:;"


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of the sentences of ``text``, trimmed, in order, disjoint.

    A blank line always ends a sentence; a single line break never does. Every character that is
    not white space is in exactly one span.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for match in _END.finditer(text):
        if not _breaks(text, match.start(), match.end()):
            continue
        _add(spans, text, at, match.end())
        at = match.end()
    _add(spans, text, at, len(text))
    return spans


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if stripped := piece.strip():
        left = start + len(piece) - len(piece.lstrip())
        spans.append((left, left + len(stripped)))

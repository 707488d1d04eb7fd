"""What of a passage does not depend on what is asked: read once, kept for the next questions.

Passages come back from one question to the next, more so the better they answer; cutting and
analysing the six that are looked at was two thirds of the price of choosing sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.answer.amounts import Amount, amounts
from rag.answer.units import Unit, units_in
from rag.records import Chunk

Analyse = Callable[[str], list[str]]
Terms = frozenset[str]

KEPT = 512  # passages, of some ten sentences each
CARRIED = 5  # sentences back that « il » may speak of
BROKEN, LONG, QUESTION, POINTER = 0.2, 0.1, 0.5, 0.3  # what is taken off

_POINTER = re.compile(
    r"\b(?:voir|voyez|v\.)\s+(?:page|p\.|fig|chap|plus)|\bci-après\b", re.IGNORECASE
)
_TOLD = re.compile(r"\bdemand\w+ (?:pourquoi|comment|combien|si|quel\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Passage:
    """The units of a chunk, in order, and beside each what weighing it needs."""

    units: tuple[Unit, ...]
    terms: tuple[Terms, ...]
    carried: tuple[Terms | None, ...]  # of the sentences just before one that leans on them
    asks: tuple[bool, ...]
    faults: tuple[float, ...]
    above: Terms  # of the headings
    whole: Terms  # of all units


def passage_of(chunk: Chunk, analyse: Analyse) -> Passage:
    """Cut and analyse a passage, or remember it.

    Args:
        chunk: the passage.
        analyse: text → terms, the analysis of the index.
    """
    return _passage(chunk.text, chunk.kind, chunk.headings, analyse)


@lru_cache(maxsize=KEPT)
def _passage(text: str, kind: str, headings: Sequence[str], analyse: Analyse) -> Passage:
    units = units_in(text, kind)
    terms = tuple(frozenset(analyse(unit.text)) for unit in units)
    return Passage(
        units=units,
        terms=terms,
        carried=tuple(
            frozenset[str]().union(*terms[max(0, n - CARRIED) : n]) if unit.leans else None
            for n, unit in enumerate(units)
        ),
        asks=tuple(asks(unit.text) for unit in units),
        faults=tuple(map(_faults, units)),
        above=frozenset(analyse(" ".join(headings))),
        whole=frozenset[str]().union(*terms),
    )


@lru_cache(maxsize=8 * KEPT)
def amounts_in(text: str) -> tuple[Amount, ...]:
    """The numbers of a unit or of a question, remembered."""
    return tuple(amounts(text))


def asks(text: str) -> bool:
    """A sentence that asks, by itself or told: « Un lecteur demande pourquoi… »."""
    return text.rstrip(" »").endswith("?") or bool(_TOLD.search(text))


def _faults(unit: Unit) -> float:
    """What a unit loses for reading badly by itself."""
    text = unit.text
    letters = sum(c.isalpha() for c in text)
    fault = 0.0 if unit.whole else BROKEN
    fault += QUESTION if not unit.row and text.upper() == text else 0.0  # a heading, not an answer
    fault += LONG * max(0.0, len(text) / 400 - 1)
    fault += QUESTION if asks(text) else 0.0
    fault += POINTER if _POINTER.search(text) else 0.0
    if text.endswith(":"):
        fault += BROKEN  # what it announces is elsewhere
    return fault + (QUESTION if letters < 12 and not unit.row else 0.0)

"""The words of a question, each with the index terms that it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rag.french.notation import find_notations
from rag.question.sounds import plain

Analyse = Callable[[str], list[str]]

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LETTERS: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Token:
    """``text[start:end]`` and its index terms: none for a stop word."""

    text: str
    start: int
    end: int
    terms: tuple[str, ...]


def tokens_of(text: str, analyse: Analyse) -> list[Token]:
    """Cut a text into words and notations; their terms are together those of the text.

    Args:
        text: in normal form C: spans are places in it.
        analyse: text → index terms, of the index.
    """
    tokens: list[Token] = []
    at = 0
    for found in find_notations(text):
        tokens += _words(text, at, found.start, analyse)
        surface = text[found.start : found.end]
        tokens.append(Token(surface, found.start, found.end, tuple(analyse(surface))))
        at = found.end
    return tokens + _words(text, at, len(text), analyse)


def _words(text: str, start: int, end: int, analyse: Analyse) -> list[Token]:
    """The words between two places; those that an apostrophe or a hyphen joins stand apart."""
    tokens = []
    for match in _WORD.finditer(text, start, end):
        whole = tuple(analyse(match.group()))
        parts = list(_LETTERS.finditer(text, match.start(), match.end()))
        apart = [tuple(analyse(part.group())) for part in parts]
        if sum(apart, ()) != whole:  # "aujourd'hui" is one word
            tokens.append(_token(match, whole))
        else:
            tokens += [_token(p, terms) for p, terms in zip(parts, apart, strict=True)]
    return tokens


def _token(match: re.Match[str], terms: tuple[str, ...]) -> Token:
    return Token(match.group(), match.start(), match.end(), terms)


def english_stem(word: str) -> str:
    """Return what the inflections of an English word share: plates → plat, fixing → fix.

    Lighter than Porter's: endings of number and tense, -ise for -ize, a final e. Only compared
    with other stems, never shown.
    """
    word = plain(word)
    if len(word) < 4:
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and any(c in "aeiouy" for c in rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    return word.removesuffix("e").replace("iz", "is")

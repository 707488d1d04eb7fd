"""A word that the collection does not hold, typed for one that it does; and the reverse.

A word is corrected only when nothing vouches for it: neither the collection, nor the thesaurus,
nor the French lexicon. A French word that the collection lacks is a fact about the collection
(refusals rest on it), not a slip: "moto" is never read as "photo". Figures are never touched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.question.sounds import distance, misread, plain, sound
from rag.question.words import Analyse

SHORTEST: Final = 4  # letters of a word that is corrected
SHORT: Final = 6  # letters below which it may lack one or exchange two: "trail" is not "trait"
MANY: Final = 300_000  # words beyond which those met once are not proposed
LOUD: Final = 1.0  # cost, at most, of a correction that is told and worth nearly the word itself
_BITS: Final = np.array([1 << (n % 32) for n in range(256)], np.uint32)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a collection, in lower case as spelt there.

    Args:
        words: distinct.
        counts: how often each is met, shape (words,).
        holds: whether an index term stands in the collection.
    """

    words: Sequence[str]
    counts: Sequence[int] | NDArray[np.int32]
    holds: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Spelt:
    """Another spelling of a word asked: as the collection writes it."""

    word: str
    terms: tuple[str, ...]
    weight: float
    told: bool  # a correction to tell people; not so for accents and for errors of the OCR


class Speller:
    """Finds other spellings; its tables are made at the first word. Safe between threads.

    Args:
        vocabulary: of the collection.
        analyse: text → index terms, of the index.
        knows: whether a word is French; None when no lexicon can be asked.
        others: words beside the collection's that may have been meant (the thesaurus's).
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        analyse: Analyse,
        knows: Callable[[str], bool] | None = None,
        others: Iterable[str] = (),
    ) -> None:
        self._vocabulary = vocabulary
        self._analyse = analyse
        self._knows = knows or (lambda word: False)
        self._others = others

    @cached_property
    def _tables(self) -> _Tables:
        return _Tables.of(self._vocabulary, self._others)

    def spellings(self, word: str, terms: tuple[str, ...], *, name: bool = False) -> list[Spelt]:
        """Return other spellings of a word, the likeliest first.

        Args:
            word: as typed.
            terms: its index terms.
            name: it may be a proper name: written with a capital inside a sentence.
        """
        if not terms or len(word) < SHORTEST or not word.isalpha():
            return []
        low = plain(word)
        held = all(map(self._vocabulary.holds, terms))
        found = self._accents(word, low, terms, held)
        if held:
            return found + self._misread(low, terms)
        if found or self._knows(word) or self._knows(word.lower()):
            return found
        return self._close(low, terms, name)

    def _accents(self, word: str, low: str, terms: tuple[str, ...], held: bool) -> list[Spelt]:
        """The same letters with other accents, where that makes another index term."""
        if low != word.lower():  # whoever types accents means them
            return []
        tables, found = self._tables, {}
        for row in tables.by_plain.get(low, ()):
            written = tuple(self._analyse(tables.words[row]))
            if written not in (terms, ()):
                found[written] = tables.words[row]
        weight = 0.7 if held else 0.95
        return [Spelt(form, written, weight, False) for written, form in found.items()]

    def _misread(self, low: str, terms: tuple[str, ...]) -> list[Spelt]:
        """Rare words that one confusion of letters makes of this one, and that are not words."""
        if len(low) < SHORT:
            return []
        tables, found = self._tables, {}
        often = sum(int(tables.counts[row]) for row in tables.by_plain.get(low, ()))
        for other in misread(low):
            for row in tables.by_plain.get(other, ()):
                form = tables.words[row]
                if tables.counts[row] * 5 <= often and not self._knows(form):
                    found[form] = tuple(self._analyse(form))
        return [
            Spelt(form, written, 0.5, False)
            for form, written in found.items()
            if written not in (terms, ())
        ]

    def _close(self, low: str, terms: tuple[str, ...], name: bool) -> list[Spelt]:
        """The words nearest in letters or in sound; frequent ones before rare ones."""
        tables = self._tables
        most = 1.0 if name or len(low) < SHORT else 2.0
        ranked = []
        for row in tables.candidates(low, most):
            other = tables.plain[row]
            if len(low) < SHORT and (name or not _slip(low, other)):
                continue
            heard = 0.6 if tables.sounds[row] == sound(low) else math.inf
            cost = min(heard, distance(low, other, most)) + 0.4 * (other[0] != low[0])
            if cost <= most and not (name and cost > LOUD and heard == math.inf):
                ranked.append((2 * cost - math.log10(1 + tables.counts[row]), cost, row))
        found: dict[tuple[str, ...], Spelt] = {}
        for _, cost, row in sorted(ranked)[:6]:
            written = tuple(self._analyse(tables.words[row]))
            if written and written != terms and written not in found and len(found) < 3:
                weight = (0.9 if cost <= LOUD else 0.7) if not found else 0.4
                found[written] = Spelt(tables.words[row], written, weight, not found)
        return list(found.values())


def _slip(low: str, other: str) -> bool:
    """Whether a short word lacks one letter of a longer one, or exchanges or doubles some."""
    return set(other) == set(low) or (
        len(other) >= SHORT and any(other[:n] + other[n + 1 :] == low for n in range(len(other)))
    )


@dataclass(frozen=True, slots=True)
class _Tables:
    """A vocabulary by letters and by sound; arrays have shape (words,)."""

    words: list[str]
    counts: NDArray[np.int64]
    plain: list[str]
    sounds: list[str]
    by_plain: dict[str, list[int]]
    by_sound: dict[str, list[int]]
    lengths: NDArray[np.int32]
    letters: NDArray[np.uint32]  # one bit a letter: words that share few are not compared

    @classmethod
    def of(cls, vocabulary: Vocabulary, others: Iterable[str]) -> _Tables:
        words, counts = list(vocabulary.words), np.asarray(vocabulary.counts, np.int64)
        if len(words) > MANY:
            kept = counts > 1
            words, counts = list(compress(words, kept)), counts[kept]
        known = set(words)
        more = sorted({w.lower() for w in others if w.isalpha() and len(w) >= SHORTEST} - known)
        words += more
        counts = np.concatenate([counts, np.ones(len(more), np.int64)])
        joined = plain("\n".join(words))
        bare, sounds = joined.split("\n"), sound(joined).split("\n")
        data = np.frombuffer(joined.encode("utf-8", "replace") + b"\n", np.uint8)
        starts = np.concatenate(([0], np.flatnonzero(data == 10)[:-1] + 1))
        bits = np.where(data == 10, np.uint32(0), _BITS[data])
        return cls(
            words=words,
            counts=counts,
            plain=bare,
            sounds=sounds,
            by_plain=_rows(bare),
            by_sound=_rows(sounds),
            lengths=np.array([len(word) for word in bare], np.int32),
            letters=np.bitwise_or.reduceat(bits, starts) if words else np.zeros(0, np.uint32),
        )

    def candidates(self, low: str, most: float) -> list[int]:
        """Rows worth comparing: heard the same, or of about the same letters and length."""
        changes = int(most / 0.7)
        mask = np.bitwise_or.reduce(_BITS[np.frombuffer(low.encode(), np.uint8)])
        apart = _ones(self.letters ^ mask)
        near = (apart <= 2 * changes) & (np.abs(self.lengths - len(low)) <= changes)
        rows = np.flatnonzero(near).tolist()
        return list(dict.fromkeys(self.by_sound.get(sound(low), []) + rows))


def _rows(keys: Sequence[str]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        rows.setdefault(key, []).append(row)
    return rows


def _ones(bits: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Count the bits set in each number."""
    table = _bit_counts()
    counts: NDArray[np.uint8] = table[bits & 0xFFFF] + table[bits >> 16]
    return counts


@lru_cache(maxsize=1)
def _bit_counts() -> NDArray[np.uint8]:
    return np.array([n.bit_count() for n in range(1 << 16)], np.uint8)

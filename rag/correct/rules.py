"""What is mended in one word, by named rules. None may touch a word that the lexicon knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from rag.correct.confusions import Costs
from rag.french.analysis import STOP
from rag.french.lexicon import Lexicon

# What an unknown run of letters may have swallowed a blank before or after.
_SMALL: Final = frozenset(
    """a à au aux avec ce ces cette dans de des du elle elles en est et il ils la le les leur leurs
    lui mais ne nous on ont ou où par pas pour qu que qui sa sans se ses si son sont sur toute
    toutes tous tout très un une vous cela celui celle dont plus être être""".split()  # noqa: SIM905
)
_NUMBERISH: Final = re.compile(r"[\dOolI]*\d[\dOolI]*")
_DIGITS: Final = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})
_STICKY: Final = re.compile(r"(à|de|et|ou|sur|pour|par)(\d+)")
_ELIDED: Final = re.compile(r"([ldnsjmtc]|qu)([aeiouyhéèêâîôû]\w{3,})", re.IGNORECASE)
_ROMAN_NOISE: Final = re.compile(r"[XVIl]{2,}")

_VOWELS: Final = re.compile(r"[aeiouyàâäéèêëîïôöùûü]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mending:
    """What a word becomes, and the rule that says so."""

    after: str
    rule: str
    cost: float


def mend(
    word: str, confidence: float, lexicon: Lexicon, costs: Costs, *, starts: bool = False
) -> Mending | None:
    """Return what an unknown word should be, or None when nothing is sure.

    Args:
        word: without the punctuation around it; may hold digits or a stray sign inside.
        confidence: of the OCR word it comes from, 0..1.
        lexicon: what it knows comes back as None.
        costs: of the confusions.
        starts: it opens a sentence or a line of its own, so that its capital says nothing.
    """
    if lexicon.knows(word) or not any(c.isalnum() for c in word):
        return None
    if (form := costs.by_form.get(word.replace("'", "’"))) is not None:
        return Mending(form, "form", 0.0)
    for rule in (_digit, _doubled):
        if (found := rule(word, lexicon)) is not None:
            return found
    if not any(c.isalpha() for c in word) or _is_mixed(word):
        return None
    if (found := _confusion(word, confidence, lexicon, costs, starts=starts)) is not None:
        return found
    found = _split(word, lexicon) or _apostrophe(word, lexicon)
    if found is None and costs.second is not None:
        found = _confusion(word, confidence, lexicon, costs.second, starts=starts)
        return found and replace(found, rule="learned")
    return found


def _is_mixed(word: str) -> bool:
    """A code or a quantity (« 2em », « n4 », « 100cc ») rather than a word misread."""
    digits = sum(c.isdigit() for c in word)
    return digits > 1 or (digits == 1 and len(word) < 5)


def _digit(word: str, lexicon: Lexicon) -> Mending | None:
    """Letters in a number: 5oo → 500; « à3 » → « à 3 »; 10em → 10cm; XIll → XIII."""
    if _NUMBERISH.fullmatch(word) and not word.isdigit() and len(word) > 1:
        if sum(c.isdigit() for c in word) * 3 >= len(word) and word[0] not in "oO":
            return Mending(word.translate(_DIGITS), "digit", 0.3)
        return None
    if match := _STICKY.fullmatch(word):
        return Mending(f"{match[1]} {match[2]}", "split", 0.3)
    if match := re.fullmatch(r"(\d+(?:,\d+)?)e(m)", word):
        return Mending(f"{match[1]}cm", "digit", 0.5)
    if _ROMAN_NOISE.fullmatch(word) and "l" in word and word[0] in "XVI":
        fixed = word.replace("l", "I")
        if lexicon.knows(fixed):
            return Mending(fixed, "digit", 0.3)
    return None


def _doubled(word: str, lexicon: Lexicon) -> Mending | None:
    """Two apostrophes for one: l'’eau → l’eau."""
    fixed = re.sub(r"['’‘]{2,}", "’", word)
    return Mending(fixed, "apostrophe", 0.1) if fixed != word and lexicon.knows(fixed) else None


def _confusion(
    word: str, confidence: float, lexicon: Lexicon, costs: Costs, *, starts: bool
) -> Mending | None:
    """The cheapest known word, when the second cheapest is clearly dearer."""
    limit = min(costs.limit_for(confidence), _allowed(word, starts=starts))
    best: dict[str, float] = {}
    for variant, cost, _ in costs.variants(word, limit):
        if cost < best.get(variant, 9.0) and _acceptable(word, variant, lexicon):
            best[variant] = cost
    ranked = sorted((cost - _weight(v, lexicon), v) for v, cost in best.items())
    if not ranked:
        return None
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < costs.margin:
        return None
    return Mending(ranked[0][1], "confusion", best[ranked[0][1]])


def _allowed(word: str, *, starts: bool) -> float:
    """How much may be changed: little in a short word, or in what may be a name."""
    letters = _core(word)
    size = len(letters)
    if size <= 1:
        return 0.0
    if size <= 3:
        return 0.9 if letters.islower() else 0.4  # « Ia », but not « Lee »
    if letters[0].isupper() and not letters.isupper() and not starts:
        return 0.5 if size < 7 else 0.7  # perhaps a name: accents and ligatures, little else
    if letters[0].isupper() and not letters.isupper():
        return 0.5 if size < 5 else 0.9
    if size <= 5:
        return 1.2
    return 9.0


def _core(word: str) -> str:
    """The word behind its elision."""
    return re.split(r"['’]", word)[-1] or word


def _acceptable(word: str, variant: str, lexicon: Lexicon) -> bool:
    """A known word of the same pattern of capitals, that is not shorter than two letters."""
    if not lexicon.lists(variant) or len(_core(variant)) < 2:
        return False
    letters = [c for c in word if c.isalpha()]
    upper = all(c.isupper() for c in letters)
    core = _core(variant)
    if upper:
        return core.isupper() and len(letters) >= 5 and bool(_VOWELS.search(core))
    return core[1:] == core[1:].lower()


def _weight(variant: str, lexicon: Lexicon) -> float:
    """What a common word is worth, in cost: grammatical words most."""
    core = _core(variant).lower()
    if core in STOP:
        return 0.45
    return 0.3 * max((lexicon.frequency(part) for part in core.split("-")), default=0.0)


def _split(word: str, lexicon: Lexicon) -> Mending | None:
    """A lost blank beside a small word: toutesles → toutes les; never in a name or a short word."""
    if len(word) < 5 or (not word.isalpha() and not re.fullmatch(r"[\w'’]+", word)):
        return None
    if any(c.isupper() for c in word[1:]) or any(c.isdigit() for c in word):
        return None
    found = []
    for at in range(1, len(word)):
        left, right = word[:at], word[at:]
        small_left, small_right = left.lower() in _SMALL, right in _SMALL
        if not (small_left or small_right) or (word[0].isupper() and not small_left):
            continue
        other = right if small_left else left
        if word[0].isupper() and len(left) < 3:
            continue  # « Lacour » is a name
        if len(other) < 4 and not (small_left and small_right and len(word) >= 6):
            continue
        if right[0] in "'’" or left[-1] in "'’" or not lexicon.knows(right):
            continue
        if lexicon.knows(left) and (min(lexicon.frequency(_core(p)) for p in (left, right)) > 0.3):
            found.append(Mending(f"{left} {right}", "split", 0.6))
    return found[0] if len(found) == 1 else None


def _apostrophe(word: str, lexicon: Lexicon) -> Mending | None:
    """A lost apostrophe: lallemand → l'allemand, when what follows is a common word."""
    match = _ELIDED.fullmatch(word)
    if match and lexicon.frequency(match[2]) > 0.3 and word[0].islower():
        return Mending(f"{match[1]}’{match[2]}", "apostrophe", 0.7)
    return None


def joined_hyphen(head: str, tail: str, knows: Callable[[str], bool]) -> bool:
    """Whether the hyphen between two halves of a word at a line end is the printer's only.

    It is when the result is a word, or when the parts are not: ``très-`` + ``propre`` keeps it.
    """
    whole = head + tail
    if knows(whole):
        return True
    if knows(f"{head}-{tail}"):
        return False
    last, first = re.split(r"[-'’]", head)[-1], re.split(r"[-'’]", tail)[0]
    return not (knows(last) and knows(first))

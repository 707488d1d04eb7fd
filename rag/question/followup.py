"""A question that leans on the one before it, said in full: « et à contre-jour ? ».

Rules, not a model, and few: what depends is recognised by its first and last words, what is
parallel takes the place of what it answers to ("pour un portrait" → "pour un paysage"), and the
rest is said after the question before. A question that stands by itself is left as typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rag.french.notation import find_notations

SHORT: Final = 7  # words of a question that may lack a subject
FAR: Final = 6  # questions looked back to

_WORD: Final = re.compile(r"[^\W_]+")
_LEADS: Final = re.compile(
    r"^\s*(?:et\b(?!\s+(?:moi|toi)\b)|mais\b|ou\s+alors\b|ou\s+bien\b|alors\b|donc\b|puis\b|ensuite\b"
    r"|sinon\b|and\b|but\b|then\b|or\b|what\s+about\b|how\s+about\b)[\s,]*"
    r"(?:si\s+c'est\s+|qu'en\s+est-il\s+(?:de|du|des|d')\s*|quid\s+(?:de|du|des|d')\s*)?",
    re.IGNORECASE,
)
_QUID: Final = re.compile(r"^\s*(?:quid|qu'en\s+est-il)\s+(?:de\s+|du\s+|des\s+|d')", re.IGNORECASE)
_POINTS_BACK: Final = re.compile(
    r"^\s*(?:celles?|celui|ceux|lequel|laquelle|lesquel(?:le)?s|ce dernier|cette dernière|les deux"
    r"|le même|la même|les mêmes|this one|that one|these|those|both|which one)\b",
    re.IGNORECASE,
)
_PRONOUN: Final = re.compile(
    r"^(?:si\b.*|(?:[\w'’-]+\s+)?)\b(?:ça|cela)\b"  # "un IL, ça veut dire quoi" stands alone
    r"|\b(?:celui-ci|celui-là|celle-ci|celle-là|là-dessus|dedans)\b"
    r"|\b(?:il|elle|ils|elles)\s+(?:\w+\s+){0,2}(?:combien|quoi|comment|où)\b"
    r"|\b(?:en|l'|le|la|les)\s+(?:faut|faire|fait|utiliser|mettre|ajouter|préparer|enlever|éviter)\b"
    r"|-(?:en|le|la|les)\b"
    r"|\b(?:do|does|is|are|was|can|should|must|with|of|for|use|make|it)\s+(?:it|them|they|this|that)\b",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"[\s,]*\b(?:alors|aussi|non plus|c'est pareil|pareil|dans ce cas|du coup|too|instead|as well"
    r"|then)\s*\?*\s*$",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    r"^\s*(?:(?:et\s+)?(?:pourquoi|comment|combien(?:\s+(?:de\s+temps|ça|en\s+tout))?|quand|où"
    r"|à\s+quelle?\s+(?:température|dose|distance|vitesse|heure)|pendant\s+combien\s+de\s+temps"
    r"|dans\s+quel\s+ordre|avec\s+quoi|c'est-à-dire|par\s+qui|en\s+quelle\s+année|lequel|laquelle"
    r"|why|how|how\s+(?:long|much|many|so)|when|where|by\s+whom|in\s+which\s+order)"
    r"(?:\s+(?:ça|cela|exactement|donc|au\s+juste|exactly|so|not))?)\s*[?!.]*\s*$",
    re.IGNORECASE,
)
_PLACED: Final = re.compile(
    r"^\s*(?:pour|en|avec|sans|à|au|aux|dans|chez|sur|sous|par|for|with|without|in|at|on)\b",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"\b(?:qu[ei]\b|quell?e?s?\b|quoi|comment|combien|pourquoi|quand|où|what|which|who|how|why|when"
    r"|where|est-ce|faut-il|peut-on|doit-on)",
    re.IGNORECASE,
)


def depends(question: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    words = len(_WORD.findall(question))
    if not words or _BARE.match(question):
        return bool(words)
    if _LEADS.match(question) or _QUID.match(question):
        return words <= 2 * SHORT
    if words > 2 * SHORT:
        return False
    if _POINTS_BACK.match(question) or (words <= 10 and _PRONOUN.search(question)):
        return True
    short = words <= SHORT and not _ASKS.search(question)
    return short and bool(_PLACED.match(question) or _TAIL.search(question))


def standalone(question: str, history: Sequence[str]) -> str:
    """Return the question said in full; one that depends on nothing comes back as typed.

    Args:
        question: as typed.
        history: the questions before it, oldest first; the last ``FAR`` are read.
    """
    full = ""
    for before in [*history[-FAR:], question]:
        full = _joined(before, full) if full and depends(before) else before
    return full


def _joined(question: str, before: str) -> str:
    """Say a dependent question with what the one before it asked."""
    before = before.strip()
    if _BARE.match(question):
        return f"{_LEADS.sub('', question).strip(' ?!.')} : {before}"
    said = _QUID.sub("", _LEADS.sub("", _LEADS.sub("", question)))
    said = _TAIL.sub("", said).strip(" ?!.,")
    if not said:
        return before
    for replaced in (_same_notation, _same_place, _same_noun):
        found = replaced(said, before)
        if found:
            return found
    return f"{before.rstrip(' ?!.')}, {said} ?"


_DET: Final = r"(?:un|une|le|la|les|l'|l’|du|des|de|d'|d’|mon|ma|mes|ce|cette|a|an|the)"
_NOUN: Final = rf"(?:{_DET}\s*)*[\w-]+(?:\s+(?:de|du|des|d'|d’|of)\s*(?:la\s+|l')?[\w-]+)*"
_PLACES: Final = {
    "à": r"(?:à|au|aux)", "au": r"(?:à|au|aux)", "aux": r"(?:à|au|aux)", "at": r"(?:at|in)",
}  # fmt: skip


def _same_notation(said: str, before: str) -> str:
    """« en 6 × 6 » after « pour du 24 × 36 »: one figure takes the place of another."""
    new, old = find_notations(said), find_notations(before)
    if len(new) != 1 or len(old) != 1 or len(_WORD.findall(said)) > SHORT:
        return ""
    if _measure(new[0].token, new[0].kind) != _measure(old[0].token, old[0].kind):
        return ""
    figure = said[new[0].start : new[0].end]
    return before[: old[0].start] + figure + before[old[0].end :]


def _measure(token: str, kind: str) -> str:
    return kind + re.sub(r"[\d.,/x-]+", "", token)


def _same_place(said: str, before: str) -> str:
    """« pour un paysage » after « pour un portrait »: the same preposition, another noun."""
    lead = re.match(r"(?:celles?\s+|celui\s+|ceux\s+)?(?P<place>\w+)\b", said, re.IGNORECASE)
    if lead is None or not _PLACED.match(lead["place"]):
        return ""
    place = _PLACES.get(lead["place"].lower(), lead["place"])
    slots = list(re.finditer(rf"\b{place}\s+{_NOUN}", before, re.IGNORECASE))
    slots = [slot for slot in slots if not _ASKS.match(slot.group().split()[-1])]
    if not slots or (slots[-1].start() == 0 and len(slots) == 1):
        return ""
    slot = slots[-1]
    rest = before[slot.end() :]
    if len(_WORD.findall(rest)) <= 3:  # what hangs on the noun that goes, goes with it
        rest = " ?"
    return before[: slot.start()] + said[lead.start("place") :] + rest


def _same_noun(said: str, before: str) -> str:
    """« un calotype » after « un ferrotype ? »: the last noun is another."""
    if not re.match(rf"{_DET}(?:\s|(?<=['’]))", said, re.IGNORECASE):
        return ""
    if _PRONOUN.search(said):
        return ""
    last = list(re.finditer(r"\b(?:un|une|le|la|les|l'|du|des|d'|a|an|the)\s*", before))
    if not last or len(_WORD.findall(before[last[-1].end() :])) > 4:
        return ""
    return f"{before[: last[-1].start()]}{said} ?"

"""In which language is a question? Function words decide; a question without any is French."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FRENCH = _words(
    """
        le la les l un une des du de d au aux et ou où est sont était ce c cet cette ces il elle ils
        elles on je tu nous vous que qu qui quoi quel quelle quels quelles quand comment combien
        pourquoi dans par pour sur sous avec sans ne n pas plus s se son sa ses leur leurs y en à
        a-t t dit faut peut doit entre chez avant après lequel laquelle"""
)
OTHERS = {
    "en": _words(
        """
        the a an of to is are was were be been do does did what which who whom whose when where
        why how and or not with without for from by on in at this that these those it its you i
        we they he she can could should would must has have had much many long before after
        between into than there"""
    ),
    "de": _words(
        """
        der die das den dem des ein eine einen und oder ist sind war wie was wer wo wann warum
        welche welcher welches nicht mit ohne für von zu im auf bei man wird werden kann muss
        sich aus nach über zwischen"""
    ),
    "es": _words(
        """
        el los las del una uno unos y o es son fue cómo qué quién dónde cuándo cuál cuánto por
        para con sin no se su sus al lo como puede debe entre"""
    ),
    "it": _words(
        """
        il lo gli i della dello dei delle degli una uno e o è sono come cosa che chi dove quando
        quale quanto perché per con senza non si nel nella al alla può deve tra"""
    ),
}


def language_of(question: str) -> str:
    """Say in which language a question is: "fr", or "en", "de", "es", "it", or "other".

    Ties, and questions of two or three bare terms, count as French: a wrong "foreign" throws away
    the better of the two lists.
    """
    words = [word.lower() for word in _WORD.findall(question)]
    if any(word > "ʯ" and len(word) > 1 for word in words):  # Greek, Cyrillic…, but γ is a term
        return "other"
    french = sum(word in FRENCH for word in words)
    counts = {name: sum(w in known for w in words) for name, known in OTHERS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] > french else "fr"

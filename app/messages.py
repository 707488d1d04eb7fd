"""Every text that people read, in French and in English: the only place that has any.

``rag`` and ``mlops`` give stable codes and English messages for the log; here each code gets its
words. The words themselves are in ``app/texts``: a key is ``room.name``; ``{name}`` is filled in.
Both languages stand side by side, so that one cannot be forgotten.
"""

from __future__ import annotations

import re
import string
from typing import Literal

from app.texts import (
    alerting,
    asking,
    counting,
    dates,
    diagnosing,
    evaluating,
    explaining,
    findings,
    improving,
    keys,
    knowing,
    learning,
    library,
    monitoring,
    nights,
    photos,
    protocols,
    reading,
    releasing,
    remarks,
    showing,
    terminal,
    typing,
    versions,
    web,
    writing,
)

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

# each with its TEXTS
ROOMS = (
    terminal, explaining, findings, web, knowing, evaluating, photos, writing, releasing, nights,
    alerting, counting, learning, library, reading, improving, versions, monitoring, keys,
    protocols, showing, dates, asking, typing, remarks,
    diagnosing,
)  # fmt: skip
MESSAGES: dict[str, tuple[str, str]] = {k: v for room in ROOMS for k, v in room.TEXTS.items()}


def text(key: str, language: Language = "fr", /, **details: object) -> str:
    """Return the words for a key, with the details filled in.

    Raises:
        KeyError: no such key, or a detail is missing: a fault of ours.
    """
    template = MESSAGES[key][LANGUAGES.index(language)]
    template = typeset(template) if language == "fr" else template
    return template.format(**details) if details or "{" in template else template


def typeset(french: str) -> str:
    """Put the unbreakable blanks that French typography wants before « : ; ! ? % » and in « »."""
    return re.sub(r"(?<=«) | (?=[:;!?%»](?:\s|$|[.,)]))", "\u00a0", french)


def text_or(key: str, fallback: str, language: Language = "fr", /, **details: object) -> str:
    """Return the words for a key, or those of ``fallback`` when the catalogue has not that key."""
    return text(key if key in MESSAGES else fallback, language, **details)


def placeholders(template: str) -> set[str]:
    """The names to fill in a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def explain(error: Exception, language: Language, *, home: object = "") -> str:
    """What to tell a person about one of our errors: what happened, and what to type."""
    code = str(getattr(error, "code", "error"))
    details = {"home": home, **getattr(error, "details", {}), "message": str(error)}
    if code == "unknown_document":
        names = ", ".join(details.get("close") or ())
        details["close"] = text("document.near" if names else "document.how", language, names=names)
    if f"refused.{code}" in MESSAGES:
        reason = text(f"refused.{code}", language)
        return text("error.refused", language, path=details.get("path", error), reason=reason)
    template = MESSAGES.get(f"error.{code}", MESSAGES["error.rag"])[LANGUAGES.index(language)]
    template = typeset(template) if language == "fr" else template
    if placeholders(template) - details.keys():
        return str(error)
    return template.format(**details)


def choose(accept_language: str | None, default: Language = "fr") -> Language:
    """The first language of an Accept-Language header that we speak."""
    ranked: list[tuple[float, int, str]] = []
    for part in (accept_language or "").split(","):
        tag, _, weight = part.strip().partition(";q=")
        code = tag[:2].lower()
        if code in LANGUAGES:
            try:
                ranked.append((-float(weight or 1), len(ranked), code))
            except ValueError:
                continue
    return "en" if ranked and min(ranked)[2] == "en" else ("fr" if ranked else default)


def number(value: float, language: Language, digits: int = 0) -> str:
    """A number as the language writes it: 1234.5 → « 1 234,5 » or "1,234.5"."""
    written = f"{value:,.{digits}f}"
    if language == "en":
        return written
    return written.replace(",", "\u202f").replace(".", ",")


def percent(share: float) -> int:
    """A share 0..1 in whole percent, never 100 when it is not."""
    return 100 if share >= 1 else min(99, round(100 * share))


def share(value: float, language: Language, digits: int = 0) -> str:
    """A share 0..1 as the language writes it: 0.985 → « 98 % » or "98%", never 100 when it is not.

    Args:
        value: 0..1.
        language: of the reader.
        digits: after the comma; 0 cuts, so that 99.9 % is not shown as all.
    """
    written = number(100 * value, language, digits) if digits else str(percent(value))
    return f"{written}%" if language == "en" else f"{written}\u00a0%"


def quoted(words: str, language: Language) -> str:
    """Words between the quotation marks of the language, which no line parts from them."""
    return f"“{words}”" if language == "en" else f"«\u00a0{words}\u00a0»"


def kind(code: str, language: Language) -> str:
    """The kind of a document in words: « page web » for "html"; its code when we have no word."""
    key = f"kind.{code}"
    return text(key, language) if key in MESSAGES else code.upper()


def person(author: str, language: Language) -> str:
    """Who did something: the parts of the service that act by themselves have a name too."""
    role, _, name = author.rpartition(":")
    key = f"author.{role or name}"
    return text(key, language) if key in MESSAGES else name


def language_name(code: str, language: Language) -> str:
    """The name of a language; its code when we have no word for it."""
    key = f"filters.{code}"
    return text(key, language) if key in MESSAGES else code


def reason(code: str, language: Language, detail: str = "") -> str:
    """Why a question got no answer, or what to beware of in one; "" when there is nothing to say.

    Args:
        code: of ``Verdict.reason``.
        language: of the reader.
        detail: the word that the reason is about.
    """
    if not code:
        return ""
    return text_or(f"reason.{code}", "reason.other", language, code=code, detail=detail)

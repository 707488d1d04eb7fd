"""Answers about the photos of the collection: which ones were taken so, from their own notes.

No score decides here: a photo passes every test or it does not, and each one shown is cited by the
lines that its camera wrote. A photo whose camera noted nothing of what is asked does not pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.french.analysis import fold
from rag.records import (
    Citation,
    Filters,
    Outcome,
    PageHit,
    PhotoTest,
    Section,
    Sentence,
    TextSpan,
    Verdict,
)
from rag.records.facts import DocumentFacts, PhotoFacts

SHOWN = 12
SHOWN_OF_ORDER = 5  # of "the longest exposures"
NIGHT = (21, 6)  # hours between which a photo counts as taken at night
_SETTINGS = ("Ouverture", "Vitesse", "Sensibilité", "Focale", "Appareil", "Objectif", "Date")
_NOTED = re.compile(r"^(?:" + "|".join(_SETTINGS) + r")(?: équivalente 24 × 36)? : .*$", re.M)


@dataclass(frozen=True, slots=True)
class Photos:
    """What was found: sentences to show, where they stand, and the verdict."""

    sentences: tuple[Sentence, ...]
    pages: tuple[PageHit, ...]
    verdict: Verdict  # signals: "photos" found; without any, the range of what was asked


@dataclass(frozen=True, slots=True)
class Album:
    """The photos of a release, and how to quote them.

    Attributes:
        facts: by document id, those of photos at least.
        names: shown name of each document, by id.
        section_of: section of (document, index).
        chunk_of: identifier of the chunk that holds a section, "" when none does.
        release: its identifier.
    """

    facts: Mapping[str, DocumentFacts]
    names: Mapping[str, str]
    section_of: Callable[[str, int], Section | None]
    chunk_of: Callable[[str, int], str]
    release: str


def answer_photos(filters: Filters, album: Album, removed: frozenset[str]) -> Photos | None:
    """Answer a question about photos.

    Args:
        filters: as ``rag.question.filters`` reads them.
        album: the photos.
        removed: documents that were deleted.

    Returns:
        None when the filters ask nothing of photos, or ask for a subject that no photo names:
        the search knows more about that than the notes of a camera.
    """
    tests = [t for t in filters.photo if t.field != "order"]
    if not filters.photo:
        return None
    order = next((t.words for t in filters.photo if t.field == "order"), "day")
    held = {k: f for k, f in album.facts.items() if f.photo is not None and k not in removed}
    held = {k: f for k, f in held.items() if _wanted(filters, album.names.get(k, ""))}
    found = [k for k, f in held.items() if all(passes(test, f) for test in tests)]
    found = _sorted([k for k in found if _orders(order, held[k])], held, order)
    if not found and any(t.field == "text" for t in tests):
        return None
    if not found:
        return Photos((), (), Verdict(Outcome.NOTHING, 0.0, "no_photo", _ranges(tests, held)))
    shown = found[: SHOWN if order == "day" else SHOWN_OF_ORDER]
    told = [(k, _told(k, held[k], album)) for k in shown]
    sentences = [(k, s) for k, s in told if s is not None]
    signals = {"photos": float(len(found)), "shown": float(len(sentences))}
    return Photos(
        tuple(s for _, s in sentences),
        tuple(PageHit(k, album.names[k], held[k].index, 1.0, s.text) for k, s in sentences),
        Verdict(Outcome.ANSWER, 1.0, "", signals),
    )


def passes(test: PhotoTest, facts: DocumentFacts) -> bool:
    """Whether a photo passes one test; what its camera did not note does not."""
    photo = facts.photo
    if photo is None:
        return False
    if test.field in ("camera", "lens"):
        return _named(test.words, photo.camera if test.field == "camera" else photo.lens)
    if test.field == "text":
        return all(_stands(word, facts.text) for word in test.words.split())
    if test.field == "night":
        return _at_night(photo) or bool(re.search(r"\b(?:nuit|nocturne|night)", facts.text))
    number = value(test.field, facts)
    return number is not None and test.low <= number <= test.high


def value(field: str, facts: DocumentFacts) -> float | None:
    """A number of a photo; None when its camera did not note it."""
    photo = facts.photo
    if photo is None:
        return None
    if field == "year":
        return float(photo.taken[:4]) if photo.taken else None
    found: float | None = getattr(photo, field, None)
    return found


def _wanted(filters: Filters, name: str) -> bool:
    """Whether a photo is among the documents that are asked for, when some are."""
    asked = [fold(part) for part in filters.documents]
    return not asked or any(part in fold(name) for part in asked)


def _named(words: str, name: str) -> bool:
    """« leica » of « LEICA Q2 », « 24-70 » of « 24-70mm f/2.8 »: every word stands in the name."""
    known = re.findall(r"\d+-\d+|[^\W\d_]+\d*\w*|\d+", fold(name))
    known += [part for word in known for part in word.split("-")]
    return all(word in known for word in words.split())


def _stands(word: str, text: str) -> bool:
    """A word of the subject, its plural left aside."""
    stem = word[:-1] if len(word) > 3 and word[-1] in "sx" else word
    return re.search(rf"(?<!\w){re.escape(stem)}", text) is not None


def _at_night(photo: PhotoFacts) -> bool:
    if len(photo.taken) < 13:
        return False
    hour = int(photo.taken[11:13])
    return hour >= NIGHT[0] or hour < NIGHT[1]


def _orders(order: str, facts: DocumentFacts) -> bool:
    """Whether a photo has what a list is ordered by; a list by date takes undated photos too."""
    return order == "day" or value(order.lstrip("-"), facts) is not None


def _sorted(found: Sequence[str], held: Mapping[str, DocumentFacts], order: str) -> list[str]:
    """By what is asked ("-" largest first), then by time."""
    sign = -1 if order.startswith("-") else 1

    def key(name: str) -> tuple[float, str, str]:
        facts = held[name]
        photo = facts.photo
        number = value(order.lstrip("-"), facts)
        taken = photo.taken if photo is not None else ""
        return (float("inf") if number is None else sign * number, taken, name)

    return sorted(found, key=key)


def _ranges(tests: Sequence[PhotoTest], held: Mapping[str, DocumentFacts]) -> dict[str, float]:
    """What the collection holds of the numbers asked: {"iso_low": 100, "iso_high": 3200}."""
    signals = {"photos": 0.0, "held": float(len(held))}
    for field in dict.fromkeys(test.field for test in tests):
        numbers = [n for f in held.values() if (n := value(field, f)) is not None]
        if numbers and field not in ("camera", "lens"):
            signals |= {f"{field}_low": min(numbers), f"{field}_high": max(numbers)}
    return signals


def _told(document_id: str, facts: DocumentFacts, album: Album) -> Sentence | None:
    """One photo in a line, its values as they stand in the notes that are cited."""
    section = album.section_of(document_id, facts.index)
    if section is None:
        return None
    lines = {m[0].split(" : ", 1)[0]: m for m in _NOTED.finditer(section.text)}
    if not lines:
        return None
    start = min(m.start() for m in lines.values())
    end = max(m.end() for m in lines.values())
    values = [lines[label][0].split(" : ", 1)[1] for label in _SETTINGS if label in lines]
    name = album.names[document_id]
    citation = Citation(
        document_id=document_id,
        document=name,
        index=facts.index,
        quotation=section.text[start:end],
        anchors=(TextSpan(document_id, facts.index, start, end),),
        confidence=1.0,
        chunk_id=album.chunk_of(document_id, facts.index),
        release=album.release,
    )
    return Sentence(f"{name} : {', '.join(values)}.", (citation,))

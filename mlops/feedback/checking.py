"""A remark as it comes, checked in one place: a remark is data, whatever it says."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlops.store import MAX_TEXT
from rag.errors import RagError

MARKS = 50  # pages pointed at in one remark
WANTED = (None, "answer", "refusal")
AUTHOR = 80  # characters


class TooMany(RagError):
    """One person says too much at once; later is well."""


class NotARemark(ValueError):
    """What is said cannot be kept: ``code`` and ``details`` say why, for whoever tells people."""

    def __init__(self, message: str, code: str, **details: object) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Mark:
    """A page that is right or wrong for the question; words[first:last] of it when pointed at."""

    document_id: str
    index: int  # from 0
    right: bool
    first: int | None = None
    last: int | None = None

    def plain(self) -> dict[str, Any]:
        """As the table keeps it."""
        found: dict[str, Any] = {
            "document_id": self.document_id, "index": self.index, "right": self.right,
        }  # fmt: skip
        if self.first is not None and self.last is not None:
            found |= {"first": self.first, "last": self.last}
        return found


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of an answer."""

    question: str
    answer: str
    rating: int  # 1..5
    sources: tuple[Any, ...] = ()
    text: str | None = None
    corrected_answer: str | None = None
    user: str | None = None
    author: str = ""  # "user:…", "reader:…", "editor"; "" when nobody says
    answer_id: str | None = None
    timestamp: str | None = None
    marks: tuple[Mark, ...] = ()
    wanted: str | None = None  # "answer": should have answered; "refusal": should not have


def check(given: Given) -> None:
    """Raise for what cannot be kept.

    Raises:
        NotARemark: rating, question, marks or wanted are not of their kind; a text is too long.
    """
    rating = given.rating
    if isinstance(rating, bool) or not isinstance(rating, int) or not 1 <= rating <= 5:
        raise NotARemark(
            f"rating {rating!r}: want a whole number from 1 to 5", "rating", found=str(rating)[:40]
        )
    if plain_text(given.question) is None:
        raise NotARemark(
            "an empty question cannot be judged: give the question that was asked", "question"
        )
    for value in (given.question, given.answer, given.text or "", given.corrected_answer or ""):
        _check_size("a text", "too_long", len(value), MAX_TEXT)
    if given.wanted not in WANTED:
        raise NotARemark(
            f"wanted {given.wanted!r}: want 'answer', 'refusal' or nothing", "wanted",
            found=str(given.wanted)[:40],
        )  # fmt: skip
    if len(given.marks) > MARKS:
        raise NotARemark(
            f"{len(given.marks)} pages marked: want at most {MARKS}", "marks",
            found=len(given.marks), most=MARKS,
        )  # fmt: skip
    _check_size("an author", "author", len(given.author), AUTHOR)
    for mark in given.marks:
        _check_mark(mark)


def _check_size(what: str, code: str, found: int, most: int) -> None:
    if found > most:
        raise NotARemark(
            f"{what} of {found} characters: want at most {most}", code, found=found, most=most
        )


def _check_mark(mark: Mark) -> None:
    if mark.index < 0:
        found = mark.index + 1
        raise NotARemark(f"page {found}: pages count from 1", "first_page", found=found)
    said = {"first": mark.first, "last": mark.last}
    if (mark.first is None) != (mark.last is None):
        raise NotARemark("the words pointed at want a first and a last one", "words", **said)
    if mark.first is not None and mark.last is not None and not 0 <= mark.first < mark.last:
        raise NotARemark(f"words {mark.first}:{mark.last}: want first < last", "words", **said)


def mark_of(data: Mapping[str, Any]) -> Mark:
    """Read a mark of the table, or of a line of a file.

    Raises:
        NotARemark: it is not one.
    """
    try:
        first, last = data.get("first"), data.get("last")
        return Mark(
            str(data["document_id"]), int(data["index"]), bool(data["right"]),
            None if first is None else int(first), None if last is None else int(last),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise NotARemark(f"not a mark of a page: {dict(data)!r}", "mark") from error


def plain_text(text: str | None) -> str | None:
    """A text without control characters; line ends stay. Nothing left is None.

    Marks that turn the direction of what follows (Unicode Cf) go too: they could make a correction
    look like another one to who validates it.
    """
    if text is None:
        return None
    kept = "".join(_plain(character) for character in text)
    return kept.strip() or None


def _plain(character: str) -> str:
    if character in "\n\t":
        return character
    kind = unicodedata.category(character)
    return " " if kind in ("Cc", "Cs") else "" if kind == "Cf" else character

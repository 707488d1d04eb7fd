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
        ValueError: rating, question, marks or wanted are not of their kind; a text is too long.
    """
    rating = given.rating
    if isinstance(rating, bool) or not isinstance(rating, int) or not 1 <= rating <= 5:
        raise ValueError(f"rating {rating!r}: want a whole number from 1 to 5")
    if plain_text(given.question) is None:
        raise ValueError("an empty question cannot be judged: give the question that was asked")
    for value in (given.question, given.answer, given.text or "", given.corrected_answer or ""):
        if len(value) > MAX_TEXT:
            raise ValueError(f"a text of {len(value)} characters: want at most {MAX_TEXT}")
    if given.wanted not in WANTED:
        raise ValueError(f"wanted {given.wanted!r}: want 'answer', 'refusal' or nothing")
    if len(given.marks) > MARKS:
        raise ValueError(f"{len(given.marks)} pages marked: want at most {MARKS}")
    if len(given.author) > AUTHOR:
        raise ValueError(f"an author of {len(given.author)} characters: want at most {AUTHOR}")
    for mark in given.marks:
        _check_mark(mark)


def _check_mark(mark: Mark) -> None:
    if mark.index < 0:
        raise ValueError(f"page {mark.index + 1}: pages count from 1")
    if (mark.first is None) != (mark.last is None):
        raise ValueError("the words pointed at want a first and a last one")
    if mark.first is not None and mark.last is not None and not 0 <= mark.first < mark.last:
        raise ValueError(f"words {mark.first}:{mark.last}: want first < last")


def mark_of(data: Mapping[str, Any]) -> Mark:
    """Read a mark of the table, or of a line of a file.

    Raises:
        ValueError: it is not one.
    """
    try:
        first, last = data.get("first"), data.get("last")
        return Mark(
            str(data["document_id"]), int(data["index"]), bool(data["right"]),
            None if first is None else int(first), None if last is None else int(last),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a mark of a page: {dict(data)!r}") from error


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

"""Edits on a text: applied, undone, and followed back to where each character came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from rag.records import Edit


def in_order(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits by start.

    Raises:
        ValueError: two of them overlap, or one changes nothing.
    """
    ordered = tuple(sorted(edits, key=lambda e: (e.start, e.end)))
    at = 0
    for edit in ordered:
        if edit.start < at or edit.end - edit.start != len(edit.before):
            raise ValueError(f"{edit} overlaps the one before it, or its span is not its text")
        if edit.before == edit.after:
            raise ValueError(f"{edit} changes nothing")
        at = edit.end
    return ordered


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with the edits made.

    Raises:
        ValueError: an edit is not about this text, or two overlap.
    """
    parts, at = [], 0
    for edit in in_order(edits):
        if text[edit.start : edit.end] != edit.before:
            raise ValueError(f"{edit} does not fit: found {text[edit.start : edit.end]!r}")
        parts += [text[at : edit.start], edit.after]
        at = edit.end
    return "".join(parts) + text[at:]


def undo(text: str, edits: Sequence[Edit]) -> str:
    """Return the text that ``apply`` was given.

    Raises:
        ValueError: the text is not what these edits make.
    """
    parts, at, shift = [], 0, 0
    for edit in in_order(edits):
        start = edit.start + shift
        if text[start : start + len(edit.after)] != edit.after:
            raise ValueError(f"{edit} was not made here: found {text[start:][:20]!r}")
        parts += [text[at:start], edit.before]
        at = start + len(edit.after)
        shift += len(edit.after) - len(edit.before)
    return "".join(parts) + text[at:]


class Trail:
    """Where each stretch of an edited text stood in the original."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = in_order(edits)
        self._starts: list[int] = []  # of each edit, in the edited text
        shift = 0
        for edit in self._edits:
            self._starts.append(edit.start + shift)
            shift += len(edit.after) - len(edit.before)

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span of ``edited[start:end]``; an edit it touches counts whole."""
        return self._place(start, last=False), self._place(end - 1, last=True)

    def _place(self, at: int, *, last: bool) -> int:
        """Original offset of the character at ``at`` (its end when ``last``)."""
        i = bisect_right(self._starts, at) - 1  # deletions take no room: only the last can hold it
        if i < 0:
            return at + last
        edit, inside = self._edits[i], at - self._starts[i]
        if inside < len(edit.after):
            return edit.end if last else edit.start
        return edit.end + inside - len(edit.after) + last

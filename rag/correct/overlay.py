"""What people say is printed, laid over what was read: the reading stays, the edits change.

A fix speaks of whole words of one page. At those words it wins over every other edit; a hyphen at
the end of a line goes on joining its halves as long as the person's word ends with one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rag.correct.page import edited, word_starts
from rag.records import CorrectedPage, Edit, Page

RULE: Final = "person"

_HYPHENS: Final = "-‐‑¬"
_BETWEEN: Final = ("join",)  # rules about the blank beside a word, because of what it read


@dataclass(frozen=True, slots=True)
class WordFix:
    """``page.words[first:last]``, which read ``before``, are printed ``after``."""

    first: int
    last: int
    before: str  # as read, joined by blanks
    after: str  # "" when there is nothing but a speck


def words_read(page: Page, first: int, last: int) -> str:
    """Those words as read, joined by blanks; "" when the page has no such words."""
    if not 0 <= first < last <= len(page.words):
        return ""
    return " ".join(word.text for word in page.words[first:last])


def words_shown(done: CorrectedPage, first: int, last: int) -> str:
    """What the corrected page says at those words (the halves of a cut word count whole)."""
    return " ".join(t.text for t in done.tokens if t.first < last and first < t.last)


def overlay(done: CorrectedPage, fixes: Iterable[WordFix]) -> CorrectedPage:
    """Lay people's words over a corrected page.

    Args:
        done: as ``correct`` left it.
        fixes: of this page; one that speaks of other words than those read there, or of words
            that an earlier one (by place) speaks of, is left out.

    Returns:
        The page with the edits changed at those words and nowhere else; the same page when no fix
        is about it. ``undo(apply(text, edits), edits) == text`` as before.
    """
    edits, at, changed = list(done.edits), 0, False
    for fix in sorted(set(fixes), key=lambda f: (f.first, f.last, f.after)):
        if fix.first < at or not fix.before:
            continue
        if words_read(done.page, fix.first, fix.last) != fix.before:
            continue
        edits = _laid(done.page, edits, fix)
        at, changed = fix.last, True
    if not changed:
        return done
    return edited(done.page, done.lines, edits, f"{done.version}+{RULE}")


def _laid(page: Page, edits: Sequence[Edit], fix: WordFix) -> list[Edit]:
    """The edits with those of the fix's words replaced by what the person says."""
    starts = word_starts(page)
    start, end = starts[fix.first], starts[fix.last - 1] + len(page.words[fix.last - 1].text)
    after = fix.after
    mark = next((e for e in edits if e.rule == "hyphen" and e.end == end and e.start < end), None)
    cut = after[-1:] != "" and after[-1] in _HYPHENS
    kept = [e for e in edits if not _touches(e, start, end)]
    if mark is not None and cut and mark.start >= start:
        kept.append(mark)  # still cut at the line end, and still joined without its hyphen
        end, after = mark.start, after[:-1]
    if not cut:
        kept = [e for e in kept if not _joins_next(page, e, end)]
    if not after:
        start, end = _with_blank(page.text, start, end, kept)
    before = page.text[start:end]
    if before != after:
        kept.append(Edit(start, end, before, after, RULE))
    return kept


def _touches(edit: Edit, start: int, end: int) -> bool:
    """Whether an edit is about these words; one about the blank beside them is too."""
    if edit.rule in _BETWEEN:
        return edit.start <= end and start <= edit.end
    if edit.start == edit.end:
        return start <= edit.start < end
    return edit.start < end and start < edit.end


def _joins_next(page: Page, edit: Edit, end: int) -> bool:
    """The line break after ``end`` taken away, so that two halves are one word."""
    return edit.rule == "hyphen" and edit.start >= end and not page.text[end : edit.start].strip()


def _with_blank(text: str, start: int, end: int, edits: Sequence[Edit]) -> tuple[int, int]:
    """A speck goes with the blank beside it, where no edit holds that."""
    for a, b in ((start, end + 1), (start - 1, end)):
        beside = text[a:start] + text[end:b]
        if beside == " " and not any(e.start < b and a < e.end for e in edits):
            return a, b
    return start, end

"""Where a corrected word comes back: proposed to people, never laid over a page by itself.

Two words are alike when they were read alike: the same unknown form, or an unknown word that the
same confusion turns into one word of the lexicon. The images themselves are not compared: a release
holds none, and drawing every page again costs more than a person's look at a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.learning.words import STANDING, Proposal, likely, listing, propose
from mlops.store import Store
from rag.correct.learned import confused, core
from rag.correct.overlay import words_shown
from rag.index.release import Release
from rag.records import CorrectedPage, Word

MOST: Final = 200  # new proposals at once: more than a person looks at
EACH: Final = 20  # after one fix
SURE: Final = 0.98  # OCR confidence that mended words rarely reach (rag.correct.confusions)
LETTERS: Final = 4  # of a word that a confusion may be undone in


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A word that may have been misread as another was."""

    document_id: str
    index: int
    at: int  # of the word on its page
    after: str
    like: str  # the fix


def recurrences(store: Store, release: Release, *, most: int = MOST) -> list[Proposal]:
    """Propose the words of a release that were misread as corrected ones were.

    Args:
        store: the record; words of which something is said already are left.
        release: looked through once, about 0.4 ms a page.
        most: new proposals at most, in the order of pages.

    Returns:
        What is new, in state ``proposed``: a person agrees, or it stays so.
    """
    from rag.french.lexicon import load_lexicon

    fixes = [row for row in listing(store, "validated") if row["after"]]
    if not fixes:
        return []
    lexicon = load_lexicon()
    taught = _Taught(fixes, lexicon.knows, lexicon.lists)
    said = _said_of(store)
    found: list[Proposal] = []
    counts: dict[str, int] = {}
    for one in _all(release, taught):
        place = (one.document_id, one.index)
        if counts.get(one.like, 0) >= EACH or any(a <= one.at < b for a, b in said.get(place, ())):
            continue
        told = propose(
            store, release, document_id=one.document_id, index=one.index,
            first=one.at, last=one.at + 1, after=one.after, like=one.like,
        )  # fmt: skip
        if told.state == "proposed":
            counts[one.like] = counts.get(one.like, 0) + 1
            found.append(told)
        if len(found) >= most:
            break
    return found


class _Taught:
    """What the fixes in force say of other words."""

    def __init__(
        self,
        fixes: Sequence[Mapping[str, Any]],
        knows: Callable[[str], bool],
        lists: Callable[[str], bool],
    ) -> None:
        self.knows, self.lists = knows, lists
        self.forms: dict[str, tuple[str, str]] = {}  # form → (what it is, the fix)
        self.confusions: dict[tuple[str, str], str] = {}  # (seen, printed) → the fix
        for row in fixes:
            before, after = core(row["before"]), core(row["after"])
            if not before or not after or before == after or " " in before + after:
                continue
            if not knows(before) and likely(before, after):
                self.forms.setdefault(before, (after, str(row["fix_id"])))
                for pair in confused(before, after):
                    self.confusions.setdefault(pair, str(row["fix_id"]))

    def guess(self, word: Word) -> tuple[str, str] | None:
        """What a word may be, with the signs around it, and the fix that says so."""
        return self._guess(word.text, word.confidence)

    def may_be(self, text: str) -> bool:
        """Whether something may be guessed of a word read so, however surely it was read."""
        return self._guess(text, 0.0) is not None

    def _guess(self, text: str, confidence: float) -> tuple[str, str] | None:
        read = text.replace("'", "’")
        form = core(read)
        if not form or self.knows(form):
            return None
        found = self.forms.get(form)
        if found is None and confidence < SURE and len(form) >= LETTERS:
            guesses = sorted(set(self._undone(form)))
            found = guesses[0] if len({after for after, _ in guesses}) == 1 else None
        if found is None:
            return None
        start = read.index(form)
        return read[:start] + found[0] + read[start + len(form) :], found[1]

    def _undone(self, form: str) -> Iterator[tuple[str, str]]:
        """Words of the lexicon that one confusion may have made ``form`` of."""
        for (seen, printed), fix in self.confusions.items():
            at = form.find(seen)
            while at >= 0:
                variant = form[:at] + printed + form[at + len(seen) :]
                if variant != form and self.lists(variant):
                    yield variant, fix
                at = form.find(seen, at + 1)


def _all(release: Release, taught: _Taught) -> Iterator[Recurrence]:
    """Every word that something is guessed of, and that is still shown as it was read."""
    may_be = lru_cache(maxsize=200_000)(taught.may_be)
    for row, plain in enumerate(release.pages.plain()):
        if not any(may_be(text) for text, *_ in plain["page"]["words"]):
            continue
        done = release.pages[row]
        for at, word in enumerate(done.page.words):
            guess = taught.guess(word)
            if guess is not None and _untouched(done, at):
                yield Recurrence(done.page.document_id, done.page.index, at, *guess)


def _untouched(done: CorrectedPage, at: int) -> bool:
    return words_shown(done, at, at + 1) == done.page.words[at].text


def _said_of(store: Store) -> dict[tuple[str, int], list[tuple[int, int]]]:
    """The words of which something is said, by page; a guess that was refused too."""
    fixes = t.word_fixes.c
    query = sa.select(fixes.document_id, fixes.page_index, fixes.first, fixes.last).where(
        fixes.state.in_((*STANDING, "refused"))
    )
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    with store.read() as connection:
        for row in connection.execute(query):
            place = (row.document_id, row.page_index)
            found.setdefault(place, []).append((row.first, row.last))
    return found

"""What the reader's page shows of a page: blocks of lines of words, and what was said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from app import messages
from app.problems import Problem
from app.rendering import DOUBT
from mlops.learning import words as room
from mlops.store import Store
from rag.correct.beside import Spot, spots
from rag.index.release import Release
from rag.records import CorrectedPage, Line, Role

TextMode = Literal["read", "corrected", "both"]
DOUBTS = (0.6, DOUBT)  # below the first a word is very uncertain, below the second uncertain
ASIDE = (Role.HEAD, Role.FOLIO)


@dataclass(frozen=True, slots=True)
class Shown:
    """One word as the page shows it."""

    spot: Spot
    doubt: int  # 0 sure, 1 uncertain, 2 very uncertain
    marked: bool  # cited
    waits: bool  # somebody said what is printed there, and it is not in force yet


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, caption…: its printed lines."""

    role: str
    lines: tuple[tuple[Shown, ...], ...]
    column: bool  # it stands higher than the one before it: another column begins


@dataclass(frozen=True, slots=True)
class Words:
    """How many words of a page want looking at."""

    doubtful: int
    edited: int
    first_doubtful: int | None

    @classmethod
    def of(cls, found: Sequence[Block]) -> Words:
        """Count them."""
        every = [word for block in found for line in block.lines for word in line]
        doubtful = [word.spot.first for word in every if word.doubt]
        edited = sum(word.spot.read != word.spot.shown for word in every)
        return cls(len(doubtful), edited, doubtful[0] if doubtful else None)


@dataclass(frozen=True, slots=True)
class Said:
    """What stands in the record about some words of the page."""

    first: int
    last: int
    after: str
    state: str  # "proposed" or "validated"
    reason: str
    mine: bool
    done: bool  # the page says so already

    def about(self, first: int, last: int) -> bool:
        """Whether it is about some of these words."""
        return self.first < last and first < self.last


@dataclass(frozen=True, slots=True)
class Picked:
    """The words that a person is about to correct."""

    first: int
    last: int
    read: str
    shown: str
    typed: str  # what stands in the field
    rules: tuple[str, ...]
    confidence: float
    mine: Said | None
    others: bool  # somebody else said something; not told what: two who agree looked twice
    more: bool  # the word after can be taken too


def blocks(
    done: CorrectedPage, said: Sequence[Said], marks: Sequence[tuple[int, int]]
) -> list[Block]:
    """The page in reading order, by paragraph."""
    found: list[Block] = []
    top = 0
    rows = zip(done.lines, spots(done), strict=True)
    for _, group in groupby(rows, key=lambda row: (row[0].block, row[0].role)):
        lines = list(group)
        first: Line = lines[0][0]
        aside = first.role in ASIDE
        above = bool(found) and not aside and first.box.bottom < top
        top = top if aside else first.box.top
        words = tuple(tuple(_shown(s, said, marks) for s in line) for _, line in lines)
        found.append(Block(first.role.value, words, above))
    return found


def _shown(spot: Spot, said: Sequence[Said], marks: Sequence[tuple[int, int]]) -> Shown:
    doubt = sum(spot.confidence < limit for limit in DOUBTS) if "person" not in spot.rules else 0
    marked = any(a < spot.last and spot.first < b for a, b in marks)
    waits = any(one.about(spot.first, spot.last) and not one.done for one in said)
    return Shown(spot, doubt, marked, waits)


def proposals(
    store: Store, release: Release, document_id: str, index: int, author: str
) -> list[Said]:
    """What people said of the words of a page as it is read, and stands."""
    from rag.correct.overlay import words_shown

    done = release.page(document_id, index)
    found = []
    for row in room.of_page(store, release, document_id, index):
        first, last = int(row["first"]), int(row["last"])
        mine = bool(author) and author in (row["author"], row["validated_by"])
        over = done is not None and words_shown(done, first, last) == row["after"]
        state, reason = str(row["state"]), str(row["reason"])
        found.append(Said(first, last, row["after"], state, reason, mine, over))
    return found


def picked(
    done: CorrectedPage | None,
    word: int,
    to: int | None,
    said: Sequence[Said],
    typed: str | None = None,
) -> Picked | None:
    """The words that the form is about; None when the page has no such word.

    Args:
        done: the page.
        word: the first, in reading order.
        to: past the last; None for the spot that the word is in.
        said: of the page.
        typed: what the person typed already.
    """
    every = [spot for line in spots(done) for spot in line] if done else []
    last = word + 1 if to is None else to
    taken = [s for s in every if s.first < last and word < s.last]
    if not taken or last - word > room.WORDS:
        return None
    first, last = taken[0].first, taken[-1].last
    shown = " ".join(s.shown for s in taken if s.shown)
    about = [one for one in said if one.about(first, last)]
    mine = next((one for one in reversed(about) if one.mine), None)
    return Picked(
        first, last, " ".join(s.read for s in taken), shown,
        typed if typed is not None else mine.after if mine and not mine.done else shown,
        tuple(rule for s in taken for rule in s.rules), min(s.confidence for s in taken), mine,
        any(not one.mine and one.state == "proposed" for one in about),
        last < every[-1].last and last + 1 - first <= room.WORDS,
    )  # fmt: skip


def told(problem: Problem, language: messages.Language) -> str:
    """Why a word was not taken, in words that say what to do."""
    if problem.key != "learned.refused":
        return problem.words(language)
    code = str(problem.details.get("code", ""))
    return messages.text_or(f"read.refused.{code}", "read.refused.other", language, code=code)


def reason_of(rules: Sequence[str], language: messages.Language) -> str:
    """Why a word was corrected: the rules that did it, in words."""
    names = [messages.text_or(f"read.rule.{r}", "read.rule.other", language, rule=r) for r in rules]
    return ", ".join(dict.fromkeys(names))

"""Validated answers: questions that people asked, each with the words of the page that answer it.

An entry is retrievable like a passage, for what it says and for nothing else: a question that is
like one of its wordings brings its page to the front, other questions never meet it. It changes
the order of no other page, and is cited as the page that it points to.

How like: a few signals and a logistic model (``memory.json``, fitted by ``benchmarks/memory.py``
on questions whose answers were stored and on all the others, by what each move is worth in
reciprocal rank). Above the level ``first`` the page goes first, above ``second`` it goes second:
there it never takes the first place from a right one. Above ``accept`` a question that would have
been refused is answered.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.french.analysis import fold
from rag.records import Concept, Origin, Query, Recalled
from rag.retrieve.fuse import Place, Ranked, Scored

Floats = NDArray[np.float32]
Found = tuple[Place, float, int]  # a page, its score, the row of its best passage

ENTRIES, VECTORS = "validated", "validated-vectors"  # part and array of a release
SAME = 0.985  # cosine of two questions that differ by a letter or a blank
SUBJECT = 0.3  # turned cosine, less that with questions from elsewhere
LOOKED_AT = 30  # wordings compared in detail: the nearest by meaning, and as many by words


@dataclass(frozen=True, slots=True)
class Entry:
    """A validated answer, as a release holds it.

    Attributes:
        wordings: the question as it was asked, then other ways of asking it.
        row: the chunk that holds the proof, of which ``text[start:end]`` is cited.
    """

    entry_id: str
    wordings: tuple[str, ...]
    answer: str
    document_id: str
    index: int  # the page, from 0
    row: int
    start: int
    end: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Entry:
        """Read what ``plain`` wrote."""
        return cls(**{**data, "wordings": tuple(data["wordings"])})

    def plain(self) -> dict[str, Any]:
        """Plain values, for the release."""
        return {field.name: getattr(self, field.name) for field in fields(self)} | {
            "wordings": list(self.wordings)
        }


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is measured of a question and one wording; nan for what cannot be."""

    gap: float  # score of the entry's page less that of the best page, -1..0
    said: float  # share of the wording that the question says, in its words or others, 0..1
    both: float  # geometric mean of that and of the share of the question that the wording says
    meaning: float  # cosine of the two, less that with questions from elsewhere
    turned: bool = False  # that cosine is between vectors turned to what is asked

    @property
    def case(self) -> str:
        """Which weights serve: "turned", "full" with vectors as they come, "lexical" without."""
        if math.isnan(self.meaning):
            return "lexical"
        return "turned" if self.turned else "full"

    @property
    def near(self) -> float:
        """How far the meaning passes what two questions of one subject share."""
        return max(self.meaning - SUBJECT, 0.0)

    @property
    def drawn(self) -> float:
        """Gap times meaning: a page far behind wants a question that is surely the same."""
        return self.gap * self.meaning


OF_CASE = {
    "turned": ("gap", "said", "both", "meaning", "near", "drawn"),
    "full": ("gap", "said", "both", "meaning"),
    "lexical": ("gap", "said", "both"),
}


@cache
def fitted() -> Mapping[str, float]:
    """The weights and levels of ``memory.json``: "full.gap", "full.bias", and the like."""
    text = (files("rag.retrieve") / "memory.json").read_text("utf-8")
    return {str(name): float(value) for name, value in json.loads(text)["values"].items()}


def logit(likeness: Likeness, values: Mapping[str, float] | None = None) -> float:
    """How surely the question asks what the wording does: a logit."""
    weights, case = values or fitted(), likeness.case
    return weights[f"{case}.bias"] + sum(
        weights[f"{case}.{name}"] * float(getattr(likeness, name)) for name in OF_CASE[case]
    )


class Memory:
    """The entries of one release; safe between threads.

    Args:
        entries: of the release.
        vectors: of their wordings as questions, in order, unit rows, shape (wordings, width);
            None without an embedder.
        elsewhere: vectors of questions from elsewhere, shape (n, width); None without.
        turn: vectors of questions → unit rows that compare what is asked; None: as they come.
        analyse: text → index terms.
        weight: inverse frequency of a term in the collection.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        vectors: Floats | None,
        elsewhere: Floats | None,
        *,
        turn: Callable[[Floats], Floats] | None = None,
        analyse: Callable[[str], Sequence[str]],
        weight: Callable[[str], float],
    ) -> None:
        self.entries = tuple(entries)
        self._by_id = {entry.entry_id: entry for entry in entries}
        self._vectors = vectors
        self._turn = turn
        self._turned = None if vectors is None else self._compared(vectors)
        self._elsewhere = None if elsewhere is None else self._compared(elsewhere).mean(axis=0)
        self._analyse = analyse
        self._weight = weight
        pairs = [(n, text) for n, entry in enumerate(entries) for text in entry.wordings]
        self._owner = np.array([n for n, _ in pairs], np.int64)
        self._texts = [bare(text) for _, text in pairs]
        self._terms = [frozenset(analyse(text)) for _, text in pairs]
        self._weights = [sum(map(weight, terms)) for terms in self._terms]
        self._holding: dict[str, list[int]] = {}
        for number, terms in enumerate(self._terms):
            for term in terms:
                self._holding.setdefault(term, []).append(number)

    def entry(self, entry_id: str) -> Entry:
        """The entry of that id."""
        return self._by_id[entry_id]

    def recall(
        self,
        query: Query,
        vector: Floats | None,
        *,
        allowed: NDArray[np.bool_],
        score_of: Callable[[Entry], float],
        without: frozenset[str] = frozenset(),
    ) -> Recalled | None:
        """Return the entry most like a question, when it is like enough to be shown.

        Args:
            query: the question.
            vector: its unit vector; None to go by words.
            allowed: which chunks may answer: not those of deleted documents; shape (chunks,).
            score_of: an entry → score of its page for the question less that of the best, -1..0.
            without: ids of entries that were taken back.
        """
        if not self.entries:
            return None
        found = [
            (logit(likeness), -number, likeness)
            for number, likeness in self.likenesses(query, vector, score_of)
            if allowed[self.entries[self._owner[number]].row]
            and self.entries[self._owner[number]].entry_id not in without
        ]
        if not found:
            return None
        value, number, likeness = max(found, key=lambda one: one[:2])
        same = self._same(query, -number, vector)
        place = 0 if same else self._place(value, likeness.case)
        sure = same or value >= fitted()[f"{likeness.case}.accept"]
        if place is None:
            return None
        entry = self.entries[self._owner[-number]]
        return Recalled(
            entry.entry_id, entry.row, entry.start, entry.end, place, round(value, 4), sure
        )

    def likenesses(
        self, query: Query, vector: Floats | None, score_of: Callable[[Entry], float]
    ) -> list[tuple[int, Likeness]]:
        """The wordings that may be meant, by number, with what is measured of each."""
        asked = {t for c in query.concepts for v in c.variants for t in v.terms}
        said = self._said(asked)
        cosines, background = None, math.nan
        if vector is not None and self._turned is not None:
            turned = self._compared(vector)
            cosines = self._turned @ turned
            if self._elsewhere is not None:
                background = float(self._elsewhere @ turned)
        chosen = set(np.argsort(-said, kind="stable")[:LOOKED_AT].tolist())
        if cosines is not None:
            chosen |= set(np.argsort(-cosines, kind="stable")[:LOOKED_AT].tolist())
        return [
            (number, self._likeness(query, number, said, cosines, background, score_of))
            for number in sorted(chosen)
        ]

    def _likeness(
        self,
        query: Query,
        number: int,
        said: NDArray[np.float64],
        cosines: Floats | None,
        background: float,
        score_of: Callable[[Entry], float],
    ) -> Likeness:
        share = float(said[number])
        held = self._held(query.concepts, self._terms[number])
        meaning = math.nan if cosines is None else float(cosines[number]) - background
        return Likeness(
            gap=score_of(self.entries[self._owner[number]]),
            said=share,
            both=math.sqrt(share * held),
            meaning=meaning,
            turned=self._turn is not None,
        )

    def _compared(self, vectors: Floats) -> Floats:
        """Vectors of questions as they are compared: unit rows."""
        rows = np.asarray(vectors, np.float32)
        return rows if self._turn is None else self._turn(rows)

    def _said(self, asked: set[str]) -> NDArray[np.float64]:
        """The share of each wording's weight that stands among some terms, 0..1."""
        found = np.zeros(len(self._terms))
        for term in asked:
            if numbers := self._holding.get(term):
                found[numbers] += self._weight(term)
        whole = np.array(self._weights)
        return np.where(whole > 0, found / np.maximum(whole, 1e-9), 0.0)

    def _held(self, concepts: Sequence[Concept], terms: frozenset[str]) -> float:
        """The share of a question's weight that a wording says, 0..1."""
        held = total = 0.0
        for concept in dict.fromkeys(concepts):
            typed = [t for v in concept.variants if v.origin is Origin.TYPED for t in v.terms]
            own = max(map(self._weight, typed), default=0.0)
            total += own
            held += own * max(
                (_says(v.terms, v.weight, terms) for v in concept.variants), default=0
            )
        return held / total if total else 0.0

    def _same(self, query: Query, number: int, vector: Floats | None) -> bool:
        """Whether a question is the wording itself, but for case, accents, blanks and a letter."""
        if bare(query.standalone) == self._texts[number]:
            return True
        if vector is None or self._vectors is None:
            return False
        near = float(np.asarray(self._vectors[number], np.float32) @ vector)
        return near >= SAME and frozenset(query.terms) == self._terms[number]

    def _place(self, value: float, case: str) -> int | None:
        """0 for the first place, 1 for the second; None when it is not like enough."""
        levels = fitted()
        if value >= levels[f"{case}.first"]:
            return 0
        return 1 if value >= levels[f"{case}.second"] else None


def brought_forward(
    ranked: Ranked, pages: Sequence[Found], entry: Entry, place: Place, at: int
) -> tuple[Ranked, tuple[Found, ...]]:
    """Put an entry's passage and page at a place of a ranking, the rest in the same order.

    Args:
        ranked: passages, best first.
        pages: (place, score, row of its best passage), best first.
        entry: whose passage and page come forward; those already further ahead stay.
        place: of the entry's page.
        at: 0 for the first place, 1 for the second.
    """
    rows = ranked.rows.tolist()
    if entry.row not in rows[: at + 1]:
        kept = [(row, score) for row, score in zip(rows, ranked.scores.tolist(), strict=True)
                if row != entry.row]  # fmt: skip
        score = kept[min(at, len(kept) - 1)][1] if kept else 1.0
        kept.insert(at, (entry.row, score))
        ranked = Scored(
            np.array([row for row, _ in kept], np.intp),
            np.array([score for _, score in kept], np.float32),
        )
    mine = (place.document, place.index)
    ahead = [(one.document, one.index) for one, _, _ in pages[: at + 1]]
    others = [one for one in pages if (one[0].document, one[0].index) != mine]
    at = ahead.index(mine) if mine in ahead else at
    score = others[min(at, len(others) - 1)][1] if others else 1.0
    if mine in ahead:
        score = pages[at][1]
    return ranked, (*others[:at], (place, score, entry.row), *others[at:])


def bare(text: str) -> str:
    """Letters and digits of a question, folded, one blank between words."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


def _says(terms: Sequence[str], weight: float, there: frozenset[str]) -> float:
    return weight * float(bool(terms) and all(term in there for term in terms))

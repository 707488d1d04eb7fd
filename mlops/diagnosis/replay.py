"""One question replayed stage by stage in the release that answered it: facts, no opinion."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlops.diagnosis.again import Reread
from mlops.diagnosis.likely import resembling
from mlops.diagnosis.page_text import OnPage, look
from rag.answer.amounts import amounts
from rag.embed.cached import passage_text
from rag.engine import Engine
from rag.finding import Found
from rag.french.analysis import analyse
from rag.pointing import HELD
from rag.records import Outcome, Query
from rag.retrieve.fuse import Scored

READ = 6  # passages that an answer is chosen from (rag.answer.extract.HITS)
FITS = 0.999  # share of the question that a page holds when it fits it whole
Page = tuple[str, int]  # document id, index from 0


@dataclass(frozen=True, slots=True)
class Truth:
    """What a reader says is right; everything may be empty."""

    pages: tuple[Page, ...] = ()  # pointed at
    said: str = ""  # the corrected answer
    quote: str = ""  # printed words, when they are known
    refusal: bool = False  # should not have been answered
    answerable: bool = False  # should have been answered


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reader was shown."""

    outcome: str
    text: str  # the sentences
    quoted: str  # the printed words that they cite
    cited: tuple[Page, ...]
    model: str = ""  # that wrote it; "" when it quoted


@dataclass(frozen=True, slots=True)
class Facts:
    """What each stage gives for the right page; None where there is no right page."""

    page: Page | None
    on_page: OnPage | None
    rank: int | None  # of the best passage of the page among all, from 1
    page_rank: int | None  # of the page
    lexical: int | None  # of its best passage by words alone
    dense: int | None  # by meaning alone
    outcome: str
    score: float
    filtered: bool  # the filters of the question leave the page out
    above: bool  # a page that was cited ranks before it
    indexed: float  # share of its terms under which the passage is indexed, 0..1; nan unknown
    vector: float  # cosine of the stored vector with the passage embedded again; nan unknown
    alike: int  # pages that fit the question whole
    concepts: int
    like: float = 0.0  # of 100: how much of the letters of a run of the answer the page has
    strange: float = 0.0  # share of the words there that are no words, 0..1
    again: tuple[Reread, ...] = ()  # the page's image, read otherwise

    def plain(self) -> dict[str, Any]:
        """For the evidence."""
        return {
            "rank": self.rank,
            "page_rank": self.page_rank,
            "lexical_rank": self.lexical,
            "dense_rank": self.dense,
            "outcome": self.outcome,
            "score": round(self.score, 4),
            "filtered": self.filtered,
            "cited_above": self.above,
            "indexed": _plain(self.indexed),
            "vector": _plain(self.vector),
            "pages_alike": self.alike,
            "concepts": self.concepts,
            "letters_alike": round(self.like, 1),
            "no_words": round(self.strange, 2),
            "read_again": [one.plain() for one in self.again],
            "page": None if self.on_page is None else self.on_page.plain(),
        }


def shown_of(about: Mapping[str, Any] | None, text: str = "") -> Shown:
    """What an answer of the record showed; only its text when the record has no more."""
    if about is None:
        return Shown("answer" if text else "nothing", text, "", ())
    citations = [c for sentence in about["sentences"] for c in sentence["citations"]]
    cited = tuple(
        dict.fromkeys((a["document_id"], int(a["index"])) for c in citations for a in c["anchors"])
    )
    model = str((((about.get("trace") or {}).get("writing")) or {}).get("model") or "")
    quoted = " ".join(str(c["quotation"]) for c in citations)
    return Shown(str(about["outcome"]), str(about["text"] or ""), quoted, cited, model)


def replay(
    engine: Engine, question: str, truth: Truth, page: Page | None, cited: Sequence[Page] = ()
) -> Facts:
    """Ask again, and look where the right page stands after each stage.

    Args:
        engine: of the release that answered.
        question: as it was asked.
        truth: what is right.
        page: of the truth; None when no page is known to be right.
        cited: the pages that were shown.
    """
    release = engine.release
    query = engine.understand(question)
    found = engine.find(query)
    verdict = engine.verdict(query, found)
    outcome, score = verdict.outcome.value, verdict.score
    alike = _alike(engine, query, found)
    if page is None or page[0] not in release.numbers:
        return Facts(
            page, None, None, None, None, None, outcome, score, False, False, math.nan, math.nan,
            alike, len(query.concepts),
        )  # fmt: skip
    rows = {int(r) for r in release.page_map.rows_of(release.numbers[page[0]], page[1])}
    places = [(p.document, p.index) for p, _, _ in found.pages]
    mine = (release.numbers[page[0]], page[1])
    if truth.said or truth.quote:
        on_page = look(release, *page, question=question, said=truth.said, quote=truth.quote)
    else:  # only pointed at
        on_page = look(release, *page, question="", said=question)
    wanted = {on_page.proof.row} if on_page.proof.row >= 0 and not on_page.proof.reason else rows
    return Facts(
        page,
        on_page,
        _rank(found.ranked, wanted),
        places.index(mine) + 1 if mine in places else None,
        _rank(found.lexical, wanted),
        None if found.dense is None else _rank(found.dense, wanted),
        outcome,
        score,
        not query.filters.empty and mine not in places,
        _above(places, mine, [(release.numbers.get(d, -1), i) for d, i in cited]),
        *_stored(engine, min(wanted, default=-1)),
        alike,
        len(query.concepts),
        *resembling(engine.release, page, truth.quote or truth.said),
    )


def _above(places: Sequence[Any], mine: Any, cited: Sequence[Any]) -> bool:
    """Whether a cited page was ranked before the right one."""
    own = places.index(mine) if mine in places else len(places)
    return any(one != mine and one in places and places.index(one) < own for one in cited)


def _stored(engine: Engine, row: int) -> tuple[float, float]:
    """Whether a passage is indexed under its terms, and has its own vector."""
    if row < 0:
        return math.nan, math.nan
    chunk = engine.release.chunk(row)
    terms = set(analyse(chunk.text))
    there = [float(engine.release.bm25.worth(term, np.array([row]))[0]) > 0 for term in terms]
    indexed = sum(there) / len(there) if there else math.nan
    if engine.embedder is None or engine.release.vectors is None:
        return indexed, math.nan
    again = np.asarray(engine.embedder.passages([passage_text(chunk)])[0], np.float32)
    return indexed, float(np.asarray(engine.release.vectors[row], np.float32) @ again)


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def says(text: str, truth: Truth, question: str) -> bool:
    """Whether a text says what the reader says: most of the words, every number."""
    wanted = truth.quote or truth.said
    said, asked = set(analyse(wanted)), set(analyse(question))
    terms = said - asked or said
    if not terms:
        return False
    held = len(terms & set(analyse(text))) / len(terms)
    found, known = amounts(text), amounts(question)
    numbers = [a for a in amounts(wanted) if not any(a.same(b) for b in known)]
    return held >= HELD and all(any(a.same(b) for b in found) for a in numbers)


def _rank(scored: Scored, rows: set[int]) -> int | None:
    at = [n for n, row in enumerate(scored.rows.tolist(), 1) if row in rows]
    return min(at, default=None)


def _alike(engine: Engine, query: Query, found: Found) -> int:
    """How many pages hold the whole of the question: nothing tells them apart."""
    rows = found.ranked.rows
    if not query.concepts or not len(rows):
        return 0
    held = engine.coverage(query, rows)
    full = [int(row) for row in rows[np.asarray(held) >= FITS]]
    places = {
        (int(d), int(i))
        for row in full
        for d, i in _pages_of(engine, row)
    }  # fmt: skip
    return len(places)


def _pages_of(engine: Engine, row: int) -> Sequence[Page]:
    _, documents, indexes, _ = engine.release.page_map.pages_of_all(np.array([row]))
    return list(zip(documents.tolist(), indexes.tolist(), strict=True))


ANSWERED = Outcome.ANSWER.value

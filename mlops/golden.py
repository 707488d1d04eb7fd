"""The golden questions of a collection, and questions drawn from its pages where there are none."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mlops.golden_file import load
from rag.answering import Watch
from rag.engine import Engine
from rag.index.release import Release
from rag.measure.retrieval import page_metrics
from rag.records import Anchor, Outcome, PageBoxes, Search

KNOWN_ITEMS = 40  # questions drawn from the pages
WORDS = 12  # of a sentence, in such a question


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the pages (document name, page from 1) that answer it; none: it cannot be."""

    id: str
    text: str
    gold: tuple[tuple[str, int], ...]
    history: tuple[str, ...] = ()  # questions before it in the conversation


@dataclass(frozen=True, slots=True)
class Score:
    """What one question got; ``recall`` and ``ndcg`` are nan for one that has no gold page."""

    id: str
    answerable: bool
    abstained: bool
    recall_at_5: float
    ndcg_at_10: float
    citations: int
    resolved: int  # citations that lead to boxes, or to a span of text


def read_golden(path: Path) -> tuple[Question, ...]:
    """Read golden.jsonl.

    Raises:
        SettingsError: a line is not what was agreed; says which, and what was wanted.
    """
    return tuple(Question(q.id, q.question, q.gold, q.history) for q in load(path))


def answerable_here(questions: Sequence[Question], release: Release) -> tuple[Question, ...]:
    """Leave out the questions whose every gold document is not in the collection (any more)."""
    names = {name for source in release.sources for name in (source.name, source.path)}
    return tuple(
        q for q in questions if not q.gold or any(document in names for document, _ in q.gold)
    )


def measure(engine: Engine, questions: Sequence[Question]) -> list[Score]:
    """Ask every question."""
    return [_score(engine, question) for question in questions]


def _score(engine: Engine, question: Question) -> Score:
    seen: list[Search] = []
    answer = engine.ask(question.text, history=question.history, watch=Watch(search=seen.append))
    (search,) = seen
    citations = [c for s in answer.sentences for c in s.citations] if question.gold else []
    resolved = sum(
        bool(citation.anchors) and all(resolves(a, engine.release) for a in citation.anchors)
        for citation in citations
    )
    scores = (
        page_metrics(frozenset(question.gold), _pages(search, question)) if question.gold else {}
    )
    return Score(
        question.id,
        bool(question.gold),
        search.verdict.outcome is not Outcome.ANSWER,
        scores.get("R@5", math.nan),
        scores.get("nDCG@10", math.nan),
        len(citations),
        resolved,
    )


def _pages(search: Search, question: Question) -> list[tuple[str, int]]:
    """The pages found, each named as the question names it: by a path, or by a file name."""
    named = {(Path(document).name, page): (document, page) for document, page in question.gold}
    named |= {place: place for place in question.gold}
    pages = ((hit.document, hit.page) for hit in search.pages)
    return [named.get(place, place) for place in pages]


def resolves(anchor: Anchor, release: Release) -> bool:
    """Whether an anchor leads to rectangles inside a page of the release, or to a span of text."""
    if not isinstance(anchor, PageBoxes):
        section = release.section(anchor.document_id, anchor.index)
        return section is not None and 0 <= anchor.start < anchor.end <= len(section.text)
    corrected = release.page(anchor.document_id, anchor.index)
    if corrected is None or not anchor.boxes:
        return False
    page = corrected.page
    return 0 <= anchor.first < anchor.last <= len(page.words) and all(
        box.left >= 0 and box.top >= 0 and box.right <= page.width_px
        and box.bottom <= page.height_px
        for box in anchor.boxes
    )  # fmt: skip


def known_items(release: Release, engine: Engine) -> tuple[float, int]:
    """Recall@5 of pages by a sentence of their own, and how many were asked; nan when none."""
    rows = [
        row
        for row in range(len(release.chunks))
        if (chunk := release.chunk(row)).ranks and len(chunk.text) >= 80
    ]
    rows = rows[:: max(1, len(rows) // KNOWN_ITEMS)][:KNOWN_ITEMS]
    found = 0
    for row in rows:
        chunk = release.chunk(row)
        pages = engine.search(_sentence_of(chunk.text), 5).pages
        found += any(
            hit.document_id == chunk.document_id and hit.index in chunk.pages for hit in pages[:5]
        )
    return (found / len(rows) if rows else math.nan), len(rows)


def _sentence_of(text: str) -> str:
    """The words in the middle of a passage: headings and openings repeat, these rarely do."""
    words = re.findall(r"\w[\w'’-]*", text)
    start = max(0, (len(words) - WORDS) // 2)
    return " ".join(words[start : start + WORDS])

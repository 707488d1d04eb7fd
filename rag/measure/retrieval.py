"""How well pages are found and absent answers refused, question by question, with intervals.

The definitions are those of the project's outside scorer: recall, MRR and nDCG at 10 over
answerable questions, shares kept and refused, AUROC of the absolute score.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.measure.abstention import auroc
from rag.measure.intervals import Estimate, interval

__all__ = [
    "NAMES",
    "Estimate",
    "PageKey",
    "Question",
    "Ranking",
    "RetrievalScores",
    "auroc",
    "interval",
    "page_metrics",
    "paired",
    "read_questions",
    "read_rankings",
    "score",
]

K = 10
NAMES = ("R@1", "R@5", "R@10", "MRR@10", "nDCG@10")

PageKey = tuple[str, int]  # document name, page from 1


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the pages that answer it; none when the collection does not."""

    question_id: str
    text: str
    kind: str
    gold: frozenset[PageKey]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a system gave for a question: pages best first, whether it abstained, how sure."""

    question_id: str
    pages: tuple[PageKey, ...]
    abstained: bool
    score: float | None  # absolute, higher = more answerable


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Every measure of one run over one set of questions."""

    rows: Mapping[str, Mapping[str, float]]  # of each answerable question, by id
    kinds: Mapping[str, tuple[float, int]]  # mean MRR@10 and count, by kind
    kept: tuple[int, int]  # answerable questions answered, and all of them
    refused: tuple[int, int]  # unanswerable questions refused, and all of them
    auroc: float

    def mean(self, name: str) -> float:
        """Mean of one of ``NAMES``; nan without an answerable question."""
        values = [row[name] for row in self.rows.values()]
        return sum(values) / len(values) if values else math.nan

    def estimate(self, name: str) -> Estimate:
        return interval([row[name] for row in self.rows.values()])

    @property
    def kept_share(self) -> float:
        return self.kept[0] / self.kept[1] if self.kept[1] else math.nan

    @property
    def refused_share(self) -> float:
        return self.refused[0] / self.refused[1] if self.refused[1] else math.nan


def page_metrics(gold: frozenset[PageKey], pages: Sequence[PageKey]) -> dict[str, float]:
    """Score one ranking; a page named twice counts once.

    Raises:
        ValueError: no gold page: such a question is scored by abstention alone.
    """
    if not gold:
        raise ValueError("a question without gold pages has no retrieval score")
    hit = [page in gold for page in list(dict.fromkeys(pages))[:K]]
    first = next((rank for rank, h in enumerate(hit) if h), None)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(len(gold), K)))
    return {
        "R@1": float(any(hit[:1])),
        "R@5": float(any(hit[:5])),
        "R@10": float(any(hit)),
        "MRR@10": 0.0 if first is None else 1 / (first + 1),
        "nDCG@10": sum(1 / math.log2(rank + 2) for rank, h in enumerate(hit) if h) / ideal,
    }


def score(questions: Sequence[Question], rankings: Sequence[Ranking]) -> RetrievalScores:
    """Score a run; a question without a ranking counts as abstained with no page."""
    found = {ranking.question_id: ranking for ranking in rankings}
    rows: dict[str, dict[str, float]] = {}
    kinds: dict[str, list[float]] = {}
    scores: tuple[list[float], list[float]] = ([], [])  # answerable, unanswerable
    kept, refused = [], []
    for question in questions:
        ranking = found.get(question.question_id)
        ranking = ranking or Ranking(question.question_id, (), True, None)
        if ranking.score is not None:
            scores[0 if question.gold else 1].append(ranking.score)
        if question.gold:
            kept.append(not ranking.abstained)
            row = page_metrics(question.gold, ranking.pages)
            rows[question.question_id] = row
            kinds.setdefault(question.kind, []).append(row["MRR@10"])
        else:
            refused.append(ranking.abstained)
    return RetrievalScores(
        rows=rows,
        kinds={kind: (sum(v) / len(v), len(v)) for kind, v in sorted(kinds.items())},
        kept=(sum(kept), len(kept)),
        refused=(sum(refused), len(refused)),
        auroc=auroc(*scores),
    )


def paired(before: RetrievalScores, after: RetrievalScores, name: str) -> Estimate:
    """Mean gain of ``after`` over ``before`` on the questions that both answered, in pairs."""
    shared = [i for i in before.rows if i in after.rows]
    return interval([after.rows[i][name] - before.rows[i][name] for i in shared])


def read_questions(path: Path) -> list[Question]:
    """Read a golden file: ``{"id", "question", "kind", "gold": [{"document", "page"}]}`` a line.

    Raises:
        ValueError: a line is not such an object; the message names it.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            gold = frozenset((g["document"], int(g["page"])) for g in data.get("gold", ()))
            kind = data.get("kind", "")
            found.append(Question(str(data["id"]), data["question"], kind, gold))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"{path}, line {number}: not a question ({error!r})") from error
    return found


def read_rankings(path: Path) -> list[Ranking]:
    """Read a hits file: ``{"id", "pages", "abstained", "score"}`` a line.

    Raises:
        ValueError: a line is not such an object; the message names it.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            pages = tuple((p["document"], int(p["page"])) for p in data["pages"])
            found.append(Ranking(str(data["id"]), pages, data["abstained"], data.get("score")))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}, line {number}: not a ranking ({error!r})") from error
    return found

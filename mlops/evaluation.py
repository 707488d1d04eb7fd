"""Golden questions asked of a release: what each got, and the tables that follow from it.

Everything is a function of the release, the program and the questions: two runs give the same
numbers. What cannot be measured is nan, never zero, and left out of the means.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mlops.golden_file import Golden
from mlops.golden_proof import gold_places, ids_by_name, places_cited, proved
from rag.answer.amounts import amounts
from rag.engine import Engine
from rag.french.analysis import analyse
from rag.index.release import Release
from rag.measure import abstention, answers
from rag.measure.intervals import (
    Difference,
    Estimate,
    interval,
    interval_of,
    interval_of_rows,
    known,
    paired,
)
from rag.measure.retrieval import page_metrics
from rag.measure.slices import UNKNOWN, band, century, grouped
from rag.progress import Progress, Silent
from rag.records import Answer, Outcome

Judge = Callable[[Golden, Answer], float]  # 0..1, or nan; never in a gate

RETRIEVAL = ("recall@1", "recall@5", "recall@10", "MRR@10", "nDCG@10")
ANSWERS = ("numbers", "token_f1", "completeness")
CITATIONS = ("first_cited", "page_precision", "page_recall", "word_precision", "word_recall")
PROOF = ("proved",)  # one value a sentence, not a question
NAMES = (*RETRIEVAL, "kept", "refused", *ANSWERS, *CITATIONS)
GROUPS = {
    "retrieval": RETRIEVAL,
    "abstention": ("kept", "refused"),
    "answers": ANSWERS,
    "citations": CITATIONS,
}
_FROM_RETRIEVAL = {"recall@1": "R@1", "recall@5": "R@5", "recall@10": "R@10"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what it got. ``values``: each measure of ``NAMES`` that applies."""

    id: str
    question: str
    kind: str
    answerable: bool
    parts: Mapping[str, str]  # slice → part
    outcome: str
    reason: str
    score: float  # said probability that the collection answers
    right: bool  # answerable, and the first page found is golden
    pages: tuple[tuple[str, int], ...]
    cited: tuple[tuple[str, int], ...]
    answer: str
    proofs: tuple[bool, ...]  # of each sentence shown
    values: Mapping[str, float]
    judged: float = math.nan


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every question of one set, asked of one release."""

    release: str
    asked: tuple[Asked, ...]
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    areas: Mapping[str, Estimate] = field(default_factory=dict)  # AUROC, risk_coverage, ECE
    curve: tuple[abstention.Point, ...] = ()
    refused: Mapping[str, Estimate] = field(default_factory=dict)  # unanswerable, by kind
    slices: Mapping[str, Mapping[str, Mapping[str, Estimate]]] = field(default_factory=dict)


def evaluate(
    engine: Engine,
    questions: Sequence[Golden],
    *,
    progress: Progress | None = None,
    judge: Judge | None = None,
    times: list[float] | None = None,
) -> Evaluation:
    """Ask every question, and measure.

    Args:
        engine: of the release to measure.
        questions: golden ones; those whose documents are not there should be left out before.
        progress: told of each question.
        judge: an extra opinion on each answer shown, kept beside and never mixed in.
        times: gets the seconds of each answer, kept out of the result so that two runs are equal.
    """
    watch = progress or Silent()
    watch.start("evaluation", len(questions))
    ids = ids_by_name(engine.release)
    asked = []
    for question in questions:
        answer = engine.ask(question.question, history=question.history)
        asked.append(_judged(engine.release, question, answer, ids, judge))
        if times is not None:
            times.append(answer.seconds)
        watch.advance()
    watch.finish()
    return summary(engine.release.id, asked)


def summary(release: str, asked: Sequence[Asked]) -> Evaluation:
    """The tables of what was asked."""
    rows = np.array([(row.score, row.right) for row in asked], np.float64).reshape(-1, 2)
    said = np.array([(row.score, row.answerable) for row in asked], np.float64).reshape(-1, 2)
    yes = [row.score for row in asked if row.answerable]
    no = [row.score for row in asked if not row.answerable]
    kinds = grouped([row for row in asked if not row.answerable], lambda row: {"": row.kind})
    return Evaluation(
        release,
        tuple(asked),
        estimates=_estimates(asked),
        areas={
            "AUROC": interval_of(abstention.auroc, yes, no),
            "risk_coverage": interval_of_rows(abstention.area_under_risk, rows),
            "ECE": interval_of_rows(abstention.calibration_error, said),
        },
        curve=abstention.risk_coverage([r.score for r in asked], [r.right for r in asked]),
        refused={kind: _mean(some, "refused") for (_, kind), some in kinds.items()},
        slices=_slices(asked),
    )


def compare(before: Evaluation, after: Evaluation) -> dict[str, Difference]:
    """Each measure in pairs over the questions that both were asked, by id."""
    other = {row.id: row for row in before.asked}
    pairs = [(other[row.id], row) for row in after.asked if row.id in other]
    found = {}
    for name in NAMES:
        both = [(b.values.get(name, math.nan), a.values.get(name, math.nan)) for b, a in pairs]
        found[name] = paired([b for b, _ in both], [a for _, a in both])
    return {name: difference for name, difference in found.items() if difference.gain.n}


def to_rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Each question as one JSON object, to be read by people and by scripts."""
    return [asdict(row) for row in evaluation.asked]


# --- one question ---------------------------------------------------------------------------------


def _judged(
    release: Release, question: Golden, answer: Answer, ids: dict[str, str], judge: Judge | None
) -> Asked:
    """What an answer is worth."""
    gold = _gold(question, ids)
    pages = tuple((page.document_id, page.page) for page in answer.pages)
    citations = [c for sentence in answer.sentences for c in sentence.citations]
    cited = list(dict.fromkeys((a.document_id, a.index + 1) for c in citations for a in c.anchors))
    shown = answer.outcome is Outcome.ANSWER
    values: dict[str, float] = {"kept" if gold else "refused": float(shown is bool(gold))}
    if gold:
        found = page_metrics(frozenset(gold), pages)
        values |= {name: found[_FROM_RETRIEVAL.get(name, name)] for name in RETRIEVAL}
    if gold and shown:
        values |= _of_answer(question, answer)
        values |= _of_citations(release, question, answer, gold, cited, ids)
    names = release.names
    return Asked(
        id=question.id,
        question=question.question,
        kind=question.kind or UNKNOWN,
        answerable=bool(gold),
        parts=_parts(release, question, answer, gold),
        outcome=answer.outcome.value,
        reason=answer.verdict.reason,
        score=answer.verdict.score,
        right=bool(gold) and bool(pages) and pages[0] in gold,
        pages=tuple((names[document_id], page) for document_id, page in pages),
        cited=tuple((names[document_id], page) for document_id, page in cited),
        answer=answer.text,
        proofs=tuple(proved(release, sentence) for sentence in answer.sentences),
        values={name: value for name, value in values.items() if not math.isnan(value)},
        judged=judge(question, answer) if judge and shown else math.nan,
    )


def _gold(question: Golden, ids: dict[str, str]) -> list[tuple[str, int]]:
    """The gold pages by document id; a name that the release has not stays, and is never found."""
    return [(ids.get(document, document), page) for document, page in question.gold]


def _of_answer(question: Golden, answer: Answer) -> dict[str, float]:
    wanted = question.answer
    return {
        "numbers": answers.exact(wanted, answer.text, amounts),
        "token_f1": answers.token_f1(wanted, answer.text, analyse),
        "completeness": answers.words_kept(wanted, answer.text, analyse),
    }


def _of_citations(
    release: Release,
    question: Golden,
    answer: Answer,
    gold: Sequence[tuple[str, int]],
    cited: Sequence[tuple[str, int]],
    ids: dict[str, str],
) -> dict[str, float]:
    """Pages cited against gold pages; words cited against the words of the gold quote."""
    citations = [c for sentence in answer.sentences for c in sentence.citations]
    right = sum(place in gold for place in cited)
    values = {
        "first_cited": answers.first_cited(cited, gold),
        "page_precision": answers.citation_precision(cited, gold),
        "page_recall": answers.citation_recall(cited, gold),
    }
    wanted = gold_places(release, question.gold, question.quote, ids) if question.quote else None
    if wanted and right:  # another gold page may prove it in other words: then nothing is compared
        marked = places_cited(release, citations)
        on_quoted = {place[:2] for place in wanted} & {place[:2] for place in marked}
        if on_quoted:
            precision, recall = answers.word_overlap(marked, wanted)
            values |= {"word_precision": precision, "word_recall": recall}
    elif wanted:
        values |= {"word_precision": 0.0, "word_recall": 0.0}
    return values


def _parts(
    release: Release, question: Golden, answer: Answer, gold: Sequence[tuple[str, int]]
) -> dict[str, str]:
    """The part of each slice that a question is in; most are those of its first gold page."""
    language = question.lang or (answer.query.language if answer.query else "") or UNKNOWN
    parts = {"language": language}
    if not gold:
        return parts
    document_id, page = gold[0]
    read = release.page(document_id, page - 1)
    scanned = read is not None and "layer" not in read.page.engine
    kind = "scanned" if scanned else "layer" if read is not None else "text"
    confidence = read.page.confidence if scanned and read is not None else math.nan
    return {
        **parts,
        "source": kind,
        "century": century(Path(release.names.get(document_id, question.gold[0][0])).name),
        "confidence": band(confidence),
    }


# --- many -----------------------------------------------------------------------------------------


def _mean(rows: Sequence[Asked], name: str) -> Estimate:
    return interval(known([row.values.get(name, math.nan) for row in rows]))


def _estimates(rows: Sequence[Asked]) -> dict[str, Estimate]:
    found = {name: _mean(rows, name) for name in NAMES}
    proofs = [float(proof) for row in rows for proof in row.proofs]
    found["proved"] = interval(proofs)
    judged = known([row.judged for row in rows])
    if judged:
        found["judged"] = interval(judged)
    return {name: estimate for name, estimate in found.items() if estimate.n}


def _slices(asked: Sequence[Asked]) -> dict[str, dict[str, dict[str, Estimate]]]:
    """Slice → part → measure; ``kind`` first."""
    found: dict[str, dict[str, dict[str, Estimate]]] = {}
    for (name, part), rows in grouped(asked, lambda row: {"kind": row.kind, **row.parts}).items():
        found.setdefault(name, {})[part] = _estimates(rows)
    order = ("kind", "language", "source", "century", "confidence")
    return {name: found[name] for name in order if name in found}

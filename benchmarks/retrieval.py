"""Pages found and questions refused, by words only, by meaning only, and by both.

    python benchmarks/retrieval.py --home HOME --questions QUESTIONS.jsonl [--fit] [--hits FILE]
    python benchmarks/retrieval.py --release FOLDER --questions QUESTIONS.jsonl

Prints every measure with its 95 % bootstrap interval. ``--fit`` searches the weights of the
verdict for those questions: never on a set that is reported.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from itertools import product
from pathlib import Path

import numpy as np

from rag.embed.embedder import load_embedder
from rag.engine import Engine
from rag.index.release import Release
from rag.measure.retrieval import (
    NAMES,
    Question,
    Ranking,
    RetrievalScores,
    auroc,
    paired,
    read_questions,
    score,
)
from rag.records import Outcome, Search
from rag.retrieve import fuse
from rag.retrieve.abstain import Thresholds, decide
from rag.retrieve.language import is_french


def rank(engine: Engine, question: Question) -> tuple[Ranking, Search]:
    found = engine.search(question.text)
    pages = tuple((page.document, page.page) for page in found.pages)
    abstained = found.verdict.outcome is not Outcome.ANSWER
    return Ranking(question.question_id, pages, abstained, found.verdict.score), found


def run(
    engine: Engine, questions: list[Question], weight: float | None = None
) -> tuple[RetrievalScores, list[Ranking], list[Search]]:
    kept = fuse.FRENCH, fuse.FOREIGN
    if weight is not None:
        fuse.FRENCH = fuse.FOREIGN = weight
    began = time.perf_counter()
    both = [rank(engine, question) for question in questions]
    took = 1000 * (time.perf_counter() - began) / max(1, len(questions))
    fuse.FRENCH, fuse.FOREIGN = kept
    rankings = [ranking for ranking, _ in both]
    print(f"  {took:.0f} ms a question")
    return score(questions, rankings), rankings, [search for _, search in both]


def show(name: str, scores: RetrievalScores) -> None:
    print(f"{name}:")
    for measure in NAMES:
        print(f"  {measure:8} {scores.estimate(measure)}")
    for kind, (mean, count) in scores.kinds.items():
        print(f"    MRR@10 {kind:14} {mean:.3f} (n={count})")
    print(
        f"  kept {scores.kept[0]}/{scores.kept[1]}, refused {scores.refused[0]}/"
        f"{scores.refused[1]}, AUROC {scores.auroc:.3f}"
    )


def show_refusals(
    questions: list[Question], rankings: list[Ranking], searches: list[Search]
) -> None:
    """Say by kind what was refused, and which answerable ones were lost."""
    kinds: dict[str, list[bool]] = {}
    for question, ranking, search in zip(questions, rankings, searches, strict=True):
        kinds.setdefault(question.kind, []).append(ranking.abstained)
        if ranking.abstained is bool(question.gold):
            print(f"  wrong: {question.question_id} ({question.kind}) {search.verdict.signals}")
    for kind, refused in sorted(kinds.items()):
        print(f"  refused {kind:14} {sum(refused)}/{len(refused)}")


def fit(questions: list[Question], searches: list[Search], base: Thresholds) -> None:
    """Search bias and weights for the best balance of kept and refused, then AUROC."""
    french = [
        (bool(q.gold), s.verdict.signals)
        for q, s in zip(questions, searches, strict=True)
        if is_french(q.text) and "coverage" in s.verdict.signals
    ]
    best = (-math.inf, 0.0, 0.0, 0.0)
    for coverage, cosine in product(np.arange(2, 10.1, 1.0), np.arange(0, 2.01, 0.25)):
        raw = [coverage * s["coverage"] + cosine * s.get("z", 0.0) for _, s in french]
        yes = sorted(r for r, (gold, _) in zip(raw, french, strict=True) if gold)
        no = [r for r, (gold, _) in zip(raw, french, strict=True) if not gold]
        cut = yes[int(0.05 * len(yes))] if yes else 0.0  # keeps 95 % of the answerable
        refused = sum(r < cut for r in no) / max(1, len(no))
        best = max(best, (refused + auroc(yes, no), float(coverage), float(cosine), -cut))
    print(
        f"fit on {len(french)} questions: coverage_weight {best[1]}, cosine_weight {best[2]}, "
        f"bias {best[3]:.2f} (refused + AUROC {best[0]:.3f}); now {base}"
    )
    alone = [
        decide(base, coverage=s["coverage"], cosine=s.get("cosine", math.nan)) for _, s in french
    ]
    print(
        f"  at present: {sum(v.outcome is Outcome.ANSWER for v in alone)} of {len(alone)} answered"
    )


def open_release(home: Path | None, folder: Path | None) -> Release:
    if folder is not None:
        return Release.open(folder)
    from mlops.releases import champion
    from rag.settings import find_home

    path = champion(find_home(home))
    if path is None:
        raise SystemExit(f"{home} has no release in service. Run: ragphoto ingest --home {home}")
    return Release.open(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--release", type=Path)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--hits", type=Path, help="write the fused hits here, one line a question")
    parser.add_argument("--fit", action="store_true")
    asked = parser.parse_args()
    release = open_release(asked.home, asked.release)
    questions = read_questions(asked.questions)
    print(f"release {release.id}: {release.counts}; {len(questions)} questions")
    lexical, _, _ = run(Engine(release, None), questions)
    show("words only", lexical)
    embedder = load_embedder("e5") if not release.lexical_only else None
    if embedder is None:
        return
    engine = Engine(release, embedder)
    dense, _, _ = run(engine, questions, weight=1.0)
    show("meaning only", dense)
    fused, rankings, searches = run(engine, questions)
    show("both", fused)
    print(f"gain of both over words only, MRR@10: {paired(lexical, fused, 'MRR@10')}")
    show_refusals(questions, rankings, searches)
    if asked.fit:
        fit(questions, searches, Thresholds.of(release.thresholds))
    if asked.hits:
        with asked.hits.open("w", encoding="utf-8") as file:
            for r in rankings:
                pages = [{"document": d, "page": p} for d, p in r.pages]
                line = {"id": r.question_id, "pages": pages, "abstained": r.abstained}
                file.write(json.dumps({**line, "score": r.score}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

"""Planted drifts and none: how often each detector tells, by what was planted.

    python benchmarks/drift.py --runs 300
    python benchmarks/drift.py --plant nothing --runs 1000 --years 0
    python benchmarks/drift.py --window 30 --runs 100 --years 0

Questions are those of ``sample/golden.jsonl`` embedded by the bundled model; the planted topic is
twelve questions about boats. Scores, outcomes, ratings and confidences are drawn. A run is one
look: a window of 7 days (100 questions unless --window), a reference of 28 (four times as many).
The last line says how many false alarms a year of nightly looks gives, on windows that overlap as
they do in service.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from benchmarks.pipeline import machine  # noqa: E402
from mlops.drift.detectors import DETECTORS, Context  # noqa: E402
from mlops.drift.looking import judge  # noqa: E402
from mlops.drift.samples import Asked, Sample, Window  # noqa: E402
from rag.embed.embedder import load_embedder  # noqa: E402

BOATS = (
    "Quel gréement choisir pour un petit catamaran ?", "Comment amarrer un voilier à quai ?",
    "Faut-il caréner la coque chaque année ?", "Quelle longueur de chaîne pour mouiller ?",
    "Comment régler la bôme au près ?", "À quoi sert une dérive sabre ?",
    "Quel moteur pour une annexe gonflable ?", "Comment prendre un ris dans la grand-voile ?",
    "Quelles balises sont obligatoires au large ?", "Comment virer de bord sans ralentir ?",
    "Où trouver les horaires des marées ?", "Comment calfater un bordé en bois ?",
)  # fmt: skip
WINDOW = 100  # questions; four times as many before
WORD = "zibeline"  # planted at the end of usual questions
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
Plant = dict[str, float]
PLANTS: dict[str, Plant] = {
    "nothing": {},
    "10 % of questions about boats": {"boats": 0.10},
    "20 % of questions about boats": {"boats": 0.20},
    "40 % of questions about boats": {"boats": 0.40},
    "a tenth of questions with a word nobody has": {"unknown": 0.10},
    "a third of questions with a word nobody has": {"unknown": 0.33},
    "abstentions + 10 points": {"abstain": 0.10},
    "abstentions + 20 points": {"abstain": 0.20},
    "scores lower by 0.1": {"score": -0.1},
    "scores lower by 0.2": {"score": -0.2},
    "confidence of new pages lower by 0.05": {"confidence": -0.05},
    "ratings lower by half a star": {"rating": -0.5},
    "ratings lower by a star": {"rating": -1.0},
}


class Terms:
    """Knows the terms of the usual questions only, as a collection would."""

    def __init__(self, questions: list[str]) -> None:
        from rag.french.analysis import analyse

        self._known = {term for question in questions for term in analyse(question)}

    def number(self, term: str) -> int | None:
        return 0 if term in self._known else None


class Collection:
    """Stands for a release: its terms are all that detectors read of it."""

    def __init__(self, questions: list[str]) -> None:
        self.bm25 = type("Bm25", (), {"terms": Terms(questions)})()


def main() -> None:
    """Print the machine, the power table, and false alarms a year."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--window", type=int, default=WINDOW, help="questions of the window")
    parser.add_argument("--plant", choices=list(PLANTS), help="only this one")
    asked = parser.parse_args()
    print(machine())
    lines = (ROOT / "sample" / "golden.jsonl").read_text("utf-8").splitlines()
    usual = [json.loads(line)["question"] for line in lines]
    embedder = load_embedder("e5")
    assert embedder is not None
    strange = [f"{question[:-1].rstrip()} {WORD} ?" for question in usual]
    both = [*usual, *strange, *BOATS]
    known = dict(zip(both, np.asarray(embedder.passages(both), np.float64), strict=True))

    def vectors(texts: object) -> np.ndarray:
        return np.array([known[text] for text in texts])  # type: ignore[attr-defined]

    context = Context(Collection(usual), vectors, "m")  # type: ignore[arg-type]
    names = [detector.name for detector in DETECTORS]
    print(f"\n{asked.runs} looks each, {asked.window} questions; share of looks that tell\n")
    print("| Planted | " + " | ".join(names) + " |\n| --- |" + " ---: |" * len(names))
    for name in [asked.plant] if asked.plant else PLANTS:
        told = power(usual, PLANTS[name], context, asked.runs, asked.window)
        print(f"| {name} | " + " | ".join(f"{told[n] / asked.runs:.1%}" for n in names) + " |")
    if not asked.years:
        return
    alarms = [year(usual, context, seed) for seed in range(asked.years)]
    print(f"\nfalse alarms a year of nights (first nights only): {np.mean(alarms):.2f} {alarms}")


def power(usual: list[str], plant: Plant, context: Context, runs: int, window: int) -> Counter[str]:
    told: Counter[str] = Counter()
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        before = sample(rng, usual, 4 * window, {})
        after = sample(rng, usual, window, plant)
        told.update(look(before, after, context))
    return told


def look(before: Sample, after: Sample, context: Context) -> set[str]:
    seen = [detector.run(before, after, context) for detector in DETECTORS]
    return {finding.detector for finding in judge(seen) if finding.drifted}


def sample(rng: np.random.Generator, usual: list[str], count: int, plant: Plant) -> Sample:
    """Questions of a window; each reader has habits of their own, so some come often."""
    weights = rng.dirichlet(np.full(len(usual), 5.0))
    asked = []
    for _ in range(count):
        boats = rng.random() < plant.get("boats", 0.0)
        question = (
            str(rng.choice(BOATS)) if boats else usual[int(rng.choice(len(usual), p=weights))]
        )
        if rng.random() < plant.get("unknown", 0.0):
            question = f"{question[:-1].rstrip()} {WORD} ?"
        answered = rng.random() > 0.15 + plant.get("abstain", 0.0)
        score = float(np.clip(rng.beta(6, 2) + plant.get("score", 0.0), 0, 1))
        asked.append(Asked(question, "answer" if answered else "nothing", score, "m"))
    stars = np.clip(np.round(rng.normal(4.0 + plant.get("rating", 0.0), 1.0, count // 2)), 1, 5)
    pages = np.clip(rng.normal(0.95 + plant.get("confidence", 0.0), 0.03, count), 0, 1)
    return Sample(
        Window(MOMENT, MOMENT), tuple(asked), tuple((int(s), "q") for s in stars),
        tuple((float(c), "d") for c in pages),
    )  # fmt: skip


def year(usual: list[str], context: Context, seed: int) -> int:
    """Alarms that begin in a year of nights without any drift; windows of 7 days move by one."""
    rng = np.random.default_rng(10_000 + seed)
    days = [sample(rng, usual, WINDOW // 7, {}) for _ in range(365 + 35)]
    begun, before = 0, set[str]()
    for night in range(35, len(days)):
        now = look(join(days[night - 35 : night - 7]), join(days[night - 7 : night]), context)
        begun += len(now - before)
        before = now
    return begun


def join(days: list[Sample]) -> Sample:
    parts: Callable[[str], tuple] = lambda name: tuple(  # type: ignore[type-arg]  # noqa: E731
        row for day in days for row in getattr(day, name)
    )
    return Sample(days[0].window, parts("asked"), parts("ratings"), parts("pages"))


if __name__ == "__main__":
    main()

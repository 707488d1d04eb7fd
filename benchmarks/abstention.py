"""Fit the weights of a refusal, and say how they do on questions they were not fitted on.

    python benchmarks/abstention.py --books HOME --sample HOME [--write]

Questions: ``benchmarks/questions/{rewordings,english,answerable,unanswerable}-dev.jsonl`` and
``benchmarks/abstention.jsonl`` over two old books and the bundled sample, with the sample's golden
set. What is printed comes from folds that never hold a wording of a base question on both sides,
and from each collection judged by a fit on the other alone; a figure on these files after
``--write`` is in-sample. The ``held`` files are not opened.

Logistic regression on standardised signals with an L2 penalty of 1, solved by Newton's steps; the
answer threshold loses ``LOST`` of the answerable questions of the folds. ``--write`` puts weights
and thresholds into ``rag/retrieve/abstention.json``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlops.serving import open_engine
from rag.engine import Engine
from rag.measure.retrieval import auroc
from rag.retrieve.abstain import NAMES, OF_CASE, Signals
from rag.settings import Home, Settings

HERE = Path(__file__).parent
OUT = HERE.parent / "rag" / "retrieve" / "abstention.json"
SETS = ("rewordings", "english", "answerable", "unanswerable")
FOLDS = 5
PENALTY = 1.0
LOST = 0.06  # share of the answerable questions of the folds that the threshold refuses
NOTHING_LOST = 0.015  # and that get not even the nearest pages

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """One question, what it is and what was measured of it."""

    text: str
    group: str
    collection: str
    origin: str
    kind: str
    answerable: bool
    signals: Signals


def questions(collection: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    paths = [HERE / "questions" / f"{name}-dev.jsonl" for name in SETS]
    paths.append(HERE / "abstention.jsonl")
    if collection == "sample":
        paths.append(HERE.parent / "sample" / "golden.jsonl")
    for path in paths:
        default = "sample" if path.name == "golden.jsonl" else "books"
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row.get("collection", default) == collection and not row.get("history"):
                rows.append({**row, "origin": path.stem})
    return rows


def measure(engine: Engine, collection: str) -> list[Case]:
    cases = []
    for row in questions(collection):
        signals = engine.signals(row["question"])
        group = row.get("of") or row["id"]
        kind, answerable = str(row.get("kind", "")), bool(row["gold"])
        cases.append(
            Case(row["question"], group, collection, row["origin"], kind, answerable, signals)
        )
    return cases


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights of raw signals: logit = bias + Σ weight × signal."""

    names: tuple[str, ...]
    weights: Array
    bias: float

    def logits(self, cases: Sequence[Case]) -> Array:
        return _matrix(cases, self.names) @ self.weights + self.bias

    def values(self, case: str) -> dict[str, float]:
        weights = zip(self.names, self.weights.tolist(), strict=True)
        named = {f"{case}.{name}": round(weight, 4) for name, weight in weights}
        return {f"{case}.bias": round(self.bias, 4), **named}


def _matrix(cases: Sequence[Case], names: Sequence[str]) -> Array:
    return np.array([[getattr(c.signals, name) for name in names] for c in cases], np.float64)


def fit(cases: Sequence[Case], names: tuple[str, ...]) -> Fit:
    """Source: Newton-Raphson for penalised logistic regression (Hastie et al., 2009, § 4.4)."""
    raw = _matrix(cases, names)
    mean, spread = raw.mean(axis=0), raw.std(axis=0) + 1e-9
    x = np.column_stack([np.ones(len(raw)), (raw - mean) / spread])
    y = np.array([c.answerable for c in cases], np.float64)
    penalty = PENALTY * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ beta))
        slope = x.T @ (p - y) + penalty @ beta
        beta -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + penalty, slope)
    weights = beta[1:] / spread
    return Fit(names, weights, float(beta[0] - weights @ mean))


def by_folds(cases: Sequence[Case], names: tuple[str, ...]) -> Array:
    """Logits of each question by a fit that never saw its base question."""
    digests = [hashlib.sha256(case.group.encode()).hexdigest() for case in cases]
    return _apart(cases, names, [int(digest, 16) % FOLDS for digest in digests])


def by_collections(cases: Sequence[Case], names: tuple[str, ...]) -> Array:
    return _apart(cases, names, [case.collection for case in cases])


def _apart(cases: Sequence[Case], names: tuple[str, ...], parts: Sequence[int | str]) -> Array:
    logits = np.zeros(len(cases))
    for part in sorted(set(parts), key=str):
        inside = [n for n, p in enumerate(parts) if p == part]
        fitted = fit([c for c, p in zip(cases, parts, strict=True) if p != part], names)
        logits[inside] = fitted.logits([cases[n] for n in inside])
    return logits


def show(name: str, cases: Sequence[Case], logits: Array) -> float:
    """Print what a threshold that loses ``LOST`` of the answerable gives; return it."""
    answerable = np.array([c.answerable for c in cases])
    floor = float(np.quantile(logits[answerable], LOST))
    area = auroc(logits[answerable].tolist(), logits[~answerable].tolist())
    print(f"{name}: AUROC {area:.3f}; calibration error {_ece(logits, answerable):.3f}")
    print(f"  at the threshold that keeps {1 - LOST:.0%}:")
    for kind in ("off-domain", "near-miss"):
        some = np.array([not c.answerable and c.kind == kind for c in cases])
        print(f"    refused {kind:11} {np.mean(logits[some] < floor):.3f} (n={some.sum()})")
    for origin in sorted({c.origin for c in cases}):
        some = np.array([c.answerable and c.origin == origin for c in cases])
        if some.any():
            print(f"    kept {origin:14} {np.mean(logits[some] >= floor):.3f} (n={some.sum()})")
    print("  risk (wrongly answered, of those answered) at coverage:", _risk(logits, answerable))
    return floor


def _ece(logits: Array, answerable: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten equal bins (Naeini et al., AAAI 2015)."""
    p = 1 / (1 + np.exp(-logits))
    bins = np.minimum((p * 10).astype(int), 9)
    gaps = [
        abs(p[bins == b].mean() - answerable[bins == b].mean()) * (bins == b).mean()
        for b in range(10)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def _risk(logits: Array, answerable: NDArray[np.bool_]) -> str:
    order = np.argsort(-logits, kind="stable")
    parts = []
    for share in (0.25, 0.5, 0.6, 0.7, 0.8, 1.0):
        taken = order[: max(1, round(share * len(order)))]
        parts.append(f"{share:.0%} {np.mean(~answerable[taken]):.3f}")
    return ", ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--books", type=Path, required=True)
    parser.add_argument("--sample", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    cases: list[Case] = []
    for name, root in (("books", options.books), ("sample", options.sample)):
        home = Home(root)
        cases += measure(open_engine(home, Settings.load(home)), name)
    cases = [c for c in cases if not any(math.isnan(getattr(c.signals, n)) for n in NAMES)]
    print(f"{len(cases)} questions, {sum(c.answerable for c in cases)} answerable")
    values: dict[str, float] = {}
    for case, names in OF_CASE.items():
        logits = by_folds(cases, names)
        floor = show(f"{case}, folds apart by base question", cases, logits)
        show(f"{case}, each collection by a fit on the other", cases, by_collections(cases, names))
        fitted = fit(cases, names)
        fitted = Fit(names, fitted.weights, fitted.bias - floor)  # answered from one half on
        values |= fitted.values(case) | {f"{case}.floor": round(floor, 4)}
        if case == "full":
            answerable = np.array([c.answerable for c in cases])
            lowest = float(np.quantile(logits[answerable], NOTHING_LOST)) - floor
            values |= {"answer": 0.5, "nearest": round(1 / (1 + math.exp(-lowest)), 4)}
    print({k: v for k, v in values.items() if k.startswith("full") or "." not in k})
    if options.write:
        write(values, cases)


def write(values: Mapping[str, float], cases: Sequence[Case]) -> None:
    text = "\n".join(sorted(f"{c.collection}\t{c.answerable}\t{c.text}" for c in cases))
    data = {
        "what": "weights of rag/retrieve/abstain.py, written by benchmarks/abstention.py",
        "questions": len(cases),
        "questions_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "values": dict(sorted(values.items())),
    }
    OUT.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"written to {OUT.name}")


if __name__ == "__main__":
    main()

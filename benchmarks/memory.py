"""Fit when a question asks what a validated answer was stored for; print how well, cross-validated.

    python benchmarks/memory.py --sample HOME [--books HOME --golden FILE] [--write]

Every answerable golden question is stored as an entry (its own gold page). Asked are their
rewordings (``benchmarks/questions/rewordings-dev``), the golden questions themselves as strangers
to all other entries, other answerable questions, and unanswerable ones. A pair (question, wording)
is worth what bringing the entry's page to the front would change of the reciprocal rank; a pair of
an unanswerable question costs ``STRANGER``. Logistic regression weighted by that worth, folds by
base question. ``--write`` replaces the weights in ``rag/retrieve/memory.json``; its levels are
chosen by hand from the tables that are printed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mlops.golden_proof import ids_by_name
from mlops.serving import open_engine
from rag.embed.asked import turn_of
from rag.engine import Engine
from rag.finding import Finder
from rag.french.analysis import analyse
from rag.measure.retrieval import page_metrics
from rag.remembering import question_vectors
from rag.retrieve.abstain import ELSEWHERE
from rag.retrieve.memory import OF_CASE, Entry, Memory
from rag.settings import Home, Settings

HERE = Path(__file__).parent
STRANGER = 0.15  # worth of not bringing a page forward for a question that has no answer
FOLDS = 5
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A question, what was measured of it against every entry, and its pages without any."""

    kind: str  # own, reworded, other, none
    base: int  # number of its entry; -1 for none
    gold: frozenset[tuple[str, int]]
    pages: tuple[tuple[str, int], ...]
    signals: dict[int, list[float]]  # entry → signals of its wording
    fold: int


def read(path: Path, collection: str) -> list[Row]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row for row in rows if row.get("collection", collection) == collection]


def entries_of(engine: Engine, rows: Sequence[Row]) -> list[Entry]:
    """Each golden question, proved in the chunk of its gold page that says most of its answer."""
    release, ids, out = engine.release, ids_by_name(engine.release), []
    for row in rows:
        gold = row["gold"][0]
        document, index = ids[gold["document"]], int(gold["page"]) - 1
        held = release.page_map.rows_of(release.numbers[document], index).tolist()
        said = set(analyse(f"{row.get('quote') or ''} {row.get('answer') or ''}"))
        best = max(held, key=lambda r: len(said & set(analyse(release.chunk(r).text))))
        out.append(
            Entry(
                row["id"], (row["question"],), row.get("answer") or "", document, index, best, 0, 1
            )
        )
    return out


def ask(engine: Engine, memory: Memory, rows: Sequence[Row], kind: str, case: str) -> list[Asked]:
    finder: Finder = engine._finder
    number = {entry.entry_id: n for n, entry in enumerate(memory.entries)}
    out = []
    for row in rows:
        query = engine._reader.understand(row["question"])
        found = finder.find(query, 10)
        scores = {(p.document, p.index): s for p, s, _ in found.pages}
        best = max(scores.values(), default=1.0)

        def behind(entry: Entry, scores: Any = scores, best: float = best) -> float:
            at = (engine.release.numbers[entry.document_id], entry.index)
            return float(scores.get(at, 0.0) / best - 1)

        near = memory.likenesses(query, found.vector, behind)
        base = number.get(row.get("of") or row["id"], -1)
        fold = hash_of(row.get("of") or row["id"])
        out.append(
            Asked(
                kind, base, frozenset((g["document"], int(g["page"])) for g in row["gold"]),
                tuple((p.document, p.page) for p in finder.page_hits(found, 10)),
                {m: [float(getattr(one, s)) for s in OF_CASE[case]] for m, one in near}, fold,
            )
        )  # fmt: skip
    return out


def hash_of(name: str) -> int:
    return sum(map(ord, name)) % FOLDS


def rank(gold: frozenset[tuple[str, int]], pages: Sequence[tuple[str, int]]) -> float:
    return page_metrics(gold, list(pages))["MRR@10"]


def moved(pages: Sequence[tuple[str, int]], page: tuple[str, int], at: int) -> list[Any]:
    if page in pages[: at + 1]:
        return list(pages)
    rest = [p for p in pages if p != page]
    return [*rest[:at], page, *rest[at:]]


def worth(asked: Asked, page: tuple[str, int]) -> float:
    if asked.kind == "none":
        return -STRANGER
    return rank(asked.gold, moved(asked.pages, page, 0)) - rank(asked.gold, asked.pages)


def fit(x: NDArray[Any], u: NDArray[Any]) -> NDArray[Any]:
    """Weights and bias of a logistic regression of the sign of u, weighted by its size."""
    scale = x.std(axis=0) + 1e-9
    z, s, w = x / scale, np.sign(u), np.abs(u)

    def loss(p: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        t = z @ p[:-1] + p[-1]
        g = -w * s / (1 + np.exp(s * t))
        value = float((w * np.logaddexp(0, -s * t)).sum() + (p[:-1] ** 2).sum())
        return value, np.append(z.T @ g + 2 * p[:-1], g.sum())

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return np.append(found[:-1] / scale, found[-1])


def pairs(
    asked: Sequence[Asked], places: Sequence[tuple[str, int]]
) -> tuple[NDArray[Any], NDArray[Any]]:
    xs, us = [], []
    for one in asked:
        for number, signals in one.signals.items():
            value = worth(one, places[number])
            if abs(value) > 1e-9 and not (one.kind == "own" and number == one.base):
                xs.append(signals)
                us.append(value)
    return np.array(xs), np.array(us)


def simulate(
    asked: Sequence[Asked], logits: Sequence[dict[int, float]], places: Sequence[tuple[str, int]],
    first: float, second: float, stored: int = 30, draws: int = 20,
) -> tuple[float, float, float]:  # fmt: skip
    """Share of the distance to 1 gained by rewordings, mean change elsewhere, strangers moved."""
    rng = np.random.default_rng(0)
    gain = room = 0.0
    elsewhere, strangers = [], []
    for _ in range(draws):
        chosen = set(rng.permutation(len(places))[: min(stored, len(places) // 2)].tolist())
        for one, values in zip(asked, logits, strict=True):
            there = [(v, -n) for n, v in values.items() if n in chosen]
            value, number = max(there, default=(-99.0, 0))
            at = 0 if value >= first else 1 if value >= second else None
            if one.kind == "none":
                strangers.append(at == 0)
                continue
            pages = one.pages if at is None else moved(one.pages, places[-number], at)
            change = rank(one.gold, pages) - rank(one.gold, one.pages)
            if one.base not in chosen:
                elsewhere.append(change)
            elif one.kind == "reworded":
                gain += change
                room += 1 - rank(one.gold, one.pages)
    return gain / room, float(np.mean(elsewhere)), float(np.mean(strangers))


def quoted(asked: Sequence[Asked], logits: Sequence[dict[int, float]], accept: float) -> str:
    """How often an entry is quoted when all are stored: rightly, wrongly, to strangers."""
    right = wrong = strange = reworded = none = others = 0
    for one, values in zip(asked, logits, strict=True):
        value, number = max(((v, -n) for n, v in values.items()), default=(-99.0, 1))
        sure = value >= accept
        if one.kind == "reworded":
            reworded += 1
            right += sure and -number == one.base
            wrong += sure and -number != one.base
        elif one.kind == "none":
            none += 1
            strange += sure
        elif one.kind == "other":
            others += 1
            wrong += sure
    another = f"{wrong}/{reworded + others}"
    return f"right {right}/{reworded}, of another {another}, strangers {strange}/{none}"


def measured(home: Path, golden: Path, collection: str, case: str) -> tuple[list[Asked], list[Any]]:
    engine = open_engine(Home(home), Settings.load(Home(home)))
    if case == "lexical":
        engine = Engine(engine.release, None)
    rows = read(golden, collection)
    bases = [row for row in rows if row.get("gold")]
    entries = entries_of(engine, bases)
    embedder = engine.embedder
    wordings = [entry.wordings[0] for entry in entries]
    vectors = None if embedder is None else question_vectors(wordings, embedder)
    memory = Memory(
        entries, vectors, engine.release.array(ELSEWHERE),
        turn=turn_of(embedder) if case == "turned" else None,
        analyse=analyse, weight=engine.release.bm25.weight,
    )  # fmt: skip
    names = engine.release.names
    places = [(names[e.document_id], e.index + 1) for e in entries]
    questions = HERE / "questions"
    asked = ask(engine, memory, bases, "own", case)
    for kind, name in (("reworded", "rewordings-dev"), ("other", "answerable-dev")):
        asked += ask(engine, memory, read(questions / f"{name}.jsonl", collection), kind, case)
    none = [r for r in rows if not r.get("gold")]
    none += read(questions / "unanswerable-dev.jsonl", collection)
    return asked + ask(engine, memory, none, "none", case), places


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--sample", type=Path, required=True)
    parser.add_argument("--books", type=Path)
    parser.add_argument("--golden", type=Path, help="questions about the books")
    parser.add_argument("--case", choices=tuple(OF_CASE), help="one of the weightings only")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    kept = Path(__file__).parents[1] / "rag" / "retrieve" / "memory.json"
    values: dict[str, float] = json.loads(kept.read_text("utf-8"))["values"]
    for case in [chosen.case] if chosen.case else OF_CASE:
        sets = {
            "sample": measured(
                chosen.sample, HERE.parent / "sample" / "golden.jsonl", "sample", case
            )
        }
        if chosen.books:
            sets["books"] = measured(chosen.books, chosen.golden, "books", case)
        logits: dict[str, list[dict[int, float]]] = {
            name: [{} for _ in a] for name, (a, _) in sets.items()
        }
        for fold in range(FOLDS):
            told = [
                pairs([q for q in asked if q.fold != fold], places)
                for asked, places in sets.values()
            ]
            p = fit(np.concatenate([x for x, _ in told]), np.concatenate([u for _, u in told]))
            for name, (asked, _) in sets.items():
                for n, one in enumerate(asked):
                    if one.fold == fold:
                        logits[name][n] = {
                            m: float(np.dot(p[:-1], s) + p[-1]) for m, s in one.signals.items()
                        }
        told = [pairs(asked, places) for asked, places in sets.values()]
        p = fit(np.concatenate([x for x, _ in told]), np.concatenate([u for _, u in told]))
        print(case, dict(zip((*OF_CASE[case], "bias"), p.round(3).tolist(), strict=True)))
        for first, second in (
            (1, -2.5),
            (0.5, -2.5),
            (0, 9),
            (0, -2.5),
            (-0.5, -2.5),
            (-1, -2.5),
            (-1, -3),
            (-1.5, -3),
        ):
            line = f"  first {first} second {second}"
            for name, (asked, places) in sets.items():
                share, change, strange = simulate(asked, logits[name], places, first, second)
                line += f" | {name}: share {share:.2f}, elsewhere {change:+.4f}, "
                line += f"strangers {strange:.3f}"
            print(line)
        for accept in (0.5, 1, 1.5, 2, 2.5):
            told = [f"{name}: {quoted(a, logits[name], accept)}" for name, (a, _) in sets.items()]
            print(f"  accept {accept} | " + " | ".join(told))
        values |= {
            f"{case}.{n}": round(float(v), 3)
            for n, v in zip((*OF_CASE[case], "bias"), p, strict=True)
        }
    if chosen.write:
        kept.write_text(json.dumps({"values": values}, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()

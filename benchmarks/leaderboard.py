"""Ours beside the recipes that people use, on the same pages and questions, in one run.

    python benchmarks/leaderboard.py [--books HOME] [--sample HOME] [--side dev|held]

Prints, for each system: recall@1, recall@5, MRR@10 and nDCG@10 (± half of the 95 % bootstrap
interval), the gain of ours in pairs, milliseconds a question (the question's embedding included)
and their ratio to ours. Every system gets the same texts: those of our corrected pages. A system
whose library is not installed is said to be not measured. ``make bench-answers`` installs them and
runs this.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import peers  # noqa: E402
from rag.measure.intervals import interval, paired  # noqa: E402
from rag.measure.retrieval import page_metrics  # noqa: E402

QUESTIONS = ROOT / "benchmarks" / "questions"
SETS = ("rewordings", "english", "answerable")
SHOWN = ("R@1", "R@5", "MRR@10", "nDCG@10")
OURS = "ours"

Question = Mapping[str, Any]


@dataclass(slots=True)
class Result:
    """What one system got on every question, in the order they were asked."""

    rows: list[dict[str, float]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    built_s: float = 0.0


def questions(side: str, collection: str) -> list[dict[str, Any]]:
    """The answerable questions of a collection."""
    found = []
    for name in SETS:
        for line in (QUESTIONS / f"{name}-{side}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["collection"] == collection and row["gold"]:
                found.append({**row, "set": name})
    return found


def systems(engine: Any) -> dict[str, Callable[[], peers.System]]:
    """Every system, made when it is called."""
    texts = peers.page_texts(engine)
    made: dict[str, Callable[[], peers.System]] = {
        OURS: lambda: peers.Ours(engine),
        "bm25s French": lambda: peers.PlainBm25(texts),
        "LlamaIndex RRF": lambda: peers.LlamaIndex(texts, engine.embedder),
        "Haystack RRF": lambda: peers.Haystack(texts, engine.embedder),
    }

    def ancestor() -> peers.System:
        from benchmarks.minilm import MiniLM

        return peers.Ancestor(texts, MiniLM())

    return made | {"ancestor (MiniLM, k=2)": ancestor}


def ask(system: peers.System, asked: Sequence[Question], result: Result) -> None:
    """Every question once, after one that is not counted."""
    system.pages("chauffe")
    for question in asked:
        began = time.perf_counter()
        pages = system.pages(question["question"])
        result.seconds.append(time.perf_counter() - began)
        gold = frozenset((g["document"], int(g["page"])) for g in question["gold"])
        result.rows.append(page_metrics(gold, pages))


def measure(
    engines: Mapping[str, Any], asked: Mapping[str, Sequence[Question]]
) -> tuple[dict[str, Result], dict[str, str]]:
    """Every system over every collection, and why some were not measured."""
    results: dict[str, Result] = {}
    missing: dict[str, str] = {}
    for collection, engine in engines.items():
        for name, make in systems(engine).items():
            if name in missing:
                continue
            began = time.perf_counter()
            try:
                system = make()
            except ModuleNotFoundError as error:
                missing[name] = f"not measured: {error.name or error} is not installed"
                results.pop(name, None)
                continue
            result = results.setdefault(name, Result())
            result.built_s += time.perf_counter() - began
            print(f"  {collection}: {name}", file=sys.stderr, flush=True)
            ask(system, asked[collection], result)
    return results, missing


def table(results: Mapping[str, Result], missing: Mapping[str, str]) -> list[str]:
    """One line a system, best first by MRR@10; then why the others are not there."""
    ours = results[OURS]
    head = "".join(f"{name:>13}" for name in SHOWN)
    lines = [f"{'system':24}{head}{'ms':>7}{'× ours':>8}{'build s':>9}"]
    order = sorted(results, key=lambda n: -sum(r["MRR@10"] for r in results[n].rows))
    for name in order:
        result = results[name]
        cells = "".join(f"{cell([r[m] for r in result.rows]):>13}" for m in SHOWN)
        spent = median(result.seconds)
        ratio = f"{spent / median(ours.seconds):.2g}"
        lines.append(f"{name:24}{cells}{1000 * spent:7.1f}{ratio:>8}{result.built_s:9.1f}")
    lines += [f"{name:24}  {why}" for name, why in missing.items()]
    return lines


def cell(values: Sequence[float]) -> str:
    """A mean and half of its interval."""
    found = interval(values)
    return f"{found.mean:.3f} ±{(found.high - found.low) / 2:.2f}"


def gains(results: Mapping[str, Result], measure_name: str = "MRR@10") -> list[str]:
    """The gain of ours over each other system, question by question."""
    ours = [row[measure_name] for row in results[OURS].rows]
    lines = [f"gain of ours, {measure_name}, in pairs (* where the interval leaves zero out)"]
    for name, result in results.items():
        if name != OURS:
            found = paired([row[measure_name] for row in result.rows], ours)
            star = "*" if found.seen else " "
            lines.append(
                f"  over {name:24} {found.gain}{star}  detectable {found.detectable:.3f}"
                f"  (n={found.gain.n})"
            )
    return lines


def by_set(results: Mapping[str, Result], sets: Sequence[str]) -> list[str]:
    """MRR@10 on each set of questions."""
    names = list(dict.fromkeys(sets))
    lines = ["MRR@10 by set of questions", f"{'':24}" + "".join(f"{n:>24}" for n in names)]
    for name, result in results.items():
        cells = ""
        for one in names:
            part = [r["MRR@10"] for r, s in zip(result.rows, sets, strict=True) if s == one]
            cells += f"{interval(part)!s:>24}"
        lines.append(f"{name:24}{cells}")
    return lines


def main() -> None:
    from mlops.serving import open_engine
    from rag.settings import Home, Settings

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--books", type=Path, help="home of the two old books")
    parser.add_argument("--sample", type=Path, help="home of the bundled sample")
    parser.add_argument("--side", choices=("dev", "held"), default="dev")
    options = parser.parse_args()
    homes = {name: getattr(options, name) for name in ("books", "sample")}
    homes = {name: Home(path) for name, path in homes.items() if path}
    if not homes:
        parser.error("give --books HOME, --sample HOME, or both")
    engines = {name: open_engine(home, Settings.load(home)) for name, home in homes.items()}
    asked = {name: questions(options.side, name) for name in engines}
    sets = [question["set"] for name in engines for question in asked[name]]
    results, missing = measure(engines, asked)
    print(f"{len(sets)} {options.side} questions over {', '.join(engines)}")
    print("\n".join([*table(results, missing), "", *gains(results), "", *by_set(results, sets)]))


if __name__ == "__main__":
    main()

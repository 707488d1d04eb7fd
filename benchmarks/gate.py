"""The gate on planted faults, and how often it errs when the truth is known.

    python benchmarks/gate.py planted            # real releases of a small collection, e5 vectors
    python benchmarks/gate.py errors --runs 200  # simulated questions, the real rules

``planted`` builds each release for real: five faults, a slower index, ten ordinary nights, a better
method. ``errors`` draws questions whose values move by a known mean (the true effect, measured on a
large draw) and counts refusals.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

import sqlalchemy as sa  # noqa: E402

from benchmarks.pipeline import machine  # noqa: E402
from mlops import releases  # noqa: E402
from mlops import store_tables as t  # noqa: E402
from mlops.gate.measured import Measured, Row  # noqa: E402
from mlops.gate.rules import judge  # noqa: E402
from mlops.steps import ingest  # noqa: E402
from mlops.store import Store  # noqa: E402
from rag.settings import Home, Settings  # noqa: E402
from tests.journey import month  # noqa: E402
from tests.mlops.gate import planted  # noqa: E402

NIGHTS = 10
SHIFTS = (-0.6, -0.3, -0.12, 0.0, 0.12, 0.3, 0.6)  # of a question that changes
CHANGES = 0.25  # of the questions: the others keep their value
SIZES = (20, 60, 200)
VALUES, SHARES = (1.0, 0.63, 0.5, 0.39, 0.0), (0.70, 0.12, 0.05, 0.03, 0.10)


def main() -> None:
    """Print the machine, then one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("planted", "errors"))
    parser.add_argument("--runs", type=int, default=200)
    asked = parser.parse_args()
    print(machine())
    if asked.what == "errors":
        errors(asked.runs)
        return
    print("| Planted | Change | Verdict | Named |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, report, home in cases(Path(folder)):
            print(f"| {name} | {' | '.join(verdict(home, report.decision))} |", flush=True)


# --- planted --------------------------------------------------------------------------------------


def cases(folder: Path) -> Iterator[tuple[str, object, Home]]:
    """Each planted case, on releases built for real."""
    home = month.make_home(folder / "home")
    month.set_up(home, "none")
    yield "first release", run(home), home
    month.set_up(home, "e5")
    yield "better method: vectors beside words", run(home), home
    with planted.built_by("again"):
        yield "identical", run(home), home
    for case in planted.CASES:
        yield case.name, run(home, case.fault()), home
    with Store(home) as store:
        champion = releases.champion_id(store) or ""
    edit(home, 0)
    yield "slower index", run(home, planted.slower(champion)), home
    for night in range(NIGHTS):
        edit(home, night + 1)
        yield f"ordinary night {night + 1}", run(home), home
    month.set_up(home, "none")
    yield "worse method: words only again", run(home), home


def run(home: Home, fault: AbstractContextManager[object] | None = None) -> object:
    with fault or nullcontext():
        return ingest(home, Settings.load(home))


def edit(home: Home, number: int) -> None:
    """A note says one sentence more."""
    notes = sorted(home.data.glob("*.md"))
    note = notes[number % len(notes)]
    note.write_text(f"{note.read_text('utf-8')} Noté le soir {number}.", "utf-8")


def verdict(home: Home, decision: str) -> tuple[str, str, str]:
    """Change, decision, and codes of the last verdict."""
    if decision == "unchanged":
        return "same", "unchanged", ""
    query = sa.select(t.verdicts).order_by(t.verdicts.c.id.desc()).limit(1)
    with Store(home) as store, store.read() as connection:
        row = connection.execute(query).mappings().one()
    return row["change"], decision, ", ".join(sorted({r["code"] for r in row["reasons"]}))


# --- errors ---------------------------------------------------------------------------------------


def errors(runs: int) -> None:
    """Share of challengers that are refused, by true effect and number of questions."""
    rng = np.random.default_rng(2026)
    print(f"{runs} runs each; share refused\n")
    head = " | ".join(f"content, {n}" for n in SIZES) + " | "
    head += " | ".join(f"method, {n}" for n in SIZES)
    print(f"| True effect (nDCG@10) | {head} |")
    print("| ---: |" + " ---: |" * (2 * len(SIZES)))
    for shift in SHIFTS:
        before, after = draw(rng, 400_000, shift)
        effect = float(np.mean(after - before))
        cells = [
            refused(rng, shift, size, change, runs)
            for change in ("content", "method")
            for size in SIZES
        ]
        print(
            f"| {effect:+.3f} | " + " | ".join(f"{cell:.0%}" for cell in cells) + " |", flush=True
        )


def draw(rng: np.random.Generator, size: int, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """Values of a champion and of a challenger, 0..1."""
    before = rng.choice(VALUES, size, p=SHARES)
    moved = rng.random(size) < CHANGES
    after = np.where(moved, np.clip(before + rng.normal(shift, 0.3, size), 0, 1), before)
    if not shift:  # clipping alone would lose: swap the pair half of the time
        swap = rng.random(size) < 0.5
        before, after = np.where(swap, after, before), np.where(swap, before, after)
    return before, after


def refused(rng: np.random.Generator, shift: float, size: int, change: str, runs: int) -> float:
    count = 0
    for _ in range(runs):
        before, after = (measured(values) for values in draw(rng, size, shift))
        found = judge(
            before, after, change=change, unchanged=list(before.rows), margin=0.02, alpha=0.05
        )
        count += not found.promote
    return count / runs


def measured(values: np.ndarray) -> Measured:
    rows = {
        f"q{n}": Row({"nDCG@10": float(value)}, {"kind": f"k{n % 3}", "language": "fr"}, (), "")
        for n, value in enumerate(values)
    }
    return Measured("r", "p", rows, 0.1)


if __name__ == "__main__":
    main()

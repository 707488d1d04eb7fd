"""How often ratings take a promotion back, and a canary ends on harm, when the truth is known.

    python benchmarks/trials.py --runs 200

Ratings are whole stars 1..5 drawn around 4 (deviation 1.29 before they are cut), the new release's
moved by a true effect. After a promotion they are looked at as in service, each time their number
doubles; a canary is looked at four times. Prints the share of runs that end on harm.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from benchmarks.pipeline import machine  # noqa: E402
from mlops.trials import rules  # noqa: E402

EFFECTS = (0.0, -0.5, -1.0)  # stars, before ratings are cut to 1..5
SIZES = (20, 40, 105, 200)  # ratings, of each release or arm
MAX_HARM = 0.5


def main() -> None:
    """Print the machine and the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    asked = parser.parse_args()
    print(machine())
    print(f"\n{asked.runs} runs each; share that ends on harm\n")
    head = [f"{what}, {n}" for what in ("promotion", "canary") for n in SIZES]
    print("| Effect | Seen as | " + " | ".join(head) + " |")
    print("| ---: | ---: |" + " ---: |" * len(head))
    for effect in EFFECTS:
        rng = np.random.default_rng(2026)
        seen = float(np.mean(stars(rng, 200_000, effect)) - np.mean(stars(rng, 200_000, 0.0)))
        cells = [share(promotion, effect, n, asked.runs) for n in SIZES]
        cells += [share(canary, effect, n, asked.runs) for n in SIZES]
        print(f"| {effect:+.1f} | {seen:+.2f} | " + " | ".join(f"{c:.1%}" for c in cells) + " |")


def share(trial: object, effect: float, ratings: int, runs: int) -> float:
    return sum(trial(np.random.default_rng(n), effect, ratings) for n in range(runs)) / runs  # type: ignore[operator]


def stars(rng: np.random.Generator, count: int, effect: float) -> np.ndarray:
    """Ratings, whole stars."""
    return np.clip(np.round(rng.normal(4.0 + effect, rules.SPREAD, count)), 1, 5)


def promotion(rng: np.random.Generator, effect: float, ratings: int) -> bool:
    """Whether a fall is told at any of the looks that so many ratings allow."""
    before = stars(rng, ratings, 0.0).astype(int).tolist()
    after = stars(rng, ratings, effect).astype(int).tolist()
    looks = [rules.ratings_at(k) for k in range(1, rules.look_of(ratings) + 1)]
    return any(rules.fell(before, after[:n], harm=MAX_HARM) for n in looks)


def canary(rng: np.random.Generator, effect: float, ratings: int) -> bool:
    """Whether one of its four looks shows harm."""
    both = stars(rng, ratings, 0.0), stars(rng, ratings, effect)
    for quarter in range(1, rules.LOOKS + 1):
        n = ratings * quarter // rules.LOOKS
        arms = (rules.Arm(tuple(int(s) for s in side[:n]), 5 * n, n // 2, 0) for side in both)
        if rules.canary_harm(*arms):
            return True
    return False


if __name__ == "__main__":
    main()

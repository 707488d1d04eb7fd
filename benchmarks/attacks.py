"""What ill-meaning readers obtain: each attack on a copy of a collection, scores before and after.

    python benchmarks/attacks.py                   # the text documents of the sample, words only
    python benchmarks/attacks.py --home FOLDER     # a collection of the whole sample, as configured
    python benchmarks/attacks.py --only withdrawn --only camps

Golden and other questions: mean reciprocal rank (10), kept and refused: shares. "Others" leaves out
the questions that are attacked, which are counted apart: how many of them lost rank, themselves
or in a further wording.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from benchmarks.pipeline import machine  # noqa: E402
from mlops.steps import ingest  # noqa: E402
from rag.settings import Home, Settings  # noqa: E402
from tests.mlops.learning.attacking import (  # noqa: E402
    LEXICAL,
    MEASURES,
    Scores,
    make_home,
    scene,
    scores,
)
from tests.mlops.learning.attacks import ATTACKS, Attack  # noqa: E402

COLUMNS = ("Attack", "Golden", "Kept", "Refused", "Others", "Attacked, lost", "Proposals", "s")


def main() -> None:
    """Print the machine, then one row for each attack."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, help="a collection of the sample; it is copied")
    parser.add_argument("--only", action="append", default=[], help="attacks whose name holds this")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    print(f"`{' '.join(['python', 'benchmarks/attacks.py', *sys.argv[1:]])}`; {machine()}\n")
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        root, settings = Path(folder) / "base", LEXICAL
        if asked.home is None:
            make_home(root)
        else:
            shutil.copytree(asked.home, root)
            settings = Settings()
            ingest(Home(root), settings)
        with scene(Home(root), settings) as place:
            before = scores(place)
            counts = (len(place.golden), len(place.nothing), len(place.others))
        print("{} golden questions, {} without an answer, {} others\n".format(*counts))
        print(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}", flush=True)
        for attack in ATTACKS:
            if not asked.only or any(word in attack.name for word in asked.only):
                print(row(attack, root, settings, before), flush=True)


def row(attack: Attack, base: Path, settings: Settings, before: Scores) -> str:
    """Attack a copy of a collection, and say what moved."""
    root = base.parent / "attacked"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(base, root)
    with scene(Home(root), settings) as place:
        begun = time.monotonic()
        attack.act(place)
        seconds = time.monotonic() - begun
        before, after = place.baseline or before, scores(place)
        then, now = before.without(place.touched), after.without(place.touched)
        aims = [q for q in place.touched if q in after.others]
        lost = sum(after.others[q] < before.others[q] - 1e-9 for q in aims)
        states = ", ".join(f"{n} {state}" for state, n in sorted(place.states().items()))
        refused = ", ".join(f"{n} refused as {code}" for code, n in place.refused.items())
        cells = [moved(then[name], now[name]) for name in MEASURES]
        aimed = f"{lost} of {len(aims)}" if aims else "none"
        said = "; ".join(text for text in (states, refused) if text) or "none"
        return f"| {attack.name} | {' | '.join(cells)} | {aimed} | {said} | {seconds:.0f} |"


def moved(then: float, now: float) -> str:
    """One value, or two when it moved."""
    return f"{then:.3f}" if abs(now - then) < 5e-4 else f"{then:.3f} → {now:.3f}"


if __name__ == "__main__":
    main()

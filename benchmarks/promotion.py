"""Seconds to promote, to roll back, and for the service to notice, between two releases of a home.

    python benchmarks/promotion.py --home HOME [--rounds 20] [--embedder none]

HOME has two releases or more (``benchmarks/night.py`` makes one of 10,000 pages). The two newest
that are kept are put in service in turns; what was in service before is put back. "Noticed" is the
time from the promotion to the first answer of the other release by a service that was answering.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from benchmarks.pipeline import machine, percentile  # noqa: E402
from mlops import releases  # noqa: E402
from mlops.serving import LiveEngine  # noqa: E402
from mlops.store import Store  # noqa: E402
from rag.settings import Home, Settings  # noqa: E402

QUESTION = "Comment préparer le bain de fixage ?"


def main() -> None:
    """Time it, and print one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--embedder", default="e5")
    asked = parser.parse_args()
    home = Home(asked.home.resolve())
    live = LiveEngine(home, Settings.load(home, embedder=asked.embedder))
    usable = releases.in_folder(home)
    with Store(home) as store:
        before = releases.champion_id(store)
        kept = [r.release_id for r in releases.listing(store) if usable(r.release_id)][:2]
        if len(kept) < 2 or before is None:
            raise SystemExit(f"{home.root}: wanted two releases that are kept, found {len(kept)}")
        live.ask(QUESTION)
        times: dict[str, list[float]] = {"promote": [], "rollback": [], "noticed": []}
        try:
            releases.promote(store, kept[1], by="benchmark")
            for _ in range(asked.rounds):
                began = time.perf_counter()
                releases.promote(store, kept[0], by="benchmark")
                times["promote"].append(time.perf_counter() - began)
                times["noticed"].append(noticed(live, kept[0]))
                began = time.perf_counter()
                releases.rollback(store, by="benchmark", usable=usable)
                times["rollback"].append(time.perf_counter() - began)
                times["noticed"].append(noticed(live, kept[1]))
        finally:
            releases.promote(store, before, by="benchmark")
    print(machine())
    told = {
        f"{name}_{what}_s": round(percentile(sorted(values), share), 4)
        for name, values in times.items()
        for what, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))
    }
    print(json.dumps({"rounds": asked.rounds, **told}))


def noticed(live: LiveEngine, wanted: str) -> float:
    """Until an answer comes from that release."""
    began = time.perf_counter()
    while live.ask(QUESTION).release != wanted:
        pass
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

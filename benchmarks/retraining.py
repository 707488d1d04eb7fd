"""How long a retraining takes before the gate, and taking one correction back, in a large home.

    python -m benchmarks.retraining --home HOME [--feedbacks 1000]

HOME is copied aside (hard links). Each of the remarks points at a page and copies a sentence of
it, by one of fifty persons; a second person agrees. Timed: proposals with their proofs, the
release derived, one entry withdrawn with the release that follows, in one process.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from mlops import releases
from mlops.feedback import Given, Mark, save
from mlops.learning import entries
from mlops.learning.deriving import derive
from mlops.learning.inforce import in_force
from mlops.learning.proposing import from_feedback
from mlops.learning.withdrawing import withdraw
from mlops.serving import open_engine
from mlops.store import Store
from rag.answer.units import units_of
from rag.settings import Home, Settings


def remarks(store: Store, engine: object, count: int) -> None:
    """Write remarks about passages taken evenly."""
    release = engine.release  # type: ignore[attr-defined]
    rows = np.flatnonzero(np.asarray(release.ranks))
    for n, row in enumerate(rows[np.linspace(0, len(rows) - 1, count).astype(int)].tolist()):
        chunk = release.chunk(int(row))
        said = max((unit.text for unit in units_of(chunk)), key=len)[:300]
        question = f"Question {n} : {' '.join(said.split()[:7])} ?"
        mark = Mark(chunk.document_id, chunk.index, right=True)
        person = f"user:{n % 50}"
        given = Given(
            question, "…", 1, corrected_answer=said, marks=(mark,), author=person, user=person
        )
        save(store, given)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--feedbacks", type=int, default=1000)
    chosen = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    print(
        f"commit {commit.stdout.strip()}, {platform.machine()}, Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory(dir=chosen.home.parent) as folder:
        place = Path(folder) / "home"
        shutil.copytree(chosen.home, place, copy_function=_link)
        shutil.copy2(chosen.home / "storage/ragphoto.db", place / "storage/copy.db")
        (place / "storage/copy.db").replace(place / "storage/ragphoto.db")
        home = Home(place)
        settings = Settings.load(home)
        with Store(home) as store:
            engine = open_engine(home, settings)
            print(f"{engine.release.counts['chunks']} passages, {chosen.feedbacks} remarks")
            remarks(store, engine, chosen.feedbacks)
            begun = time.perf_counter()
            found = from_feedback(store, engine, [dict(row) for row in store.feedback()])
            proposed = time.perf_counter()
            for row in entries.listing(store, "proposed"):
                entries.review(store, row["entry_id"], by="editor", verdict="validate")
            agreed = time.perf_counter()
            champion = str(releases.champion_id(store))
            release = derive(home, settings, store, home.releases / champion, in_force(store))
            done = time.perf_counter()
            print(f"{len(found)} proposals {proposed - begun:.1f} s, release {done - agreed:.1f} s")
            releases.register(store, release.id, run_id=None)
            releases.promote(store, release.id, by="benchmark")
            one = entries.listing(store, "validated")[0]["entry_id"]
            begun = time.perf_counter()
            withdraw(home, settings, store, one, by="editor")
            print(f"{len(release.extra('validated'))} in force; one taken back in "
                  f"{time.perf_counter() - begun:.1f} s")  # fmt: skip


def _link(source: str, target: str) -> str:
    Path(target).hardlink_to(source)
    return target


if __name__ == "__main__":
    main()

"""How long a retraining takes before the gate, and taking one correction back, in a large home.

    python -m benchmarks.retraining --home HOME [--feedbacks 1000] [--chunks 100000 --work FOLDER]
        [--diagnose 50] [--json FILE]

HOME is copied aside (hard links). With ``--chunks`` the release in service there is one of that
many passages, made around the real ones by ``benchmarks.scale`` and kept in FOLDER for the next
time. The record gets that many remarks by two hundred persons, the same each time: of twenty,

    5 rate only, 5 correct and point at the page (1 says what it does not), 4 correct without a page
    (2 in other words than its own, 2 about an answer that was shown), 3 say what another said
    before them, 1 points at a page, 1 wants an answer, 1 a refusal.

Timed, in wall and processor seconds: diagnosis of some of them (apart), then each step that
``retrain`` does before the gate, then one entry of those in force withdrawn, with the release that
follows. Printed beside: a fingerprint of what was proposed and the ids of the releases, which must
not change when only the pace does.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from benchmarks.scale import make
from mlops import releases
from mlops import store_tables as t
from mlops.diagnosis.running import diagnose_with
from mlops.feedback import Given, Mark, save
from mlops.learning import calibration, entries, rules, vocabulary
from mlops.learning.inforce import Learned, in_force
from mlops.learning.proposing import from_feedback
from mlops.learning.recurring import recurrences
from mlops.learning.retraining import unproposed
from mlops.learning.vetting import derive_vetted
from mlops.learning.withdrawing import withdraw
from mlops.serving import open_engine
from mlops.store import Store, now
from rag.answer.units import units_of
from rag.cache import fingerprint
from rag.engine import Engine
from rag.index.release import Release
from rag.settings import Home, Settings

PERSONS = 200
LONGEST = 300  # characters of a corrected answer
SHOWN = 40  # answers that remarks are about
ROUND = 20  # remarks: what each of them says is below
RATED, POINTED, WRONG, UNPOINTED, AGAIN, MARKED, WANTED, REFUSED = (
    range(5), range(5, 9), (9,), range(10, 14), range(14, 17), (17,), (18,), (19,),
)  # fmt: skip


@dataclass
class Clock:
    """Seconds by step: wall, and of the processor."""

    found: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        wall, worked = time.perf_counter(), time.process_time()
        yield
        took = time.perf_counter() - wall, time.process_time() - worked
        self.found[name] = took
        print(f"  {name:<44} {took[0]:8.2f} s wall {took[1]:8.2f} s processor", flush=True)

    def total(self) -> tuple[float, float]:
        return sum(w for w, _ in self.found.values()), sum(p for _, p in self.found.values())


def remarks(store: Store, engine: Engine, count: int) -> None:
    """Write the remarks, about passages taken evenly."""
    release = engine.release
    rows = np.flatnonzero(np.asarray(release.ranks))
    rows = rows[np.linspace(0, len(rows) - 1, count).astype(int)]
    answers = []
    for row in rows[np.linspace(0, len(rows) - 1, SHOWN).astype(int)].tolist():
        answers.append(engine.ask(asked(_said(release, row))))
        store.record_query(answers[-1])
    before: list[Given] = []
    for n, row in enumerate(rows.tolist()):
        given = remark(release, n, row, before, answers)
        before.append(given)
        save(store, given)


def remark(
    release: Release, n: int, row: int, before: list[Given], answers: list[Any]
) -> Given:  # fmt: skip
    """The ``n``-th remark, which is about a passage."""
    kind, person = n % ROUND, f"user:{n % PERSONS}"
    chunk, said = release.chunk(row), _said(release, row)
    mark = Mark(chunk.document_id, chunk.index, right=True)
    named: dict[str, Any] = {"author": person, "user": person.removeprefix("user:")}
    question = asked(said, n)
    if kind in RATED:
        return Given(question, "…", 1 + n % 5, **named)
    if kind in POINTED:
        return Given(question, "…", 1, corrected_answer=said, marks=(mark,), **named)
    if kind in WRONG:
        other = "Il faut 4711 grammes de bichromate et trois heures de pose."
        return Given(question, "…", 1, corrected_answer=other, marks=(mark,), **named)
    if kind in UNPOINTED:
        if kind < UNPOINTED[2]:
            said = " ".join(w if n % 5 else "autrement" for n, w in enumerate(said.split()))
        about = answers[n % len(answers)].answer_id if kind % 2 else None
        return Given(question, "…", 2, corrected_answer=said, answer_id=about, **named)
    if kind in AGAIN:
        first = before[n - n % ROUND + kind - AGAIN.start + POINTED.start]
        return Given(
            first.question, "…", 1, corrected_answer=first.corrected_answer, marks=first.marks,
            **named,
        )  # fmt: skip
    if kind in MARKED:
        return Given(question, "…", 2, marks=(mark,), **named)
    wanted = "answer" if kind in WANTED else "refusal"
    return Given(question, "…", 1, wanted=wanted, **named)


def asked(said: str, n: int = 0) -> str:
    """A question about a sentence."""
    return f"Question {n} : {' '.join(said.split()[:7])} ?"


def _said(release: Release, row: int) -> str:
    return max((unit.text for unit in units_of(release.chunk(row))), key=len)[:LONGEST]


@contextmanager
def copied(chosen: argparse.Namespace) -> Iterator[Home]:
    """The home, aside, with the large release in service where one is wanted."""
    with tempfile.TemporaryDirectory(dir=chosen.work or chosen.home.parent) as folder:
        place = Path(folder) / "home"
        shutil.copytree(chosen.home, place, copy_function=_link)
        for name in ("ragphoto.db", "run.lock"):
            (place / "storage" / name).unlink(missing_ok=True)
        shutil.copy2(chosen.home / "storage/ragphoto.db", place / "storage/ragphoto.db")
        home = Home(place)
        if chosen.chunks:
            with Store(home) as store:
                _enlarge(home, store, chosen)
        yield home


def _enlarge(home: Home, store: Store, chosen: argparse.Namespace) -> None:
    """Put a release of that many passages in service, and its documents into the record."""
    real = Release.open(home.releases / str(releases.champion_id(store)))
    path = make(real, chosen.chunks, chosen.work)
    shutil.copytree(path, home.releases / path.name, copy_function=_link)
    release = Release.open(home.releases / path.name)
    known = {row.document_id for row in store.sources()}
    at = now()
    with store.write() as connection:
        connection.execute(
            sa.insert(t.sources),
            [
                {
                    "document_id": s.document_id, "root": "sample", "name": s.name, "path": s.path,
                    "also_at": [], "kind": s.kind, "size_bytes": s.size_bytes, "pages": s.pages,
                    "present": True, "first_seen": at, "last_seen": at,
                }
                for s in release.sources
                if s.document_id not in known
            ],
        )  # fmt: skip
    releases.register(store, release.id, run_id=None)
    releases.promote(store, release.id, by="benchmark")


def _link(source: str, target: str) -> str:
    Path(target).hardlink_to(source)
    return target


def learn(home: Home, settings: Settings, clock: Clock) -> tuple[dict[str, Any], Release, Learned]:
    """What ``retrain`` does before the gate, step by step."""
    with Store(home) as store:
        with clock.step("the release opened, a first question"):
            engine = open_engine(home, settings)
            engine.search("chauffe")
        with clock.step("remarks to proposals, each with its proof"):
            found = from_feedback(store, engine, unproposed(store))
        with clock.step("words that corrections link"):
            vocabulary.mine(store, engine)
        with clock.step("words misread alike"):
            recurrences(store, engine.release)
        with clock.step("rules of pages"):
            rules.mine(store, engine.release)
        with clock.step("calibration of refusals"):
            shift = calibration.learn(store, engine)
        with clock.step("what is in force"):
            kept = in_force(store)
            learned = Learned(kept.entries, kept.synonyms, shift)
        with clock.step("release derived, vetted by golden questions"):
            champion = str(releases.champion_id(store))
            parent = home.releases / champion
            release = derive_vetted(
                home, settings, store, parent, learned, embedder=engine.embedder
            )
        return dict(found), release, learned


def diagnosed(home: Home, settings: Settings, count: int, clock: Clock) -> Counter[str]:
    """Say why some of the answers were bad; nothing is kept."""
    with Store(home) as store:
        engine = open_engine(home, settings)
        engine.search("chauffe")
        rows = [row for row in store.feedback() if row["rating"] < 4]
        rows = rows[:: max(1, len(rows) // count)][:count]
        with clock.step(f"(apart) diagnosis of {len(rows)} of them"):
            return Counter(diagnose_with(engine, store, row).cause.value for row in rows)


def looked_at_again(home: Home, settings: Settings, clock: Clock) -> int:
    """What the next retraining looks at anew; returns how many remarks still propose something."""
    with Store(home) as store:
        engine = open_engine(home, settings)
        engine.search("chauffe")
        rows = unproposed(store)
        with clock.step("(apart) the same remarks, the next time"):
            from_feedback(store, engine, rows)
        return len(rows)


def taken_back(home: Home, settings: Settings, release: Release, clock: Clock) -> str:
    """Withdraw one entry of those in force; returns the release that follows."""
    with Store(home) as store:
        releases.register(store, release.id, run_id=None)
        releases.promote(store, release.id, by="benchmark")
        one = entries.listing(store, "validated")[0]["entry_id"]
        with clock.step("one correction taken back, next release in service"):
            withdraw(home, settings, store, one, by="editor")
        return str(releases.champion_id(store))


def report(found: dict[str, Any], release: Release, learned: Learned) -> dict[str, Any]:
    """What must not change when only the pace does."""
    states = Counter(f"{p.state}:{p.reason}".rstrip(":") for p in found.values())
    made = sorted((p.entry_id, p.state, p.reason) for p in found.values())
    return {
        "passages": release.counts["chunks"],
        "proposals": dict(sorted(states.items())),
        "in_force": len(learned.entries),
        "abstention": dict(learned.abstention),
        "fingerprint": fingerprint(made)[:16],
        "release": release.id,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--feedbacks", type=int, default=1000)
    parser.add_argument("--chunks", type=int, default=0)
    parser.add_argument("--work", type=Path, help="where large releases are kept")
    parser.add_argument("--diagnose", type=int, default=0)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    if chosen.chunks and chosen.work is None:
        parser.error("--chunks wants --work, a folder on a disk with 1 GB for 100,000 passages")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    print(
        f"commit {commit.stdout.strip()}, {platform.machine()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    settings, before, apart, after = Settings(), Clock(), Clock(), Clock()
    if chosen.work:
        chosen.work.mkdir(parents=True, exist_ok=True)
    with copied(chosen) as home:
        with Store(home) as store:
            remarks(store, open_engine(home, settings), chosen.feedbacks)
        if chosen.diagnose:
            print(dict(diagnosed(home, settings, chosen.diagnose, apart)))
        found, release, learned = learn(home, settings, before)
        wall, worked = before.total()
        print(f"  {'before the gate, all of it':<44} {wall:8.2f} s wall {worked:8.2f} s processor")
        result = report(found, release, learned)
        result["next_time"] = looked_at_again(home, settings, apart)
        result["after_withdrawal"] = taken_back(home, settings, release, after)
        print(json.dumps(result, indent=1, ensure_ascii=False))
    if chosen.json:
        steps = {**apart.found, **before.found, **after.found}
        text = json.dumps({**result, "seconds": steps}, indent=1, ensure_ascii=False)
        chosen.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()

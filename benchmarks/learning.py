"""What validated corrections teach, on wordings that nobody stored; and what wrong ones cost.

    python -m benchmarks.learning --sample HOME [--books HOME --golden FILE] [--set hard|held]

The product's own path: proposals, the check against the page, a second person, a release derived
from the one in service, its answers. Questions: ``benchmarks/questions/learning-*.jsonl``, each
base with two further wordings that share as few words with it as can be (``--set hard``); or the
golden questions with ``rewordings-held.jsonl``, as a hurried reader types (``--set held``). Stored
are the bases (one wording), or a base with one of its wordings (two; the other is asked, in turn).
Asked besides: every question that has nothing to do with what was stored, and questions without an
answer.

A wrong correction says the answer of another question: half of them with its page (the page does
say it), half with the right page (which does not). The second person agrees with whatever is right
and with one wrong one in ten. « not validated » puts in force everything that has a place.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from mlops import store_tables as t
from mlops.golden_proof import ids_by_name
from mlops.learning import entries
from mlops.learning.deriving import derive
from mlops.learning.inforce import in_force
from mlops.serving import open_engine
from mlops.store import Store
from rag.engine import Engine
from rag.measure.intervals import interval
from rag.measure.retrieval import page_metrics
from rag.pointing import point
from rag.records import Outcome
from rag.settings import Home, Settings

HERE = Path(__file__).parent
FOOLED = 0.1  # of wrong corrections, the second person agrees with
Row = dict[str, Any]


@dataclass(frozen=True)
class Collection:
    """One collection with its questions."""

    name: str
    home: Home
    settings: Settings
    engine: Engine
    bases: list[Row]
    wordings: dict[str, list[Row]]  # base id → its further wordings
    others: list[Row]
    none: list[Row]
    before: dict[str, tuple[float, bool]] = field(default_factory=dict)


def rows_of(path: Path, collection: str) -> list[Row]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row for row in rows if row.get("collection", collection) == collection]


def load(name: str, place: Path, which: str, golden: Path | None) -> Collection:
    home = Home(place)
    settings = Settings.load(home)
    engine = open_engine(home, settings)
    asked = HERE / "questions"
    file = HERE.parent / "sample" / "golden.jsonl" if name == "sample" else golden
    known = rows_of(file, name) if file else []
    hard = rows_of(asked / f"learning-{name}.jsonl", name)
    held = rows_of(asked / "rewordings-held.jsonl", name)
    wordings: dict[str, list[Row]] = {}
    for row in hard if which == "hard" else held:
        if row["of"]:
            wordings.setdefault(row["of"], []).append(row)
    chosen = hard if which == "hard" else known
    bases = [row for row in chosen if row["id"] in wordings and row["gold"]]
    mine = {row["id"] for row in bases}
    others = [row for row in known if row["id"] not in mine]
    for other in ("rewordings-dev", "answerable-dev"):
        others += rows_of(asked / f"{other}.jsonl", name)
    none = [row for row in known if not row["gold"]]
    none += rows_of(asked / "learning-unanswerable.jsonl", name)
    return Collection(
        name, home, settings, engine, bases, wordings, [r for r in others if r["gold"]], none
    )


def ask(engine: Engine, rows: Sequence[Row]) -> dict[str, tuple[float, bool]]:
    """Reciprocal rank of the first gold page, and whether it is answered."""
    found = {}
    for row in rows:
        search = engine.search(row["question"])
        gold = frozenset((g["document"], int(g["page"])) for g in row["gold"])
        pages = [(page.document, page.page) for page in search.pages]
        rank = page_metrics(gold, pages)["MRR@10"] if gold else 0.0
        found[row["id"]] = rank, search.verdict.outcome is Outcome.ANSWER
    return found


def teach(
    of: Collection, store: Store, chosen: Sequence[Row], *, wrong: float, validated: bool,
    stored: dict[str, Row], rng: np.random.Generator,
) -> None:  # fmt: skip
    """Say what is right of each question, or something wrong, and have it looked at."""
    ids = ids_by_name(of.engine.release)
    bad = set(rng.permutation(len(chosen))[: round(wrong * len(chosen))].tolist())
    for number, row in enumerate(chosen):
        said, gold = row["answer"], row["gold"][0]
        if number in bad:
            other = of.bases[int(rng.integers(len(of.bases)))]
            said = other["answer"]
            gold = other["gold"][0] if number % 2 else gold
        more = [stored[row["id"]]["question"]] if row["id"] in stored else []
        page = ids[gold["document"]], int(gold["page"]) - 1
        made = entries.propose(
            store, of.engine.release, question=row["question"], answer=said,
            document_id=page[0], index=page[1], wordings=more, author=f"user:{number % 7}",
        )  # fmt: skip
        fooled = bool(rng.random() < FOOLED)
        if validated:
            if made.state == "proposed" and (number not in bad or fooled):
                entries.review(store, made.entry_id, by="user:second", verdict="validate")
        else:
            force(of, store, made.entry_id, page, row["question"])


def force(
    of: Collection, store: Store, entry_id: str, page: tuple[str, int], question: str
) -> None:
    """Without any validation: what was said stands, with the sentence of the page nearest to it."""
    nearest = point(of.engine.release, *page, question=question)
    with store.write() as connection:
        row = connection.execute(
            sa.select(t.entries).where(t.entries.c.entry_id == entry_id)
        ).mappings().one()  # fmt: skip
        connection.execute(
            sa.update(t.entries)
            .where(t.entries.c.entry_id == entry_id)
            .values(state="validated", reason="", quote=row["quote"] or nearest.quotation)
        )


def run(
    of: Collection, count: int, *, wrong: float = 0.0, validated: bool = True, second: int = -1
) -> Row:
    """One condition; ``second`` stores the wording of that number beside the base."""
    rng = np.random.default_rng(count)
    order = rng.permutation(len(of.bases))
    chosen = [of.bases[n] for n in order[:count]]
    stored = {} if second < 0 else {row["id"]: of.wordings[row["id"]][second] for row in chosen}
    seen = {row["id"] for row in stored.values()}
    mine = [w for row in chosen for w in of.wordings[row["id"]] if w["id"] not in seen]
    away = [w for n in order[count:] for w in (of.bases[n], *of.wordings[of.bases[n]["id"]])]
    away += of.others
    with tempfile.TemporaryDirectory(dir=of.home.storage) as folder:
        home = Home(Path(folder))
        with Store(home) as store:
            begun = time.perf_counter()
            teach(of, store, chosen, wrong=wrong, validated=validated, stored=stored, rng=rng)
            release = derive(
                home, of.settings, store, of.home.releases / of.engine.release.id,
                in_force(store), embedder=of.engine.embedder,
            )  # fmt: skip
            seconds = time.perf_counter() - begun
            after = ask(Engine(release, of.engine.embedder), [*mine, *away, *of.none])
    return summary(of, mine, away, after) | {"seconds": round(seconds, 1)}


def summary(of: Collection, mine: Sequence[Row], away: Sequence[Row], after: Row) -> Row:
    def ranks(rows: Sequence[Row], of_what: Row) -> list[float]:
        return [of_what[row["id"]][0] for row in rows]

    was, now = ranks(mine, of.before), ranks(mine, after)
    there, here = ranks(away, of.before), ranks(away, after)
    gains = [b - a for a, b in zip(was, now, strict=True)]
    changes = [b - a for a, b in zip(there, here, strict=True)]
    return {
        "unseen": len(mine), "before": float(np.mean(was)), "after": float(np.mean(now)),
        "gain": str(interval(gains)),
        "share": float(sum(gains) / max(1e-9, sum(1 - w for w in was))),
        "worse": sum(g < -1e-9 for g in gains), "away": len(away),
        "elsewhere": float(np.mean(changes)), "elsewhere_interval": str(interval(changes)),
        "elsewhere_worse": sum(c < -1e-9 for c in changes),
        "wrongly_answered": [
            sum(of.before[r["id"]][1] for r in of.none), sum(after[r["id"]][1] for r in of.none),
            len(of.none),
        ],
    }  # fmt: skip


def conditions(size: int, *, two: bool) -> list[tuple[str, dict[str, Any]]]:
    counts = [n for n in (10, 30, 75) if n <= size] or [size]
    counts += [size] if size < 75 else []
    found: list[tuple[str, dict[str, Any]]] = [(f"{n}, one wording", {"count": n}) for n in counts]
    least = min(30, size)
    if two:
        found += [(f"{least}, two wordings ({'bc'[s]} stored)", {"count": least, "second": s})
                  for s in (0, 1)]  # fmt: skip
    for wrong in (0.2, 0.5):
        for validated in (True, False):
            label = "validated" if validated else "not validated"
            given = {"count": least, "wrong": wrong, "validated": validated}
            found.append((f"{least}, {wrong:.0%} wrong, {label}", given))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--sample", type=Path)
    parser.add_argument("--books", type=Path)
    parser.add_argument("--golden", type=Path, help="questions about the books")
    parser.add_argument("--set", choices=("hard", "held"), default="hard")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    print(
        f"commit {commit.stdout.strip()}, {platform.machine()}, Python {platform.python_version()}"
    )
    out: dict[str, dict[str, Row]] = {}
    for name, place in (("sample", chosen.sample), ("books", chosen.books)):
        if place is None:
            continue
        of = load(name, place, chosen.set, chosen.golden)
        everything = [*of.bases, *(w for ws in of.wordings.values() for w in ws)]
        of.before.update(ask(of.engine, [*everything, *of.others, *of.none]))
        base = np.mean([of.before[row["id"]][0] for row in of.bases])
        print(f"\n{name}: {len(of.bases)} bases (MRR {base:.3f}), two wordings each")
        print(
            "| stored | unseen wordings | before → after | share of the distance | worse "
            "| elsewhere | worse | answered without an answer |\n|---|---|---|---|---|---|---|---|"
        )
        for label, given in conditions(len(of.bases), two=chosen.set == "hard"):
            row = run(of, **given)
            out.setdefault(name, {})[label] = row
            a, b, n = row["wrongly_answered"]
            print(
                f"| {label} | {row['unseen']} | {row['before']:.3f} → {row['after']:.3f} "
                f"| {row['share']:.0%} | {row['worse']} "
                f"| {row['elsewhere']:+.4f} (n={row['away']}) | {row['elsewhere_worse']} "
                f"| {a} → {b} of {n} |", flush=True,
            )  # fmt: skip
    if chosen.out:
        chosen.out.write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

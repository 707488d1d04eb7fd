"""How far a question can be trusted: found, kept, refused, cited; ours beside the plain hybrid.

    python benchmarks/trust.py --books HOME --sample HOME [--side dev|held] [--as-worded FILE]

Asks the questions of ``benchmarks/questions`` of two ingested homes (the two old books, the bundled
sample) and prints each measure with its 95 % bootstrap interval, next to the plain hybrid (typed
terms only, BM25 and cosine at 0.5/0.5) on the same questions, in the same run, paired. ``--side
held`` is for reporting only: looked at once.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlops.serving import open_engine
from rag.engine import Engine
from rag.french.analysis import analyse
from rag.index.dense import cosines
from rag.measure.retrieval import PageKey, auroc, interval, page_metrics
from rag.records import Outcome
from rag.retrieve import fuse
from rag.settings import Home, Settings

QUESTIONS = Path(__file__).parent / "questions"
ANSWERABLE = ("rewordings", "english", "answerable")

Row = Mapping[str, Any]


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def gold_of(row: Row) -> frozenset[PageKey]:
    return frozenset((g["document"], int(g["page"])) for g in row["gold"])


class Plain:
    """The hybrid that the product started from, over the same release and the same vectors."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._release = engine.release

    def pages(self, question: str) -> list[PageKey]:
        """The ten best pages by the best of their chunks, name and page from 1."""
        release = self._release
        allowed = np.asarray(release.ranks)
        lexical = np.where(allowed, release.bm25.scores(analyse(question)), -np.inf)
        vectors, embedder = release.vectors, self._engine.embedder
        assert vectors is not None and embedder is not None
        dense = np.where(allowed, cosines(vectors, embedder.query(question)), -np.inf)
        ranked = fuse.fuse(_best(lexical, above=0.0), _best(dense, above=-2.0), weight=0.5)
        found: dict[PageKey, None] = {}
        for row in ranked.rows.tolist():
            chunk = release.chunk(row)
            for index in chunk.pages:
                found.setdefault((release.names[chunk.document_id], index + 1))
        return list(found)[:10]


def _best(scores: NDArray[Any], *, above: float) -> fuse.Scored:
    rows = np.flatnonzero(scores > above)
    return fuse.Scored.best(rows, scores[rows].astype(np.float32), fuse.DEPTH)


def ask(engine: Engine, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Ours and the plain hybrid on every question, with the time ours took."""
    plain = Plain(engine)
    out = []
    for row in rows:
        began = time.perf_counter()
        answer = engine.ask(row["question"], history=tuple(row.get("history", ())))
        took = time.perf_counter() - began
        cited = [(c.document, c.page) for s in answer.sentences for c in s.citations]
        gold = gold_of(row)
        ours = [(page.document, page.page) for page in answer.pages]
        out.append(
            {
                **row,
                "ours": page_metrics(gold, ours) if gold else {},
                "plain": page_metrics(gold, plain.pages(row["question"])) if gold else {},
                "kept": answer.outcome is Outcome.ANSWER,
                "outcome": answer.outcome.value,
                "score": answer.verdict.score,
                "first_cited": float(bool(cited) and cited[0] in gold) if gold else None,
                "seconds": took,
            }
        )
    return out


def show(name: str, rows: Sequence[Row]) -> None:
    """One line for each measure of a set of answerable questions."""
    if not rows:
        return
    print(f"{name} (n={len(rows)})")
    for measure in ("MRR@10", "R@1", "R@5"):
        ours = [r["ours"][measure] for r in rows]
        plain = [r["plain"][measure] for r in rows]
        gain = interval([a - b for a, b in zip(ours, plain, strict=True)])
        print(f"  {measure:7} ours {interval(ours)}  plain {interval(plain)}  gain {gain}")
    print(f"  kept    {interval([float(r['kept']) for r in rows])}")
    cited = [r["first_cited"] for r in rows if r["kept"]]
    print(f"  first cited page among the gold, of those kept: {interval(cited)} (n={len(cited)})")


def show_refusals(rows: Sequence[Row], answerable: Sequence[Row]) -> None:
    kinds = sorted({r["kind"] for r in rows})
    for kind in kinds:
        some = [r for r in rows if r["kind"] == kind]
        refused = interval([float(not r["kept"]) for r in some])
        nothing = sum(r["outcome"] == "nothing" for r in some)
        print(f"  refused {kind:11} {refused} (n={len(some)}; « nothing » {nothing})")
    area = auroc([r["score"] for r in answerable], [r["score"] for r in rows])
    print(f"  AUROC {area:.3f} ({len(answerable)} answerable, {len(rows)} not)")


def latency(rows: Iterable[Row]) -> None:
    times = [1000 * r["seconds"] for r in rows]
    p95 = quantiles(times, n=20)[-1]
    print(f"answering: p50 {median(times):.0f} ms, p95 {p95:.0f} ms (n={len(times)})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--books", type=Path, required=True, help="home of the two old books")
    parser.add_argument("--sample", type=Path, required=True, help="home of the bundled sample")
    parser.add_argument("--side", choices=("dev", "held"), default="dev")
    parser.add_argument("--as-worded", type=Path, help="questions as worded, over the books")
    parser.add_argument("--out", type=Path, help="write every question with what it got")
    options = parser.parse_args()
    homes = {"books": Home(options.books), "sample": Home(options.sample)}
    engines = {name: open_engine(home, Settings.load(home)) for name, home in homes.items()}
    done: dict[str, list[dict[str, Any]]] = {}
    for kind in (*ANSWERABLE, "unanswerable"):
        rows = read(QUESTIONS / f"{kind}-{options.side}.jsonl")
        done[kind] = []
        for name, engine in engines.items():
            engine.ask("chauffe")  # loading is not answering
            done[kind] += ask(engine, [r for r in rows if r["collection"] == name])
    if options.as_worded:
        rows = [{**r, "collection": "books"} for r in read(options.as_worded)]
        asked = ask(engines["books"], rows)
        done["as worded"] = [r for r in asked if r["gold"]]
        done["as worded, unanswerable"] = [r for r in asked if not r["gold"]]
    report(done)
    if options.out:
        lines = (json.dumps(r, ensure_ascii=False) for rows in done.values() for r in rows)
        options.out.write_text("\n".join(lines) + "\n", "utf-8")


def report(done: Mapping[str, Sequence[Row]]) -> None:
    for kind in (*ANSWERABLE, "as worded"):
        rows = done.get(kind, ())
        show(kind, rows)
        for name in ("books", "sample"):
            part = [r for r in rows if r["collection"] == name]
            if part and len(part) < len(rows):
                show(f"  {kind}, {name}", part)
    answerable = [r for kind in ANSWERABLE for r in done[kind]]
    show_refusals(done["unanswerable"], answerable)
    if done.get("as worded, unanswerable"):
        print("as worded:")
        show_refusals(done["as worded, unanswerable"], done["as worded"])
    latency(r for rows in done.values() for r in rows)


if __name__ == "__main__":
    main()

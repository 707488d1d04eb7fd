"""What each part of the ranking is worth: one is taken away, the rest stays.

    python benchmarks/retrieval.py --books HOME --sample HOME [--side dev|held] [--sets NAME …]

Asks the questions of ``benchmarks/questions`` (and, on the dev side, the golden set of the sample)
of two ingested homes and prints the MRR at 10 pages of every variant, with the paired difference
to the whole ranking and its 95 % bootstrap interval. ``--side held`` is for reporting only.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from mlops.serving import open_engine
from rag.engine import Engine
from rag.french.analysis import analyse
from rag.measure.retrieval import PageKey, interval, page_metrics
from rag.question.reader import Reader
from rag.records import Query
from rag.retrieve import order
from rag.settings import Home, Settings

HERE = Path(__file__).parent
SETS = ("rewordings", "english", "answerable")
Row = Mapping[str, Any]
Variant = Callable[[Engine, ExitStack], None]


def questions(side: str, names: Sequence[str]) -> Iterator[tuple[str, str, Row]]:
    """Every answerable question: its set, its collection, its row."""
    for name in names:
        if name == "golden":
            path = HERE.parent / "sample" / "golden.jsonl"
        else:
            path = HERE / "questions" / f"{name}-{side}.jsonl"
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row.get("gold"):
                yield name, row.get("collection", "sample"), row


def gold_of(row: Row) -> frozenset[PageKey]:
    return frozenset((g["document"], int(g["page"])) for g in row["gold"])


def whole(engine: Engine, stack: ExitStack) -> None:
    """Leave everything as it is."""


def no_pieces(engine: Engine, stack: ExitStack) -> None:
    """Compare no word pieces."""
    embedder = engine.embedder
    assert embedder is not None
    finder = engine._finder
    stack.enter_context(
        patch.object(finder, "_embedded", lambda question: (embedder.query(question), None))
    )


def no_meaning(engine: Engine, stack: ExitStack) -> None:
    """Rank by words only."""
    stack.enter_context(patch.object(engine._finder, "_embedded", lambda question: (None, None)))


def typed_only(engine: Engine, stack: ExitStack) -> None:
    """Look for the typed words and no others."""
    plain = Reader(analyse)
    stack.enter_context(patch.object(engine, "_reader", plain))


def without(name: str) -> Variant:
    """Give a kind of evidence no weight."""

    def apply(engine: Engine, stack: ExitStack) -> None:
        stack.enter_context(patch.object(order, name, 0.0))

    return apply


def no_second_look(engine: Engine, stack: ExitStack) -> None:
    """Keep the order of the two lists summed."""

    def first(query: Query, ranked: Any, *others: Any) -> tuple[Any, None]:
        return ranked, None

    stack.enter_context(patch.object(engine._finder, "_judged", first))


def plain(engine: Engine, stack: ExitStack) -> None:
    """What the product started from: typed words and vectors, half and half."""
    typed_only(engine, stack)
    no_second_look(engine, stack)


VARIANTS: dict[str, Variant] = {
    "whole": whole,
    "no other words": typed_only,
    "no pieces": no_pieces,
    "no coverage": without("COVERAGE"),
    "no headings": without("HEADINGS"),
    "no second look": no_second_look,
    "no meaning": no_meaning,
    "plain hybrid": plain,
}


@contextmanager
def as_variant(engine: Engine, variant: Variant) -> Iterator[None]:
    with ExitStack() as stack:
        variant(engine, stack)
        yield


def measure(engines: Mapping[str, Engine], asked: Sequence[tuple[str, str, Row]], name: str) -> Any:
    """Return the reciprocal rank of every question, in order."""
    found = []
    for _, collection, row in asked:
        engine = engines[collection]
        with as_variant(engine, VARIANTS[name]):
            pages = engine.search(row["question"]).pages
        ranking = [(page.document, page.page) for page in pages]
        found.append(page_metrics(gold_of(row), ranking)["MRR@10"])
    return np.array(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--books", type=Path, required=True, help="home of the two old books")
    parser.add_argument("--sample", type=Path, required=True, help="home of the bundled sample")
    parser.add_argument("--side", choices=("dev", "held"), default="dev")
    parser.add_argument("--sets", nargs="+", default=None)
    options = parser.parse_args()
    names = options.sets or [*SETS, *(["golden"] if options.side == "dev" else [])]
    homes = {"books": Home(options.books), "sample": Home(options.sample)}
    engines = {name: open_engine(home, Settings.load(home)) for name, home in homes.items()}
    asked = list(questions(options.side, names))
    sets = np.array([f"{name}, {collection}" for name, collection, _ in asked])
    base = measure(engines, asked, "whole")
    for name in VARIANTS:
        ranks = base if name == "whole" else measure(engines, asked, name)
        print(f"{name}: {interval(ranks.tolist())}, against the whole "
              f"{interval((ranks - base).tolist())} (n={len(ranks)})")  # fmt: skip
        for part in sorted(set(sets)):
            mine = ranks[sets == part]
            print(f"    {part:22} {mine.mean():.3f} (n={len(mine)})", flush=True)


if __name__ == "__main__":
    main()

"""How good the answers of a home are, against its golden questions, by kind; nothing is written.

    python benchmarks/answers.py [--home HOME] [--questions FILE.jsonl] [--all]

Without ``--home``, the home of the settings (where nothing was ingested: run ``ragphoto ingest``).
A question without gold pages cannot be answered: only whether it was refused counts. Numbers and
words kept (of the golden answer), F1 and cited pages are means over the questions that were
answered and have what they compare with; ``-`` where none has. ``--all`` prints each question.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from rag.engine import Engine

HEAD = "kind                n  answered  numbers  words     F1  citations  first"


@dataclass(frozen=True, slots=True)
class Row:
    """One question; nan for what cannot be measured."""

    kind: str
    answerable: bool
    answered: bool
    numbers: float
    words: float
    f1: float
    cited: float  # share of the cited pages that are golden
    first: float  # whether the first cited page is


def judge(engine: Engine, question: dict[str, Any]) -> Row:
    """Ask one golden question."""
    from rag.french.analysis import analyse
    from rag.measure.answers import (
        citation_precision,
        first_cited,
        numbers_kept,
        token_f1,
        words_kept,
    )
    from rag.records import Outcome

    gold = {(Path(g["document"]).name, int(g["page"])) for g in question.get("gold", ())}
    answer = engine.ask(question["question"])
    answered = answer.outcome is Outcome.ANSWER
    row = [math.nan] * 5
    if answered and gold:
        golden = question.get("answer", "")
        text = " ".join(sentence.text for sentence in answer.sentences)
        cited = list(
            dict.fromkeys(
                (Path(c.document).name, anchor.index + 1)
                for sentence in answer.sentences
                for c in sentence.citations
                for anchor in c.anchors
            )
        )
        row = [
            numbers_kept(golden, text),
            words_kept(golden, text, analyse),
            token_f1(golden, text, analyse),
            citation_precision(cited, gold),
            first_cited(cited, gold),
        ]
    return Row(question.get("kind", ""), bool(gold), answered, *row)


def mean(values: list[float]) -> str:
    known = [value for value in values if not math.isnan(value)]
    return f"{sum(known) / len(known):.3f}" if known else "-"


def line(name: str, rows: list[Row]) -> str:
    share = f"{sum(r.answered for r in rows)}/{len(rows)}"
    means = [
        mean([getattr(r, f) for r in rows]) for f in ("numbers", "words", "f1", "cited", "first")
    ]
    widths = (8, 6, 6, 10, 6)
    figures = " ".join(f"{text:>{width}}" for text, width in zip(means, widths, strict=True))
    return f"{name:16} {len(rows):4} {share:>9} {figures}"


def main() -> None:
    from mlops.serving import open_engine
    from rag.settings import Settings, find_home

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--questions", type=Path, help="instead of the home's golden.jsonl")
    parser.add_argument("--all", action="store_true", help="print each question")
    asked = parser.parse_args()
    home = find_home(asked.home)
    path = asked.questions or home.golden
    if path is None:
        raise SystemExit(f"{home.root} has no golden.jsonl: give --questions FILE.jsonl")
    engine = open_engine(home, Settings.load(home))
    questions = [json.loads(text) for text in path.read_text("utf-8").splitlines() if text.strip()]
    kinds: dict[str, list[Row]] = defaultdict(list)
    for question in questions:
        row = judge(engine, question)
        kinds[row.kind].append(row)
        if asked.all:
            print(line(question["id"], [row]))
    rows = [row for of_kind in kinds.values() for row in of_kind]
    print(f"release {engine.release.id}, {len(questions)} questions of {path.name}\n{HEAD}")
    for kind, of_kind in sorted(kinds.items()):
        print(line(kind or "(no kind)", of_kind))
    print(line("answerable", [r for r in rows if r.answerable]))
    print(line("not answerable", [r for r in rows if not r.answerable]))


if __name__ == "__main__":
    main()

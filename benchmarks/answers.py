"""How good the answers of a home are, against its golden questions, by kind; nothing is written.

    python benchmarks/answers.py [--home HOME] [--questions FILE.jsonl] [--collection NAME]
        [--all]

Without ``--home``, the home of the settings (where nothing was ingested: run ``ragphoto ingest``).
A question without gold pages cannot be answered: only whether it was refused counts. Amounts and
words kept (of the golden answer), F1 and cited pages are means over the questions that were
answered and have what they compare with; ``-`` where none has. ``--all`` prints each question.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.records import Citation, Sentence

HEAD = "kind                n  answered  amounts  words     F1  quote  cited  first  proved  chars"
FIELDS = ("amounts", "words", "f1", "quote", "cited", "first", "proved", "chars")


@dataclass(frozen=True, slots=True)
class Row:
    """One question; nan for what cannot be measured."""

    kind: str
    answerable: bool
    answered: bool
    amounts: float  # golden amounts given, with their units, however written
    words: float
    f1: float
    quote: float  # whether the golden quotation is in what is quoted
    cited: float  # share of the cited pages that are golden
    first: float  # whether the first cited page is
    proved: float  # share of the sentences whose words stand at their anchors
    chars: float


def judge(engine: Engine, question: dict[str, Any]) -> Row:
    """Ask one golden question."""
    from rag.answer.amounts import amounts
    from rag.french.analysis import analyse
    from rag.measure.answers import (
        amounts_kept,
        citation_precision,
        first_cited,
        proved,
        token_f1,
        words_kept,
    )
    from rag.records import Outcome

    gold = {(Path(g["document"]).name, int(g["page"])) for g in question.get("gold", ())}
    answer = engine.ask(question["question"])
    answered = answer.outcome is Outcome.ANSWER
    row = [math.nan] * len(FIELDS)
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
            amounts_kept(golden, text, amounts),
            words_kept(golden, text, analyse),
            token_f1(golden, text, analyse),
            quoted(question, answer.sentences),
            citation_precision(cited, gold),
            first_cited(cited, gold),
            proved(answer.sentences, lambda citation: reread(engine, citation)),
            float(len(text)),
        ]
    return Row(question.get("kind", ""), bool(gold), answered, *row)


def quoted(question: dict[str, Any], sentences: Sequence[Sentence]) -> float:
    """Whether one of the golden quotations is in what is quoted, letters and digits compared."""
    wanted = [q for q in (question.get("quote"), *question.get("quotes", {}).values()) if q]
    shown = bare(" ".join(c.quotation for s in sentences for c in s.citations))
    return float(any(bare(q) in shown for q in wanted)) if wanted else math.nan


def bare(text: str) -> str:
    from rag.french.analysis import fold

    return "".join(c for c in fold(text) if c.isalnum())


def reread(engine: Engine, citation: Citation) -> str:
    """What the release holds at the anchors: corrected words of a page, characters of a section."""
    from rag.records import PageBoxes

    parts = []
    for anchor in citation.anchors:
        if isinstance(anchor, PageBoxes):
            page = engine.release.page(anchor.document_id, anchor.index)
            tokens = page.tokens if page is not None else ()
            parts += [t.text for t in tokens if t.first < anchor.last and t.last > anchor.first]
        else:
            section = engine.release.section(anchor.document_id, anchor.index)
            parts.append(section.text[anchor.start : anchor.end] if section is not None else "")
    return " ".join(parts)


def mean(values: list[float]) -> str:
    known = [value for value in values if not math.isnan(value)]
    return f"{sum(known) / len(known):.3f}" if known else "-"


def line(name: str, rows: list[Row]) -> str:
    share = f"{sum(r.answered for r in rows)}/{len(rows)}"
    means = [mean([getattr(r, f) for r in rows]) for f in FIELDS]
    widths = (8, 6, 6, 6, 6, 6, 7, 7)
    figures = " ".join(f"{text:>{width}}" for text, width in zip(means, widths, strict=True))
    return f"{name:16} {len(rows):4} {share:>9} {figures}"


def main() -> None:
    from mlops.serving import open_engine
    from rag.settings import Settings, find_home

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--questions", type=Path, help="instead of the home's golden.jsonl")
    parser.add_argument("--collection", help="only the questions asked of it: books, sample")
    parser.add_argument("--all", action="store_true", help="print each question")
    asked = parser.parse_args()
    home = find_home(asked.home)
    path = asked.questions or home.golden
    if path is None:
        raise SystemExit(f"{home.root} has no golden.jsonl: give --questions FILE.jsonl")
    engine = open_engine(home, Settings.load(home))
    questions = [json.loads(text) for text in path.read_text("utf-8").splitlines() if text.strip()]
    if asked.collection:
        questions = [q for q in questions if q.get("collection") == asked.collection]
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

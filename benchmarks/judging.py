"""Sentences to judge by reading, and the share of those judged right.

    python benchmarks/judging.py draw --books HOME --sample HOME > to-judge.jsonl
    python benchmarks/judging.py count benchmarks/judgements/2026-11.jsonl

``draw`` asks 100 questions with a fixed seed (50 of the sample's golden set, 50 of the dev files
of ``benchmarks/questions``; never those held apart) and prints a line for each sentence shown. A
person then reads it against the page and fills ``judgement``: right, beside (true, but not what
was asked) or wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FILES = ("answerable-dev.jsonl", "rewordings-dev.jsonl")
SEED = 2026


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def drawn() -> list[dict[str, Any]]:
    """The hundred questions."""
    draw = random.Random(SEED)
    golden = [q for q in read(ROOT / "sample" / "golden.jsonl") if q["gold"] and q.get("answer")]
    dev = [q for name in FILES for q in read(ROOT / "benchmarks" / "questions" / name)]
    return draw.sample(golden, 50) + draw.sample(dev, 50)


def show(homes: dict[str, Path]) -> None:
    from mlops.serving import open_engine
    from rag.settings import Home, Settings

    engines = {n: open_engine(Home(h), Settings.load(Home(h))) for n, h in homes.items()}
    for question in drawn():
        answer = engines[question.get("collection", "sample")].ask(question["question"])
        row = {"id": question["id"], "question": question["question"], "golden": question["answer"]}
        if not answer.sentences:
            print(json.dumps(row | {"outcome": answer.outcome.value}, ensure_ascii=False))
        for sentence in answer.sentences:
            cited = [f"{c.document}, p. {c.page}" for c in sentence.citations]
            told = {"sentence": sentence.text, "cited": cited, "judgement": "", "why": ""}
            print(json.dumps(row | told, ensure_ascii=False))


def count(path: Path) -> None:
    rows = read(path)
    judged = Counter(row["judgement"] for row in rows if "judgement" in row)
    asked = {row["id"] for row in rows}
    silent = sum("outcome" in row for row in rows)
    total = judged.total() or 1
    print(f"{len(asked)} questions, {silent} not answered, {judged.total()} sentences shown")
    for name, n in judged.most_common():
        print(f"{name or '(not judged)':14} {n:4}  {n / total:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["draw", "count"])
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--books", type=Path)
    parser.add_argument("--sample", type=Path)
    asked = parser.parse_args()
    if asked.what == "count":
        count(asked.file)
    else:
        show({"books": asked.books, "sample": asked.sample})


if __name__ == "__main__":
    main()

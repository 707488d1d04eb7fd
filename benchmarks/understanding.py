"""What understanding a question brings, by words only: as typed against as understood.

    python benchmarks/understanding.py --home books=HOME --home sample=HOME

Prints, for the dev questions, MRR@10 over pages of the typed words alone and of the concepts
(thesaurus, spelling, translation), how many questions were corrected, what a question costs once
warm; then how many single slips in words of each collection are found again. Follow-ups are read
alone, with their history, and as people say them in full. No vectors: see retrieval.py for those.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np

from mlops.serving import open_engine
from rag.french.analysis import analyse
from rag.french.lexicon import load_lexicon
from rag.index.release import Release
from rag.question.reader import Reader, no_filters
from rag.records import Concept
from rag.retrieve.concepts import ConceptScorer
from rag.settings import Home, Settings
from rag.understanding import reader_of

QUESTIONS = Path(__file__).parent / "questions"
SETS = ("rewordings-dev", "english-dev", "answerable-dev", "followups-dev")


class Side:
    """One collection: its release, and its questions read in two ways."""

    def __init__(self, folder: Path) -> None:
        home = Home(folder)
        self.release: Release = open_engine(home, Settings.load(home)).release
        self.scorer = ConceptScorer(self.release.bm25)
        self.typed, self.read = Reader(analyse), reader_of(self.release, no_filters)

    def rank(self, concepts: tuple[Concept, ...], gold: set[tuple[str, int]]) -> float:
        """One over the rank of the first gold page among ten."""
        seen: dict[tuple[str, int], None] = {}
        for row in self.scorer.score(concepts, self.release.ranks, 100).rows.tolist():
            chunk = self.release.chunk(row)
            for index in chunk.pages:
                seen[self.release.names[chunk.document_id], index + 1] = None
        return next((1 / n for n, page in enumerate(list(seen)[:10], 1) if page in gold), 0.0)


def score(sides: dict[str, Side], name: str) -> None:
    lines = (QUESTIONS / f"{name}.jsonl").read_text("utf-8").splitlines()
    questions = [q for q in map(json.loads, lines) if q["collection"] in sides]
    for q in questions:  # words are analysed at their first question: what a running service pays
        sides[q["collection"]].read.understand(q["question"], history=q.get("history", ()))
    figures, took, told = [], [], 0
    for q in questions:
        side = sides[q["collection"]]
        gold = {(page["document"], page["page"]) for page in q["gold"]}
        began = time.perf_counter()
        query = side.read.understand(q["question"], history=q.get("history", ()))
        took.append(1000 * (time.perf_counter() - began))
        ways = [side.typed.understand(q["question"]), query]
        ways.append(side.read.understand(q.get("standalone") or q["question"]))
        figures.append([side.rank(way.concepts, gold) for way in ways])
        told += bool(query.notes)
    typed, understood, full = np.mean(figures, axis=0)
    print(
        f"{name}: n={len(figures)} MRR@10 typed {typed:.3f} understood {understood:.3f}"
        f" said in full {full:.3f}; corrected {told};"
        f" ms median {np.median(took):.2f} p95 {np.quantile(took, 0.95):.2f}"
    )


def slips(name: str, side: Side, count: int = 300) -> None:
    """Change one letter of frequent words, and see whether the word is found again."""
    rng, lexicon, forms = random.Random(1), load_lexicon(), side.release.forms
    common = [w for w, n in zip(forms.words, forms.counts, strict=True) if n >= 3 and len(w) >= 6]
    words = [word for word in common if lexicon.knows(word)]
    found = tried = 0
    for word in rng.sample(words, min(count, len(words))):
        at, letter = rng.randrange(1, len(word) - 1), rng.choice("abcdeilmnoprstu")
        slip = rng.choice([letter, letter + word[at], ""]).join((word[:at], word[at + 1 :]))
        if slip == word or lexicon.knows(slip) or forms.count(slip):
            continue
        tried += 1
        concepts = side.read.understand(f"le {slip}").concepts
        found += analyse(word) in [list(v.terms) for c in concepts for v in c.variants]
    print(f"slips in {name}: {found}/{tried} found again")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", action="append", required=True, help="collection=folder")
    pairs = [home.split("=", 1) for home in parser.parse_args().home]
    opened = {name: Side(Path(folder)) for name, folder in pairs}
    for each in SETS:
        score(opened, each)
    for which, one in opened.items():
        slips(which, one)

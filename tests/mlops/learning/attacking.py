"""A collection under attack: what ill-meaning or mistaken readers send, and what it changes.

The record is written directly, past every limit on how much one reader may send: what holds here
holds without them. An attack knows the whole collection, and lies with true sentences of wrong
pages, the only lies that the check against the page lets through.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mlops import clock, deletion
from mlops import store_tables as t
from mlops.learning import entries
from mlops.learning.retraining import Retraining, retrain
from mlops.serving import open_engine
from mlops.steps import ingest
from mlops.store import Store
from rag.engine import Engine
from rag.records import Outcome, Search
from rag.settings import PROJECT_ROOT, Home, Settings

SAMPLE = PROJECT_ROOT / "sample"
ASKED = PROJECT_ROOT / "benchmarks" / "questions"
TEXTS = (
    "aide-memoire.md", "entretien.docx", "glossaire.txt", "histoire.html", "lumiere.epub",
    "reglages.csv",
)  # fmt: skip
LEXICAL = Settings(embedder="none", workers=1)
MEASURES = ("golden", "kept", "refused", "others")
Page = tuple[str, int]  # document id, index from 0


@dataclass(frozen=True, slots=True)
class Known:
    """A question whose answer is known: the pages that say it, and their words."""

    question: str
    pages: tuple[Page, ...]  # none when nothing answers
    quote: str = ""
    wordings: tuple[str, ...] = ()  # the same said otherwise: attacks never use them


@dataclass(frozen=True, slots=True)
class Scores:
    """What a champion gets on each question, 0..1: reciprocal rank, or the right outcome."""

    golden: Mapping[str, float]  # ranks of what the gate asks too
    kept: Mapping[str, float]
    refused: Mapping[str, float]  # golden questions without an answer
    others: Mapping[str, float]  # ranks on what no gate knows, two further wordings with each

    def without(self, left_out: Collection[str]) -> dict[str, float]:
        """The means over the questions that are not left out."""
        return {
            name: _mean(v for q, v in getattr(self, name).items() if q not in left_out)
            for name in MEASURES
        }


@dataclass
class Scene:
    """One attacked collection. ``golden`` is known to the gate, ``others`` to nobody."""

    home: Home
    settings: Settings
    store: Store
    golden: tuple[Known, ...]
    others: tuple[Known, ...]
    nothing: tuple[Known, ...]  # unanswerable, golden
    touched: set[str] = field(default_factory=set)  # others that were attacked, or are gone
    baseline: Scores | None = None  # when the attack itself takes a document away
    said: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # why something was not taken

    def engine(self) -> Engine:
        """Of what is in service."""
        return open_engine(self.home, self.settings)

    def say(self, question: str, *, author: str, rating: int = 1, **more: Any) -> str:
        """Write one feedback into the record; ``more`` are columns of the table."""
        self.said += 1
        feedback_id, at = f"{self.said:032x}", clock.stamp()
        values = {
            "feedback_id": feedback_id, "at": at, "stated_at": at, "question": question,
            "answer": "…", "sources": [], "rating": rating, "author": author,
            "state": "received", **more,
        }  # fmt: skip
        with self.store.write() as connection:
            connection.execute(sa.insert(t.feedback).values(**values))
        return feedback_id

    def correct(self, known: Known, page: Page, said: str, *, author: str) -> str:
        """Say that the answer to a question stands on a page."""
        mark = {"document_id": page[0], "index": page[1], "right": True}
        return self.say(known.question, author=author, corrected_answer=said, marks=[mark])

    def learn(self) -> Retraining:
        """Retrain, with the gate."""
        return retrain(self.home, self.settings)

    def agree(self, by: str) -> int:
        """One person agrees with everything that waits; returns how much they could."""
        done = 0
        for row in entries.listing(self.store, "proposed"):
            try:
                found = entries.review(self.store, row["entry_id"], by=by, verdict="validate")
                done += found.state == "validated"
            except entries.Refused as error:
                self.refused[error.code] += 1
        return done

    def teach(self) -> tuple[int, int, tuple[str, ...]]:
        """An editor teaches what is badly answered: how many come first, of how many; refusals."""
        engine = self.engine()
        wrong = [
            (text, known)
            for known in self.others
            for text in known.wordings
            if reciprocal(engine, text, known.pages) < 1 and not self._gone(known)
        ]
        for text, known in wrong:
            entries.propose(
                self.store, engine.release, question=text, answer="",
                document_id=known.pages[0][0], index=known.pages[0][1], quote=known.quote,
                author=entries.EDITOR,
            )  # fmt: skip
        reasons = self.learn().reasons
        engine = self.engine()
        right = sum(reciprocal(engine, text, known.pages) == 1 for text, known in wrong)
        return right, len(wrong), reasons

    def _gone(self, known: Known) -> bool:
        return any(page[0] in deletion.removed_in(self.store) for page in known.pages)

    def states(self) -> Counter[str]:
        """How many proposals are in each state, with why."""
        rows = entries.listing(self.store)
        return Counter(f"{r['state']}:{r['reason']}".rstrip(":") for r in rows)

    def lie(self, known: Known, n: int = 0) -> tuple[Page, str]:
        """A page that does not answer a question, and words that it really says."""
        pool = [k for k in (*self.golden, *self.others) if k.quote]
        start = pool.index(known) if known in pool else 0
        for step in range(len(pool)):
            other = pool[(start + 7 + 3 * n + step) % len(pool)]
            if not set(other.pages) & set(known.pages):
                return other.pages[0], other.quote
        raise LookupError("every page answers")


def make_home(root: Path) -> Home:
    """The text documents of the sample, read and in service; words only, no model."""
    home = Home(root)
    home.data.mkdir(parents=True)
    for name in TEXTS:
        shutil.copyfile(SAMPLE / "data" / name, home.data / name)
    rows = [json.loads(line) for line in (SAMPLE / "golden.jsonl").read_text("utf-8").splitlines()]
    here = [row for row in rows if all(g["document"] in TEXTS for g in row["gold"])]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in here)
    (root / "golden.jsonl").write_text(text, "utf-8")
    ingest(home, LEXICAL)
    return home


@contextmanager
def scene(home: Home, settings: Settings) -> Iterator[Scene]:
    """Open a collection to be attacked; it is changed: give a copy."""
    assert home.golden is not None
    with Store(home) as store:
        engine = open_engine(home, settings)
        ids = {name: document_id for document_id, name in engine.release.names.items()}
        golden = list(_read(home.golden, ids))
        others = list(_read(ASKED / "learning-sample.jsonl", ids))
        yield Scene(
            home, settings, store,
            tuple(k for k in golden if k.pages), tuple(others),
            tuple(k for k in golden if not k.pages),
        )  # fmt: skip


def _read(path: Path, ids: Mapping[str, str]) -> Iterator[Known]:
    """The base questions of a file whose documents are there, with their wordings."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    learning = path.name.startswith("learning")
    for row in rows:
        if (learning and row["of"]) or not all(g["document"] in ids for g in row["gold"]):
            continue
        wordings = [one["question"] for one in rows if learning and one["of"] == row["id"]]
        pages = tuple((ids[g["document"]], g["page"] - 1) for g in row["gold"])
        yield Known(row["question"], pages, row.get("quote", ""), tuple(wordings))


def scores(place: Scene) -> Scores:
    """Ask everything of what is in service."""
    engine = place.engine()
    golden = {k.question: engine.search(k.question) for k in (*place.golden, *place.nothing)}
    answered = {q: float(s.verdict.outcome is Outcome.ANSWER) for q, s in golden.items()}
    return Scores(
        {k.question: _reciprocal(golden[k.question], k.pages) for k in place.golden},
        {k.question: answered[k.question] for k in place.golden},
        {k.question: 1 - answered[k.question] for k in place.nothing},
        {
            k.question: _mean(
                reciprocal(engine, text, k.pages) for text in (k.question, *k.wordings)
            )
            for k in place.others
        },
    )


def reciprocal(engine: Engine, question: str, pages: Sequence[Page]) -> float:
    """One over the rank of the first page that answers, 0 beyond the tenth."""
    return _reciprocal(engine.search(question), pages)


def _reciprocal(search: Search, pages: Sequence[Page]) -> float:
    for rank, page in enumerate(search.pages[:10], 1):
        if any((p.document_id, p.index) in pages for p in (page, *page.also)):
            return 1 / rank
    return 0.0


def _mean(values: Any) -> float:
    found = list(values)
    return sum(found) / len(found) if found else float("nan")


Act = Callable[[Scene], None]

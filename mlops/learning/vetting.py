"""What was validated, held back where it contradicts the golden questions.

Two persons who agree may be one with two names, and a page may say something true that answers
another question. The golden questions are what an editor vouches for: what readers validated and
takes the place of a golden page, or answers what must be refused, waits for an editor instead of
having the gate refuse everything else that was learned with it. What an editor validated is left
to the gate.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.golden_file import Golden, load
from mlops.learning.deriving import derive
from mlops.learning.entries import EDITOR, note_review
from mlops.learning.inforce import Learned
from mlops.serving import embedder_for, reranker_for
from mlops.store import Store
from rag.embed.embedder import Embedder
from rag.engine import Engine
from rag.index.release import Release
from rag.records import Outcome
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

HELD = "contradicts_golden"
PASSES = 5  # one that is held back may uncover another; what is left is for the gate


def derive_vetted(
    home: Home,
    settings: Settings,
    store: Store,
    parent: Path,
    learned: Learned,
    *,
    embedder: Embedder | None = None,
) -> Release:
    """Derive a release; what readers validated against golden questions is held back, left out.

    Args, errors: as ``mlops.learning.deriving.derive``.
    """
    golden = load(home.golden) if home.golden and learned.entries else ()
    if golden and embedder is None and not Release.open(parent).lexical_only:
        embedder = embedder_for(settings)
    release = derive(home, settings, store, parent, learned, embedder=embedder)
    vouched = {str(row["entry_id"]) for row in learned.entries if row["validated_by"] == EDITOR}
    for _ in range(PASSES if golden else 0):
        engine = Engine(release, embedder, reranker=reranker_for(settings))
        found = contradicting(engine, golden)
        held = {entry_id: by for entry_id, by in found.items() if entry_id not in vouched}
        if not held:
            break
        hold(store, held)
        kept = [row for row in learned.entries if str(row["entry_id"]) not in held]
        learned = replace(learned, entries=tuple(kept))
        release = derive(home, settings, store, parent, learned, embedder=embedder)
    return release


def contradicting(engine: Engine, golden: Sequence[Golden]) -> dict[str, str]:
    """Entry → id of a golden question that it answers from a page that is not a golden one.

    Pages that say the same as a golden one (``also``) are golden too.
    """
    names = engine.release.names
    found: dict[str, str] = {}
    for question in golden:
        search = engine.search(question.question, history=question.history)
        if search.recalled is None:
            continue
        gold = [
            any((names[p.document_id], p.index + 1) in question.gold for p in (page, *page.also))
            for page in search.pages
        ]
        first = gold.index(True) if True in gold else len(gold)
        if question.answerable:
            wrong = first > search.recalled.place
        else:
            wrong = search.recalled.sure and search.verdict.outcome is Outcome.ANSWER
        if wrong:
            found.setdefault(search.recalled.entry_id, question.id)
    return found


def hold(store: Store, held: dict[str, str]) -> None:
    """Send entries back to wait for an editor, with the golden question that they contradict."""
    for entry_id, question in sorted(held.items()):
        with store.write() as connection:
            connection.execute(
                sa.update(t.entries)
                .where(t.entries.c.entry_id == entry_id, t.entries.c.state == "validated")
                .values(state="proposed", reason=HELD)
            )
            note_review(connection, "entry", entry_id, "", "held", f"golden question {question}")
        log.warning("entry %s held back: it contradicts golden question %s", entry_id, question)

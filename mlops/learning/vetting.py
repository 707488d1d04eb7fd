"""What was validated, held back where it contradicts the golden questions.

Two persons who agree may be one with two names, and a page may say something true that answers
another question. The golden questions are what an editor vouches for: what readers validated and
costs them more than it gains them (a golden page that goes down, an answer where a refusal is
right) waits for an editor, instead of having the gate refuse everything else that was learned with
it. What an editor validated is left to the gate.
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
from rag.records import Outcome, Search
from rag.retrieve.memory import ENTRIES
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

HELD = "contradicts_golden"
PASSES = 5  # one that is held back may uncover another; what is left is for the gate
HARM = 1e-9  # a loss below is rounding


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
    golden = load(home.golden) if home.golden else ()
    vouched = {str(row["entry_id"]) for row in learned.entries if row["validated_by"] == EDITOR}
    if not golden or len(vouched) == len(learned.entries):
        return derive(home, settings, store, parent, learned, embedder=embedder)
    if embedder is None and not Release.open(parent).lexical_only:
        embedder = embedder_for(settings)
    release = derive(home, settings, store, parent, learned, embedder=embedder)
    held = harmful(release, embedder, settings, golden, spared=frozenset(vouched))
    if not held:
        return release
    hold(store, held)
    kept = tuple(row for row in learned.entries if str(row["entry_id"]) not in held)
    return derive(home, settings, store, parent, replace(learned, entries=kept), embedder=embedder)


def harmful(
    release: Release,
    embedder: Embedder | None,
    settings: Settings,
    golden: Sequence[Golden],
    *,
    spared: frozenset[str],
) -> dict[str, str]:
    """Entry → id of a golden question that it harms, for those that harm more than they help.

    Args:
        release: with the entries.
        embedder: of the release.
        settings: which reranker.
        golden: what an editor vouches for.
        spared: entries that are not looked at.
    """
    asked = _Asked(release, embedder, settings)
    found: dict[str, str] = {}
    for _ in range(PASSES):
        net: dict[str, float] = {}
        where: dict[str, str] = {}
        for q in golden:
            entry_id, worth = asked.without(frozenset(found), q)
            if not entry_id or entry_id in spared:
                continue
            gain = worth - asked.alone(q)
            net[entry_id] = net.get(entry_id, 0.0) + gain
            if gain < 0:
                where.setdefault(entry_id, q.id)
        worse = {entry_id: where[entry_id] for entry_id, gain in net.items() if gain < -HARM}
        if not worse:
            break
        found |= worse
    return found


class _Asked:
    """Golden questions asked of a release without some of its entries, none oftener than needed."""

    def __init__(self, release: Release, embedder: Embedder | None, settings: Settings) -> None:
        self._release = release
        self._every = frozenset(str(entry["entry_id"]) for entry in release.extra(ENTRIES, ()))
        self._masked: frozenset[str] = frozenset()
        self._engine = Engine(
            release, embedder, reranker=reranker_for(settings), withdrawn=lambda: self._masked
        )
        self._known: dict[str, tuple[str, float]] = {}
        self._alone: dict[str, float] = {}

    def without(self, masked: frozenset[str], q: Golden) -> tuple[str, float]:
        """Which entry a question recalls among those left ("" for none), and what it gets.

        One that is recalled and left is so again when fewer are left: it is not asked anew.
        """
        known = self._known.get(q.id)
        if known is None or (masked and (not known[0] or known[0] in masked)):
            search = self._search(masked, q)
            recalled = "" if search.recalled is None else search.recalled.entry_id
            known = self._known[q.id] = (recalled, _worth(search, q, self._release))
        return known

    def alone(self, q: Golden) -> float:
        """What a question gets without any entry."""
        if q.id not in self._alone:
            search = self._search(self._every, q)
            self._alone[q.id] = _worth(search, q, self._release)
        return self._alone[q.id]

    def _search(self, masked: frozenset[str], q: Golden) -> Search:
        self._masked = masked
        return self._engine.search(q.question, history=q.history)


def _worth(search: Search, question: Golden, release: Release) -> float:
    """One over the rank of the first golden page, copies of it too; or 1 for a right refusal."""
    if not question.answerable:
        return float(search.verdict.outcome is not Outcome.ANSWER)
    for rank, page in enumerate(search.pages, 1):
        for one in (page, *page.also):
            if (release.names[one.document_id], one.index + 1) in question.gold:
                return 1 / rank
    return 0.0


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

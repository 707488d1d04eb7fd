"""From an answer back to everything it came from, and the same answer made again.

An answer that no language model wrote is a pure function of its release, the program, its question,
the questions before it and the documents deleted at that moment: made again, it must be the same to
the last bit. What a document deleted since then said is not shown any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.deletion import removed_in
from mlops.serving import embedder_of, reranker_for
from mlops.store import Store
from rag.codec import from_json, to_json
from rag.engine import Engine
from rag.errors import RagError, UnknownAnswer
from rag.index.release import Release
from rag.program import program
from rag.records import Answer, PageHit, Sentence, Trace
from rag.settings import Home, Settings


@dataclass(frozen=True, slots=True)
class Again:
    """What making an answer again gave."""

    possible: bool
    same: bool  # question understood, hits, scores, verdict, sentences and anchors: every bit
    differences: tuple[str, ...] = ()  # which parts differ; or why it could not be done
    other_program: bool = False  # the code or its data changed since: a difference may come from it


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer and its origins."""

    answer_id: str
    at: str
    question: str
    text: str
    sentences: tuple[Sentence, ...]
    pages: tuple[PageHit, ...]
    trace: Trace | None  # None for what an older version answered
    release: str
    made_at: str  # moment at which the release was registered; "" when it is not known any more
    thresholds: Mapping[str, float]
    manifest: Mapping[str, Any]  # of the release: models, settings, hash of every file
    names: Mapping[str, str]  # of the release's documents, by SHA-256; those deleted since left out
    hidden: int  # sentences and pages left out because their document was deleted
    again: Again


def history_after(store: Store, answer_id: str) -> tuple[str, ...]:
    """The questions of a conversation up to that answer's, oldest first.

    Raises:
        UnknownAnswer: no answer has that id.
    """
    kept = store.answer(answer_id)
    if kept is None:
        raise UnknownAnswer(answer_id)
    trace = kept["trace"]
    before = tuple(trace["history"]) if trace else ()
    return (*before, str(kept["question"]))


def explain(home: Home, settings: Settings, answer_id: str) -> Explanation:
    """Tell where an answer comes from, and make it again.

    Raises:
        UnknownAnswer: no answer has that id.
    """
    with Store(home) as store:
        kept = store.answer(answer_id)
        if kept is None:
            raise UnknownAnswer(answer_id)
        gone = removed_in(store)
        then = _removed_at(store, str(kept["at"]))
        made_at = _made_at(store, str(kept["release"]))
    trace = from_json(Trace, kept["trace"]) if kept["trace"] else None
    sentences = from_json(tuple[Sentence, ...], kept["sentences"])
    pages = from_json(tuple[PageHit, ...], kept["pages"])
    shown = tuple(s for s in sentences if all(c.document_id not in gone for c in s.citations))
    near = tuple(page for page in pages if page.document_id not in gone)
    release = _release(home, kept["release"])
    return Explanation(
        answer_id=answer_id,
        at=str(kept["at"]),
        question=str(kept["question"]),
        text=" ".join(sentence.text for sentence in shown),
        sentences=shown,
        pages=near,
        trace=trace,
        release=str(kept["release"]),
        made_at=made_at,
        thresholds=release.thresholds if release else {},
        manifest=release.manifest if release else {},
        names={i: name for i, name in release.names.items() if i not in gone} if release else {},
        hidden=len(sentences) - len(shown) + len(pages) - len(near),
        again=_again(release, settings, kept, trace, then),
    )


def _made_at(store: Store, release_id: str) -> str:
    query = sa.select(t.releases.c.created_at).where(t.releases.c.release_id == release_id)
    with store.read() as connection:
        return str(connection.scalar(query) or "")


def _release(home: Home, release_id: str) -> Release | None:
    try:
        return Release.open(home.releases / release_id)
    except RagError:
        return None


def _removed_at(store: Store, at: str) -> frozenset[str]:
    """The documents that were deleted at that moment."""
    query = sa.select(t.tombstones.c.document_id).where(
        t.tombstones.c.at <= at,
        sa.or_(t.tombstones.c.lifted_at.is_(None), t.tombstones.c.lifted_at > at),
    )
    with store.read() as connection:
        return frozenset(connection.scalars(query))


def _again(
    release: Release | None,
    settings: Settings,
    kept: Mapping[str, Any],
    trace: Trace | None,
    removed: frozenset[str],
) -> Again:
    """Ask the same question of the same release, and compare."""
    if trace is None:
        return Again(False, False, ("no_trace",))
    if release is None:
        return Again(False, False, ("no_release",))
    try:
        engine = Engine(
            release,
            embedder_of(release, settings),
            removed=lambda: removed,
            reranker=reranker_for(settings),
        )
    except RagError:
        return Again(False, False, ("no_model",))
    filters = trace.query.filters if trace.query else None
    answer = engine.ask(str(kept["question"]), history=trace.history, filters=filters)
    different = _differences(answer, kept, trace)
    return Again(True, not different, different, trace.program != program())


def _differences(answer: Answer, kept: Mapping[str, Any], trace: Trace) -> tuple[str, ...]:
    made = Trace.of(answer)
    pairs = {
        "query": (to_json(made.query), to_json(trace.query)),
        "hits": (to_json(made.hits), to_json(trace.hits)),
        "verdict": (to_json(made.verdict), to_json(trace.verdict)),
        "pages": ([to_json(page) for page in answer.pages], kept["pages"]),
    }
    if not trace.writing.model:  # what a model wrote is not made again
        pairs["sentences"] = ([to_json(s) for s in answer.sentences], kept["sentences"])
    return tuple(name for name, (now, before) in pairs.items() if now != before)

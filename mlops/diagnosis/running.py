"""Diagnose remarks: each once a release and program, kept with its evidence."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from mlops import releases
from mlops import store_tables as t
from mlops.diagnosis.again import Reread, Rereader, reread
from mlops.diagnosis.causes import Cause, Diagnosis
from mlops.diagnosis.deciding import decide, doubtful, garbled, read_otherwise, scrambled
from mlops.diagnosis.finding import find_page, suspects
from mlops.diagnosis.remedies import rule_of
from mlops.diagnosis.replay import Facts, Page, Truth, replay, shown_of
from mlops.serving import embedder_of, reranker_for
from mlops.store import Store, now
from rag.cache import fingerprint
from rag.engine import Engine
from rag.errors import NoRelease, RagError
from rag.index.release import Release
from rag.program import program
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

GOOD_RATING = 4  # an answer rated so has nothing to be diagnosed, unless something is corrected
RARE = 2  # rarest terms of a question that name a group


def run(home: Home, settings: Settings, store: Store) -> list[Diagnosis]:
    """Diagnose every remark in force that was not yet, oldest first."""
    found = []
    engines: dict[str, Engine] = {}
    with Rereader(home, settings) as again:
        for row in store.feedback():
            if row["state"] != "received":
                continue
            if _content(row):
                _settle(store, row, "counted", {})
                continue
            try:
                engine = _engine(home, settings, store, row, engines)
                one = diagnose_with(engine, store, row, again)
            except (RagError, OSError, LookupError) as error:
                log.warning("feedback %s could not be diagnosed: %s", row["feedback_id"], error)
                continue
            keep(store, one)
            found.append(one)
    return found


def diagnose(home: Home, settings: Settings, store: Store, row: Mapping[str, Any]) -> Diagnosis:
    """Say why one answer was bad; nothing is kept.

    Args:
        home: the collection.
        settings: as the service has them.
        store: the record.
        row: of the table of feedback.

    Raises:
        NoRelease: no release is left to ask.
        IndexMismatch: the release cannot be opened.
    """
    engine = _engine(home, settings, store, row, {})
    with Rereader(home, settings) as again:
        return diagnose_with(engine, store, row, again)


def diagnose_with(
    engine: Engine, store: Store, row: Mapping[str, Any], again: Rereader | None = None
) -> Diagnosis:
    """The same with an open engine, of the release that answered where it is still there.

    Args:
        engine: open.
        store: the record.
        row: of the table of feedback.
        again: reads the image of a page again; None to judge by what was read.
    """
    truth = truth_of(row)
    about = store.answer(row["answer_id"]) if row["answer_id"] else None
    shown = shown_of(about, str(row["answer"] or ""))
    question = str(row["question"])
    history = (((about or {}).get("trace") or {}).get("history")) or ()
    if history:  # a question that goes on from another is understood with it
        question = engine.understand(question, history=tuple(history)).standalone
    page = find_page(engine, question, truth, shown.cited)
    facts = replay(engine, question, truth, page, shown.cited)
    cause, detail = decide(question, truth, shown, facts)
    looked: list[dict[str, Any]] = []
    if cause is not Cause.READER and not truth.refusal:
        facts, looked = _look_again(engine, question, truth, shown.cited, facts, again)
        page = facts.page
        cause, detail = decide(question, truth, shown, facts)
    evidence = {**facts.plain(), **_where(engine, page), "shown": shown.outcome}
    evidence |= {"suspects": looked, "remedy": rule_of(engine.release, cause, facts)}
    return Diagnosis(
        str(row["feedback_id"]), cause, detail, evidence,
        _group(engine, cause, page, question), engine.release.id,
    )  # fmt: skip


def _look_again(
    engine: Engine, question: str, truth: Truth, cited: tuple[Page, ...], facts: Facts,
    again: Rereader | None,
) -> tuple[Facts, list[dict[str, Any]]]:  # fmt: skip
    """The facts with what the image says, of the page or of one that nobody knew; what was seen."""
    if facts.page is not None and facts.on_page is not None:
        if not doubtful(truth, facts):
            return facts, []
        return replace(facts, again=_reread(engine, question, truth, facts, again)), []
    if facts.page is not None or not (truth.said or truth.quote):
        return facts, []
    looked: list[dict[str, Any]] = []
    for page in suspects(engine, question, truth, cited):
        there = replay(engine, question, truth, page, cited)
        there = replace(there, again=_reread(engine, question, truth, there, again))
        if read_otherwise(there) is not None or scrambled(there) or garbled(there):
            return there, looked
        looked.append(_where(engine, page) | {"read_again": [r.plain() for r in there.again]})
    return facts, looked


def _reread(
    engine: Engine, question: str, truth: Truth, facts: Facts, again: Rereader | None
) -> tuple[Reread, ...]:
    if again is None or facts.page is None or facts.on_page is None:
        return ()
    return reread(
        engine.release, facts.page, again(engine.release, *facts.page), facts.on_page.missing,
        question=question, said=truth.quote or truth.said,
    )  # fmt: skip


def truth_of(row: Mapping[str, Any]) -> Truth:
    """What a remark says is right."""
    marks = [mark for mark in row["marks"] or () if mark.get("right")]
    return Truth(
        pages=tuple((str(m["document_id"]), int(m["index"])) for m in marks),
        said=str(row["corrected_answer"] or ""),
        refusal=row["wanted"] == "refusal",
        answerable=row["wanted"] == "answer",
    )


def _engine(
    home: Home, settings: Settings, store: Store, row: Mapping[str, Any], known: dict[str, Engine]
) -> Engine:
    """Of the release that answered, else of the one in service."""
    wanted = row["release_id"] or _answered_by(store, row)
    if wanted is None or not (home.releases / wanted).is_dir():
        wanted = releases.champion_id(store)
    if wanted is None:
        raise NoRelease(home.root)
    if wanted not in known:
        release = Release.open(home.releases / wanted)
        known[wanted] = Engine(
            release, embedder_of(release, settings), reranker=reranker_for(settings)
        )
    return known[wanted]


def _answered_by(store: Store, row: Mapping[str, Any]) -> str | None:
    about = store.answer(row["answer_id"]) if row["answer_id"] else None
    return None if about is None else str(about["release"])


def _content(row: Mapping[str, Any]) -> bool:
    against = any(not mark.get("right") for mark in row["marks"] or ())
    said = row["corrected_answer"] or row["wanted"] or against
    return row["rating"] >= GOOD_RATING and not said


def _where(engine: Engine, page: Page | None) -> dict[str, Any]:
    if page is None:
        return {"document": None, "page_number": None}
    return {
        "document_id": page[0],
        "page_index": page[1],
        "document": engine.release.names.get(page[0], page[0]),
        "page_number": page[1] + 1,
    }


def _group(engine: Engine, cause: Cause, page: Page | None, question: str) -> str:
    """Failures of one page for one cause; else of the same rare words."""
    if page is not None:
        return fingerprint(cause.value, page[0], page[1])[:32]
    return fingerprint(cause.value, *_rarest(engine, question))[:32]


def _rarest(engine: Engine, question: str) -> Iterator[str]:
    query = engine.understand(question)
    terms = sorted(query.terms, key=lambda term: (-engine.release.bm25.weight(term), term))
    yield from sorted(terms[:RARE])


def keep(store: Store, one: Diagnosis, *, settled: bool = False) -> None:
    """Write a diagnosis, in the place of the one of that release and program.

    Args:
        store: the record.
        one: what was found.
        settled: its fate is known already, and stays.
    """
    with store.write() as connection:
        same = (
            (t.diagnoses.c.feedback_id == one.feedback_id)
            & (t.diagnoses.c.release_id == one.release)
            & (t.diagnoses.c.program == program())
        )
        connection.execute(sa.delete(t.diagnoses).where(same))
        connection.execute(
            sa.insert(t.diagnoses).values(
                feedback_id=one.feedback_id, at=now(), release_id=one.release, program=program(),
                cause=one.cause.value, detail=one.detail, evidence=one.evidence,
                remedy=one.remedy, group_key=one.group_key,
            )
        )  # fmt: skip
    if settled:
        return
    _settle(store, {"feedback_id": one.feedback_id, "fate": None}, "diagnosed",
            {"cause": one.cause.value, "detail": one.detail})  # fmt: skip


def _settle(store: Store, row: Mapping[str, Any], state: str, fate: Mapping[str, Any]) -> None:
    with store.write() as connection:
        same = t.feedback.c.feedback_id == row["feedback_id"]
        kept = connection.scalar(sa.select(t.feedback.c.fate).where(same)) or {}
        connection.execute(
            sa.update(t.feedback).where(same).values(state=state, fate={**kept, **fate})
        )

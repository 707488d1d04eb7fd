"""Diagnose remarks: each once a release and program, kept with its evidence."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from mlops import releases
from mlops import store_tables as t
from mlops.diagnosis.causes import Cause, Diagnosis
from mlops.diagnosis.deciding import decide, misread
from mlops.diagnosis.page_text import ENOUGH, MOST_THERE, look
from mlops.diagnosis.replay import Page, Truth, replay, shown_of
from mlops.serving import embedder_of, reranker_for
from mlops.store import Store, now
from rag.cache import fingerprint
from rag.engine import Engine
from rag.errors import NoRelease, RagError
from rag.index.release import Release
from rag.pointing import point
from rag.program import program
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

GOOD_RATING = 4  # an answer rated so has nothing to be diagnosed, unless something is corrected
LOOKED_AT = 60  # pages where a corrected answer is looked for
BEST = 20  # passages of each list
RELATED = 0.34  # share of the question that a page not shown must hold, to be the one meant
ALMOST = 0.45  # share of the words that such a page has, or has misread
LETTERS = 2  # words misread that tell a page when nobody points at it
RARE = 2  # rarest terms of a question that name a group


def run(home: Home, settings: Settings, store: Store) -> list[Diagnosis]:
    """Diagnose every remark in force that was not yet, oldest first."""
    found = []
    engines: dict[str, Engine] = {}
    for row in store.feedback():
        if row["state"] != "received":
            continue
        if _content(row):
            _settle(store, row, "counted", {})
            continue
        try:
            engine = _engine(home, settings, store, row, engines)
            one = diagnose_with(engine, store, row)
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
    return diagnose_with(_engine(home, settings, store, row, {}), store, row)


def diagnose_with(engine: Engine, store: Store, row: Mapping[str, Any]) -> Diagnosis:
    """The same with an open engine, of the release that answered where it is still there."""
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
    return Diagnosis(
        str(row["feedback_id"]), cause, detail,
        {**facts.plain(), **_where(engine, page), "shown": shown.outcome},
        _group(engine, cause, page, question), engine.release.id,
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


def find_page(engine: Engine, question: str, truth: Truth, cited: tuple[Page, ...]) -> Page | None:
    """The page where the truth stands: pointed at, or the one that says most of it."""
    if truth.pages:
        return truth.pages[0]
    said = truth.quote or truth.said
    if not said.strip():
        return None
    tried = list(dict.fromkeys((*cited, *_candidates(engine, question, said))))
    fits = _fitting(engine, question, tried)
    proofs = [
        (proof.held + fits[page], -n, page)
        for n, page in enumerate(tried)
        if not (proof := point(engine.release, *page, question=question, answer=said)).reason
        and (page in cited or fits[page] >= RELATED)
    ]
    best = max(proofs, default=None)
    if best is not None:
        return best[2]
    return _almost(engine, question, truth, tried)


def _candidates(engine: Engine, question: str, said: str) -> Iterator[Page]:
    """The pages where an answer may stand: those that the question finds, with it and without."""
    for text in (question, f"{question} {said}"):
        found = engine.find(engine.understand(text[:2000]))
        for place, _, _ in found.pages[:LOOKED_AT]:
            yield engine.release.sources[place.document].document_id, place.index
        for side in (found.lexical, found.dense):  # what fusion put low
            for row in side.rows[:BEST].tolist() if side is not None else ():
                chunk = engine.release.chunk(int(row))
                yield from ((chunk.document_id, index) for index in chunk.pages)


def _fitting(engine: Engine, question: str, pages: list[Page]) -> dict[Page, float]:
    """How much of the question each page holds in its best passage, 0..1."""
    import numpy as np

    query, numbers = engine.understand(question), engine.release.numbers
    out = {}
    for page in pages:
        rows = engine.release.page_map.rows_of(numbers[page[0]], page[1])
        held = np.broadcast_to(engine.coverage(query, np.asarray(rows, np.intp)), (len(rows),))
        out[page] = float(held.max()) if len(rows) else 0.0
    return out


def _almost(engine: Engine, question: str, truth: Truth, pages: list[Page]) -> Page | None:
    """No passage says it: the page that holds it in its text, as a bag, or misread."""
    fits = _fitting(engine, question, pages)
    best: tuple[float, int, Page] | None = None
    for n, page in enumerate(pages):
        found = look(engine.release, *page, question=question, said=truth.said, quote=truth.quote)
        whole = found.bag + 0.8 * len(found.misread) / max(1, found.terms)
        likely = misread(found) and len(found.misread) >= LETTERS
        there = found.bag >= MOST_THERE and found.terms >= ENOUGH and fits[page] >= RELATED
        if there or (likely and whole >= ALMOST):
            best = max(best or (-1.0, 0, page), (whole + fits[page], -n, page))
    return None if best is None else best[2]


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

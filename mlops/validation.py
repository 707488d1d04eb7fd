"""Stage 6: named checks of a release before anything is answered from it.

Structure is always checked. Quality is measured on the golden set, against thresholds; without a
golden set, known-item questions are drawn from the pages and said to be « non mesuré ». Whether a
release is worse than the one in service is for the gate (``mlops.gate``).

What a release scores is a pure function of it (named by its hash), of the program and of the
questions: it is kept in the cache, so that an unchanged night asks nothing again. Its files are
looked at every time.
"""

from __future__ import annotations

import functools
import json
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean

import numpy as np

from mlops import asked_once
from mlops.golden import (
    Question,
    Score,
    answerable_here,
    known_items,
    measure,
    read_golden,
)
from mlops.releases import champion
from mlops.stage_results import READ, EmbeddingResults
from mlops.verdict import Check, Validation, at_least, conclude, exactly
from rag.cache import StageCache
from rag.engine import Engine
from rag.errors import IndexMismatch, RagError
from rag.index.release import Release
from rag.program import program
from rag.settings import Settings

log = logging.getLogger(__name__)

VERSION = "1"
KNOWN_ITEM_FLOOR = 0.80  # recall@5 of a page by its own words: below, the index is broken
UNIT = 1e-3  # how far from 1 the length of a vector may be


def validate(embedding_results: EmbeddingResults) -> Validation:
    """Check a built release; nothing is promoted here.

    Args:
        embedding_results: what the embeddings step returns.

    Returns:
        ``all_passed``, and every check by name with its value, what was wanted, and words.
    """
    home = embedding_results.home
    in_service = champion(home)
    against = in_service if in_service and in_service.name != embedding_results.release_id else None
    return _check(
        embedding_results, StageCache(home.cache), _readable(against) if against else None
    )


def _readable(folder: Path) -> Release | None:
    """The release in service, or None when this version of the product cannot read it.

    What cannot be read answers nobody: the release that was just built must be able to replace it.
    """
    try:
        return Release.open(folder)
    except IndexMismatch as error:
        log.warning("nothing to compare with: %s", error)
        return None


def _check(embedded: EmbeddingResults, cache: StageCache, in_service: Release | None) -> Validation:
    release = Release.open(embedded.release)
    tests = structure(release, embedded.settings)
    engine = _engine_of(release, embedded.settings)
    golden = embedded.home.golden
    questions = answerable_here(read_golden(golden), release) if golden else ()
    measured = bool(questions)
    if measured:
        scores = _scores(release, engine, questions, cache)
        tests |= quality(scores, embedded.settings)
        before = _scores_of(in_service, questions, embedded.settings, cache)
        if before is not None:
            for name, check in quality(before, embedded.settings).items():
                if name in tests:
                    tests[name]["in_service"] = check["value"]
    else:
        recall, asked = _known_items(release, engine, cache)
        message = f"pages retrouvées par leurs propres mots, sur {asked} questions"
        tests["known_items"] = at_least(recall, KNOWN_ITEM_FLOOR, message, measured=False)
    against = in_service.id if in_service else None
    return conclude(release.id, tests, measured=measured, against=against)


def _engine_of(release: Release, settings: Settings) -> Callable[[], Engine]:
    """The engine, made when the first question is asked: kept scores load no model."""
    return functools.cache(lambda: asked_once.engine_of(release, settings))


# --- structure ------------------------------------------------------------------------------------


def structure(release: Release, settings: Settings) -> dict[str, Check]:
    """The checks that need no question."""
    accounts = release.page_statuses
    pages = sum(source.pages for source in release.sources)
    distinct = len({(account.document_id, account.index) for account in accounts})
    known = {source.document_id for source in release.sources}
    chunks = release.chunks
    strangers = sum(chunk.document_id not in known for chunk in chunks)
    good = sum(account.status in READ for account in accounts)
    tests = {
        "files_whole": exactly(len(release.verify()), 0, "fichiers abîmés dans la version"),
        "coverage": at_least(
            good / pages if pages else math.nan,
            settings.min_coverage,
            "pages lues ou blanches, sur toutes les pages",
            structure=True,
        ),
        "pages_counted": exactly(distinct, pages, "pages ayant exactement un statut"),
        "statuses_once": exactly(len(accounts), distinct, "pages comptées une fois"),
        "chunks_owned": exactly(strangers, 0, "passages sans document"),
        "index_counted": exactly(release.bm25.size, len(chunks), "passages dans l'index lexical"),
        "something_ranks": at_least(
            release.bm25.ranked, 1, "passages qu'une question peut trouver", structure=True
        ),
    }
    if not release.lexical_only:
        tests |= _vectors(release)
    return tests


def _vectors(release: Release) -> dict[str, Check]:
    vectors = release.vectors
    rows = 0 if vectors is None else len(vectors)
    tests = {"vectors_counted": exactly(rows, len(release.chunks), "vecteurs, un par passage")}
    if vectors is not None and rows:
        lengths = np.linalg.norm(np.asarray(vectors, np.float32), axis=1)
        off = np.abs(lengths - 1.0)
        bad = int(np.sum(~(off <= UNIT)))  # NaN is not within
        tests["vectors_unit"] = exactly(bad, 0, "vecteurs non finis ou de longueur autre que 1")
    return tests


# --- quality --------------------------------------------------------------------------------------


def quality(scores: Sequence[Score], settings: Settings) -> dict[str, Check]:
    """The checks against thresholds; what has no question of its kind is not asked."""
    answerable = [score for score in scores if score.answerable]
    others = [score for score in scores if not score.answerable]
    tests: dict[str, Check] = {}
    if answerable:
        citations = sum(score.citations for score in answerable)
        resolved = sum(score.resolved for score in answerable)
        tests["citations_resolve"] = at_least(
            resolved / citations if citations else math.nan,
            1.0,
            f"citations menant à leur place sur la page, sur {citations}",
        )
        tests["recall_at_5"] = at_least(
            fmean(score.recall_at_5 for score in answerable),
            settings.min_recall_at_5,
            f"bonnes pages parmi les 5 premières, sur {len(answerable)} questions",
        )
        tests["kept"] = at_least(
            fmean(not score.abstained for score in answerable),
            settings.min_kept,
            f"questions répondues, sur {len(answerable)} qui ont une réponse",
        )
    if others:
        tests["refused"] = at_least(
            fmean(score.abstained for score in others),
            settings.min_refused,
            f"questions refusées, sur {len(others)} qui n'ont pas de réponse",
        )
    return tests


def _scores(
    release: Release,
    engine: Callable[[], Engine],
    questions: Sequence[Question],
    cache: StageCache,
) -> list[Score]:
    """Measure a release once per golden set."""
    asked = [(q.id, q.text, *q.history, *q.gold) for q in questions]
    key = cache.key("measured", VERSION, program(), release.id, asked)
    if (kept := cache.get(key)) is not None:
        return [Score(**row) for row in json.loads(kept)]
    scores = measure(engine(), questions)
    cache.put(key, json.dumps([asdict(score) for score in scores]).encode())
    return scores


def _known_items(
    release: Release, engine: Callable[[], Engine], cache: StageCache
) -> tuple[float, int]:
    key = cache.key("measured", VERSION, program(), release.id, "known items")
    if (kept := cache.get(key)) is not None:
        recall, asked = json.loads(kept)
        return (math.nan if recall is None else float(recall)), int(asked)
    recall, asked = known_items(release, engine())
    cache.put(key, json.dumps([None if math.isnan(recall) else recall, asked]).encode())
    return recall, asked


def _scores_of(
    release: Release | None, questions: Sequence[Question], settings: Settings, cache: StageCache
) -> list[Score] | None:
    """The scores of the release in service; None when there is none that could answer."""
    if release is None:
        return None
    try:
        return _scores(release, _engine_of(release, settings), questions, cache)
    except RagError as error:
        log.warning("release in service %s could not be measured: %s", release.id, error)
        return None

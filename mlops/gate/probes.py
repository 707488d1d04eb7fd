"""Faults that show without a question: pages lost, vectors or terms that are not of their passages.

Each looks at a fixed sample of the passages, so that a night costs the same for a thousand passages
and for a million.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mlops.serving import embedder_of
from mlops.stage_results import READ
from rag.embed.cached import passage_text
from rag.errors import RagError
from rag.french.analysis import analyse
from rag.index.release import Release
from rag.settings import Settings

SAMPLE = 24  # passages
LIKE = 0.98  # cosine of a stored vector with the same passage embedded again (8-bit noise: 0.995)
LEAST = 0.1  # the quantile of those cosines that must reach it: a tenth may not be spoilt unseen
TERMS = 0.9  # of a passage's terms, found in its row of the index


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that no release in service should have; figures for its words."""

    code: str
    value: float
    wanted: float


def look(release: Release, in_service: Release | None, settings: Settings) -> list[Fault]:
    """Every fault found; [] when there is none.

    Args:
        release: the challenger.
        in_service: the champion, to see what was lost; None when there is none.
        settings: which embedder, how much coverage may go.
    """
    found = [*_terms(release), *_vectors(release, settings)]
    if in_service is not None:
        found += _lost(release, in_service, settings)
    return found


def _sample(release: Release) -> list[int]:
    rows = np.flatnonzero(np.asarray(release.ranks))
    places = np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows)))
    return [int(rows[int(place)]) for place in places]


def _terms(release: Release) -> list[Fault]:
    """Each sampled passage, analysed again, must be found under its own terms."""
    shares = []
    bm25 = release.bm25
    for row in _sample(release):
        terms = set(analyse(release.chunk(row).text))
        if terms:
            there = sum(_holds(bm25.rows_of(term), row) for term in terms)
            shares.append(there / len(terms))
    mean = float(np.mean(shares)) if shares else math.nan
    return [] if not shares or mean >= TERMS else [Fault("analyser", mean, TERMS)]


def _holds(rows: object, row: int) -> bool:
    found = np.asarray(rows)
    place = int(np.searchsorted(found, row))
    return place < len(found) and int(found[place]) == row


def _vectors(release: Release, settings: Settings) -> list[Fault]:
    """Each sampled passage, embedded again, must be its stored vector."""
    vectors = release.vectors
    rows = _sample(release)
    if vectors is None or not rows:
        return []
    try:
        embedder = embedder_of(release, settings)
    except RagError:
        return [Fault("embedder", math.nan, LIKE)]
    if embedder is None:
        return [Fault("embedder", math.nan, LIKE)]
    again = np.asarray(embedder.passages([passage_text(release.chunk(row)) for row in rows]))
    stored = np.asarray(vectors[rows], np.float32)
    cosines = (again * stored).sum(axis=1)
    like = float(np.quantile(cosines, LEAST))
    if like >= LIKE:
        return []
    others = again @ np.asarray(vectors, np.float32).T  # whose are they?
    elsewhere = float(np.mean(others.max(axis=1) >= LIKE))
    code = "index_shuffled" if elsewhere >= 0.5 else "vectors_of_another_model"
    return [Fault(code, like, LIKE)]


def _lost(release: Release, in_service: Release, settings: Settings) -> list[Fault]:
    """Pages that answer now and would not any more, of documents that are still there."""
    before, after = pages_found(in_service), pages_found(release)
    still = {source.document_id for source in release.sources}
    kept = {page for page in before if page[0] in still}
    if not kept:
        return []
    share = len(kept - after) / len(kept)
    allowed = settings.max_coverage_drop
    return [] if share <= allowed else [Fault("pages_lost", share, allowed)]


def pages_found(release: Release) -> set[tuple[str, int]]:
    """The pages that were read and that some passage which ranks touches."""
    good = {(a.document_id, a.index) for a in release.page_statuses if a.status in READ}
    names = [source.document_id for source in release.sources]
    rows = np.flatnonzero(np.asarray(release.ranks))
    _, documents, places, _ = release.page_map.pages_of_all(rows)
    touched = {
        (names[int(document)], int(place))
        for place, document in zip(places, documents, strict=True)
    }
    return touched & good if good else touched

"""One look: every detector, corrected for their number, kept in the record."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.drift import samples
from mlops.drift.detectors import DETECTORS, Context, Detector, Seen
from mlops.metrics_export import finite
from mlops.store import Store
from rag.cache import StageCache
from rag.index.release import Release
from rag.measure.comparing import holm
from rag.measure.drifting import Floats
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

# of all detectors together, at one look. Windows of a week: 52 that do not overlap make a year, and
# one false alarm in ten years is 0.1 / 52.
ALPHA = 0.1 / 52
BUCKETS = 4096  # of hashed terms, where no model embeds


@dataclass(frozen=True, slots=True)
class DriftFinding:
    """What one detector says; ``p`` allows for the other detectors; nan when not measured."""

    detector: str
    drifted: bool
    p: float
    effect: float
    wanted: float  # the size of effect that is told
    n_reference: int
    n_window: int
    examples: tuple[str, ...]
    note: str  # "", or "too_few"


def look(
    home: Home,
    settings: Settings,
    store: Store,
    *,
    days: float = samples.DAYS,
    reference: float = samples.REFERENCE,
    keep: bool = True,
) -> list[DriftFinding]:
    """Compare the last days with those before them.

    Args:
        home: where the release in service is.
        settings: which model embeds.
        store: the record.
        days: of the window.
        reference: days before it.
        keep: write the findings into the record.

    Returns:
        One finding a detector, in their order; none before a release is in service.
    """
    from mlops.releases import champion_id

    champion = champion_id(store)
    if champion is None:
        return []
    context = _context(home, settings, store, champion)
    then, now = samples.windows(clock.now(), days, reference)
    before = samples.read(store, then, all_pages_before=True)
    after = samples.read(store, now)
    findings = judge([_one(detector, before, after, context) for detector in DETECTORS])
    if keep:
        _keep(store, findings, {"reference": then.told(), "window": now.told()})
    return findings


def _one(
    detector: Detector, before: samples.Sample, after: samples.Sample, context: Context
) -> Seen | None:
    """Run a detector; None when there is too little, or it fails."""
    try:
        seen = detector.run(before, after, context)
    except Exception:
        log.exception("the detector %s failed", detector.name)
        return None
    return seen


def judge(seen: Sequence[Seen | None]) -> list[DriftFinding]:
    """What is told: shown (Holm, 1979, over the detectors that measured) and large enough."""
    measured = [
        n
        for n, (found, detector) in enumerate(zip(seen, DETECTORS, strict=True))
        if found is not None
        and found.n_reference >= detector.fewest[0]
        and found.n_window >= detector.fewest[1]
    ]
    adjusted = dict(zip(measured, holm([_p(seen[n]) for n in measured]), strict=True))
    findings = []
    for n, (found, detector) in enumerate(zip(seen, DETECTORS, strict=True)):
        p = adjusted.get(n, math.nan)
        effect = found.shift.effect if found is not None and n in adjusted else math.nan
        findings.append(
            DriftFinding(
                detector.name,
                bool(p < ALPHA and effect >= detector.effect),
                p,
                effect,
                detector.effect,
                found.n_reference if found else 0,
                found.n_window if found else 0,
                found.examples if found and n in adjusted else (),
                "" if n in adjusted else "too_few",
            )
        )
    return findings


def _p(seen: Seen | None) -> float:
    return 1.0 if seen is None or math.isnan(seen.shift.p) else seen.shift.p


def _context(home: Home, settings: Settings, store: Store, champion: str) -> Context:
    release = Release.open(home.releases / champion)
    query = sa.select(t.releases.c.method).where(t.releases.c.release_id == champion)
    with store.read() as connection:
        method = connection.scalar(query) or ""
    return Context(release, vectors_of(home, settings, release), str(method))


def vectors_of(
    home: Home, settings: Settings, release: Release
) -> Callable[[Sequence[str]], Floats]:
    """The model of the release, each question embedded once; without one, its terms, hashed."""
    from mlops.serving import embedder_of
    from rag.embed.cached import embed_passages

    embedder = embedder_of(release, settings)
    if embedder is None:
        return hashed_terms
    model, cache = embedder, StageCache(home.cache)

    def vectors(texts: Sequence[str]) -> Floats:
        return np.asarray(embed_passages(texts, model, cache)[0], np.float64)

    return vectors


def hashed_terms(texts: Sequence[str]) -> Floats:
    """Unit rows of term counts, hashed; questions without terms are all alike."""
    import zlib

    from rag.french.analysis import analyse

    rows = np.zeros((len(texts), BUCKETS))
    for n, text in enumerate(texts):
        for term in analyse(text) or ["∅"]:
            rows[n, zlib.crc32(term.encode()) % BUCKETS] += 1.0
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float64)


def _keep(store: Store, findings: Sequence[DriftFinding], window: dict[str, Any]) -> None:
    rows = [
        {
            "at": clock.stamp(), "detector": f.detector, "drifted": f.drifted,
            "p_value": finite(f.p), "effect": finite(f.effect), "n_reference": f.n_reference,
            "n_window": f.n_window, "window": window, "examples": list(f.examples),
            "note": f.note,
        }
        for f in findings
    ]  # fmt: skip
    with store.write() as connection:
        connection.execute(sa.insert(t.drifts), rows)

"""The tables of the record of truth, as the newest migration leaves them.

Times are ISO 8601 in UTC (text sorts as time); JSON columns hold lists and dictionaries of plain
values. A change here is a new numbered file in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from mlops.tables.access import keys
from mlops.tables.base import HEAD, metadata
from mlops.tables.learning import (
    diagnoses,
    entries,
    page_rules,
    rechecks,
    reviews,
    synonyms,
    word_fixes,
)
from mlops.tables.lifecycle import (
    alerts,
    drifts,
    evaluations,
    nights,
    notices,
    shadow_answers,
    trials,
    verdicts,
)
from mlops.tables.records import (
    answers,
    builds,
    feedback,
    pages,
    promotions,
    queries,
    refusals,
    releases,
    retrainings,
    runs,
    sources,
    stage_timings,
    tombstones,
)

__all__ = [
    "HEAD",
    "alerts",
    "answers",
    "builds",
    "diagnoses",
    "drifts",
    "entries",
    "evaluations",
    "feedback",
    "keys",
    "metadata",
    "nights",
    "notices",
    "page_rules",
    "pages",
    "promotions",
    "queries",
    "rechecks",
    "refusals",
    "releases",
    "retrainings",
    "reviews",
    "runs",
    "shadow_answers",
    "sources",
    "stage_timings",
    "synonyms",
    "tombstones",
    "trials",
    "verdicts",
    "word_fixes",
]

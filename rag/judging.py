"""Does the collection answer this query? The signals of one release, put before ``abstain``."""

from __future__ import annotations

import math

from rag.finding import Finder, Found
from rag.records import Outcome, Query, Verdict
from rag.retrieve import abstain

BEST_PAGES = 5  # pages whose coverage of the question is looked at


class Judge:
    """Judges by the thresholds that the release was calibrated with."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._thresholds = abstain.Thresholds.of(finder.release.thresholds)

    def verdict(self, query: Query, found: Found) -> Verdict:
        """Judge on absolute signals; without a page or a word there is nothing."""
        if not found.pages or (not query.terms and found.dense is None):
            return Verdict(Outcome.NOTHING, 0.0, "nothing_found")
        bm25 = self._finder.release.bm25
        held = abstain.coverage(
            {term: bm25.weight(term) for term in query.terms},
            lambda term: bm25.rows_of(term).tolist(),
            [self._finder.rows_of(place) for place, _, _ in found.pages[:BEST_PAGES]],
        )
        cosine = math.nan if found.dense is None else float(found.dense.max())
        return abstain.decide(
            self._thresholds, coverage=held, cosine=cosine, french=query.language == "fr"
        )

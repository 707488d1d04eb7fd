"""Does the collection answer this query? The signals of one release, put before ``abstain``."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from rag.finding import Finder, Found
from rag.records import Concept, Origin, Outcome, Query, Verdict
from rag.retrieve.abstain import ANSWER, CENTERS, ELSEWHERE, NAMES, Signals, Thresholds

BEST_PAGES = 5  # pages whose coverage of the question is looked at
NEAREST = 5  # passages by meaning among which the best one by words should be
HARD_TO_READ = 0.6  # OCR confidence of the best passage below which its picture should be seen


class Judge:
    """Judges by the thresholds that the release was calibrated with, or by others."""

    def __init__(self, finder: Finder, thresholds: Thresholds | None = None) -> None:
        self._finder = finder
        self._bm25 = finder.release.bm25
        self.thresholds = thresholds or Thresholds.of(finder.release.thresholds)
        taught = finder.release.extra("learned-abstention", {}).get("shift", 0.0)
        self._taught = float(taught) if thresholds is None else 0.0

    def verdict(self, query: Query, found: Found) -> Verdict:
        """Judge on absolute signals; without a page or a word there is nothing."""
        if not found.pages or (not query.terms and found.dense is None):
            return Verdict(
                Outcome.NOTHING, 0.0, "nothing_found" if query.filters.empty else "filtered_out"
            )
        signals = self.signals(query, found)
        score = self.thresholds.probability(signals, self._taught)
        if found.recalled is not None and found.recalled.sure:
            score = max(score, self.thresholds.values[ANSWER])  # a person showed where it stands
        outcome = self.thresholds.outcome(score)
        told = {name: round(getattr(signals, name), 4) for name in NAMES}
        told = {name: value for name, value in told.items() if not math.isnan(value)}
        reason, detail = self._reason(query, found, outcome)
        return Verdict(outcome, score, reason, told, detail)

    def signals(self, query: Query, found: Found) -> Signals:
        """Measure a question, in the units of the model: cosines counted from the background."""
        coverages, present = self._coverage(query.concepts, found)
        foreign = query.language != "fr"
        held = max(coverages, default=0.0)
        words = Signals(
            coverage=held,
            first=coverages[0] if coverages else 0.0,
            present=present,
            agree=self._agree(found),
            concepts=float(len(query.concepts)),
            foreign=float(foreign),
            foreign_coverage=held if foreign else 0.0,
        )
        return self._meaning(words, found)

    def _meaning(self, words: Signals, found: Found) -> Signals:
        """Add what the vectors say, where there are any."""
        release, vector = self._finder.release, found.vector
        others, centers = release.array(ELSEWHERE), release.array(CENTERS)
        if found.dense is None or not len(found.dense) or vector is None:
            return words
        if others is None or centers is None:
            return words
        best = found.dense.max()
        nearest = np.sort(np.asarray(others, np.float32) @ vector)[-3:]
        own, other = (np.asarray(centers, np.float32) @ vector).tolist()
        late, margin = math.nan, math.nan
        if found.late is not None and len(found.late):
            ordered = np.sort(found.late.scores)[::-1]
            late = self.thresholds.deviations("late", float(ordered[0]))
            margin = float(ordered[0] - ordered[min(9, len(ordered) - 1)])
        return Signals(
            **{name: getattr(words, name) for name in NAMES[:7]},
            cosine=self.thresholds.deviations("cosine", best),
            center=own - other,
            elsewhere=best - float(nearest.mean()),
            late=late,
            margin=margin,
        )

    def _coverage(self, concepts: Sequence[Concept], found: Found) -> tuple[list[float], float]:
        """Share of the question's weight on each of the best pages, and anywhere at all.

        A concept weighs the idf of its typed words; said otherwise it counts for the weight of
        that variant.
        """
        pages = [sorted(self._finder.rows_of(place)) for place, _, _ in found.pages[:BEST_PAGES]]
        met = self._met(pages)
        held, present, total = [0.0] * len(pages), 0.0, 0.0
        for concept in dict.fromkeys(concepts):
            typed = {t for v in concept.variants if v.origin is Origin.TYPED for t in v.terms}
            weight = sum(self._bm25.weight(term) for term in typed)
            total += weight
            present += weight * self._stands(concept)
            for n in range(len(pages)):
                held[n] += weight * self._holds(concept, met, n, weight)
        if total <= 0:
            return [0.0] * len(pages), 0.0
        return [value / total for value in held], present / total

    def _met(self, pages: Sequence[Sequence[int]]) -> Callable[[str], list[bool]]:
        """A term → which of some pages, each given by its chunks, hold it; looked up once."""
        rows = np.array([row for page in pages for row in page], np.intp)
        ends = np.cumsum([len(page) for page in pages]).tolist()
        known: dict[str, list[bool]] = {}

        def met(term: str) -> list[bool]:
            if term not in known:
                here = self._bm25.worth(term, rows) > 0
                spans = zip([0, *ends], ends, strict=False)
                known[term] = [bool(here[start:end].any()) for start, end in spans]
            return known[term]

        return met

    def _holds(
        self, concept: Concept, met: Callable[[str], list[bool]], page: int, weight: float
    ) -> float:
        """How well a page says a concept, 0..1; ``met`` as ``_met`` gives it."""
        best = 0.0
        for variant in concept.variants:
            there = [t for t in variant.terms if met(t)[page]]
            if variant.origin is Origin.TYPED:
                part = sum(self._bm25.weight(t) for t in there) / max(weight, 1e-9)
                best = max(best, part * variant.weight)
            elif len(there) == len(variant.terms):
                best = max(best, variant.weight)
        return min(best, 1.0)

    def _stands(self, concept: Concept) -> float:
        """Weight of the best variant that the collection knows at all; 0 for none."""
        return max(
            (
                min(v.weight, 1.0)
                for v in concept.variants
                if all(len(self._bm25.postings(t)[0]) for t in v.terms)
            ),
            default=0.0,
        )

    def _agree(self, found: Found) -> float:
        if found.dense is None or not len(found.lexical):
            return 0.0
        return float(int(found.lexical.rows[0]) in found.dense.rows[:NEAREST].tolist())

    def _reason(self, query: Query, found: Found, outcome: Outcome) -> tuple[str, str]:
        """Why this outcome: a code, and the word that it is about."""
        release = self._finder.release
        if len(found.ranked):
            best = release.chunk(int(found.ranked.rows[0]))
            if outcome is not Outcome.NOTHING and best.confidence < HARD_TO_READ:
                return "hard_to_read", ""
        if outcome is Outcome.ANSWER:
            return "", ""
        unknown = [c for c in query.concepts if self._stands(c) == 0]
        if unknown and query.language == "fr":
            return "unknown_word", unknown[-1].asked  # what a question is about comes last
        return ("weak_evidence" if outcome is Outcome.NEAREST else "nothing_found"), ""

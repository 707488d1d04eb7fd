"""From comparisons to a verdict: pure rules, each with its reason. NaN and missing refuse.

A change of **content** (an ordinary night) is refused when harm is shown. A change of **method**
must be shown not to be worse: the interval of the loss stays within a margin overall, and no slice
is shown to be harmed. All the tests for harm of one verdict share one level (Tarone), two thirds of
it for the questions as a whole and one third for the slices.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlops.gate.measured import Measured
from rag.measure.comparing import Comparison, Metric, compare, holm, level_of_each, not_worse

RANKING = Metric("nDCG@10")
METRICS = (RANKING, Metric("kept"), Metric("refused"))
FEWEST = 5  # pairs of a slice; fewer could show nothing at any level in use
ENOUGH = 10  # questions, for a change of method: fewer that agree rule nothing out
HARM = 1e-9  # a mean loss below is rounding
WHOLE = 2 / 3  # of the level, for the questions as a whole; the rest for the slices


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a release is refused, or what is said of one that is not: a code and its figures."""

    code: str
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the questions say; ``promote`` is of the questions only."""

    promote: bool
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    comparisons: tuple[Comparison, ...]


def judge(
    before: Measured,
    after: Measured,
    *,
    change: str,
    unchanged: Sequence[str],
    margin: float,
    alpha: float,
) -> Judged:
    """Compare a challenger with the champion on the same questions.

    Args:
        before: the champion.
        after: the challenger.
        change: "content" or "method".
        unchanged: the questions that count: for content, those whose gold pages say the same in
            both releases (and those that have none).
        margin: mean nDCG@10 that a change of method may lose at most, 0..1.
        alpha: level of all the tests for harm together, 0..1.
    """
    everywhere = [_compare(metric, before, after, unchanged, "", alpha) for metric in METRICS]
    slices = [
        _compare(metric, before, after, names, where, alpha)
        for where, names in _slices(before, unchanged).items()
        for metric in METRICS
    ]
    compared = [c for c in (*everywhere, *slices) if c.n or c.missing]
    reasons = [*_missing(compared), *_harms(compared, alpha)]
    if change == "method":
        reasons += _inferior(compared, margin)
    notes = () if reasons else _notes(compared, alpha)
    return Judged(not reasons, tuple(reasons), tuple(notes), tuple(compared))


def _compare(
    metric: Metric,
    before: Measured,
    after: Measured,
    names: Sequence[str],
    where: str,
    level: float,
) -> Comparison:
    old, new = before.values(metric.name, names), after.values(metric.name)
    return compare(metric, old, new, where=where, level=level)


def _slices(before: Measured, names: Sequence[str]) -> dict[str, list[str]]:
    """Slice=part → its questions; parts of too few, and slices of one part, say nothing new."""
    found: dict[str, dict[str, list[str]]] = {}
    for name in names:
        if (row := before.rows.get(name)) is not None:
            for slice_, part in row.parts.items():
                found.setdefault(slice_, {}).setdefault(part, []).append(name)
    return {
        f"{slice_}={part}": chosen
        for slice_, parts in sorted(found.items())
        if len(parts) > 1
        for part, chosen in sorted(parts.items())
        if len(chosen) >= FEWEST
    }


def _missing(compared: Sequence[Comparison]) -> list[Reason]:
    lost = [c for c in compared if c.missing and not c.where]
    return [Reason("questions_missing", {"metric": c.metric, "count": c.missing}) for c in lost]


def _harms(compared: Sequence[Comparison], alpha: float) -> list[Reason]:
    """The comparisons in which a loss is shown at ``alpha``, all tests together."""
    found = []
    whole = [c for c in compared if not c.where]
    parts = [c for c in compared if c.where]
    for family, share in ((whole, WHOLE), (parts, 1 - WHOLE)):
        level = level_of_each([c.changed for c in family], alpha * share)
        for comparison in family:
            loss = comparison.gain.mean
            if comparison.n and math.isnan(loss):
                found.append(Reason("not_a_number", {"metric": comparison.metric}))
            elif comparison.p_harm <= level and loss < -HARM:
                found.append(Reason("harm", {**figures(comparison), "level": level}))
    return found


def _inferior(compared: Sequence[Comparison], margin: float) -> list[Reason]:
    """A method must rule out a loss beyond the margin in ranking, and be measured at all."""
    ranking = [c for c in compared if c.metric == RANKING.name and not c.where]
    if not ranking or not ranking[0].n:
        return [Reason("method_unmeasured", {})]
    found = ranking[0]
    if found.n < ENOUGH or not not_worse(found, margin):
        return [Reason("not_shown_as_good", {**figures(found), "margin": margin})]
    return []


def _notes(compared: Sequence[Comparison], alpha: float) -> list[Reason]:
    """A gain is claimed only when it is shown; else equality is « not proved »."""
    overall = [c for c in compared if not c.where and c.n]
    shown = holm([c.p_gain for c in overall])
    return [
        Reason("gain", {**figures(c), "p": p})
        if p < alpha and c.gain.mean > HARM
        else Reason("equality_not_proved", figures(c))
        for c, p in zip(overall, shown, strict=True)
        if c.metric == RANKING.name or c.changed
    ]


def figures(comparison: Comparison) -> dict[str, Any]:
    """A comparison as plain values; what is not a number is None."""
    values = {
        "before": comparison.before,
        "after": comparison.after,
        "gain": comparison.gain.mean,
        "low": comparison.gain.low,
        "high": comparison.gain.high,
        "bound": comparison.bound,
        "detectable": comparison.detectable,
        "p_harm": comparison.p_harm,
        "p_gain": comparison.p_gain,
    }
    plain = {name: None if math.isnan(v) else round(v, 6) for name, v in values.items()}
    return {
        "metric": comparison.metric,
        "where": comparison.where,
        "questions": comparison.n,
        "changed": comparison.changed,
        "missing": comparison.missing,
        **plain,
    }

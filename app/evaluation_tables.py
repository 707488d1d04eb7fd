"""An evaluation as tables, in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app import messages
from app.console import language, tr
from app.tables import Table

if TYPE_CHECKING:
    from mlops.evaluation import Evaluation
    from rag.measure.abstention import Point
    from rag.measure.intervals import Difference, Estimate

SHARES = (0.25, 0.5, 0.75, 0.9, 1.0)  # of the questions answered, where the curve is shown
BY_PART = ("recall@1", "MRR@10", "kept", "refused", "first_cited", "proved")


def tables(found: Evaluation) -> list[Table]:
    """Everything measured: means, refusals by kind, the curve, each slice."""
    return [*_means(found), _curve(found.curve), *_slices(found)]


def compared(before: Evaluation, after: Evaluation, gains: Mapping[str, Difference]) -> Table:
    """Gains in pairs; a star where the interval leaves zero out."""
    rows = tuple(
        (
            name,
            number(gain.before),
            number(gain.after),
            f"{signed(gain.gain.mean)}{'*' if gain.seen else ' '}",
            bounds(gain.gain),
            number(gain.detectable),
            str(gain.gain.n),
        )
        for name, gain in gains.items()
    )
    title = tr("eval.compared", after=after.release, before=before.release)
    names = ("measure", "before", "after", "gain", "interval", "detectable", "n")
    return Table(title, tuple(tr(f"eval.col.{name}") for name in names), rows)


def title(found: Evaluation) -> str:
    """What was measured, on how many questions."""
    answerable = sum(row.answerable for row in found.asked)
    return tr(
        "eval.title",
        release=found.release,
        questions=len(found.asked),
        answerable=answerable,
        unanswerable=len(found.asked) - answerable,
    )


def number(value: float) -> str:
    """Three digits as the language writes them; "-" for what was not measured."""
    return "-" if math.isnan(value) else messages.number(value, language(), 3)


def signed(value: float) -> str:
    """The same with its sign."""
    return ("+" if value >= 0 else "") + number(value)


def bounds(estimate: Estimate) -> str:
    """The interval."""
    return f"[{number(estimate.low)} ; {number(estimate.high)}]"


def _means(found: Evaluation) -> list[Table]:
    from mlops.evaluation import GROUPS

    head = tuple(tr(f"eval.col.{name}") for name in ("measure", "mean", "interval", "n"))
    told = []
    for group, names in GROUPS.items():
        rows = {name: found.estimates[name] for name in names if name in found.estimates}
        if group == "abstention":
            rows |= {f"refused: {kind}": value for kind, value in found.refused.items()}
            rows |= {name: value for name, value in found.areas.items() if value.n}
        if group == "citations":
            rows |= {n: found.estimates[n] for n in ("proved", "judged") if n in found.estimates}
        if rows:
            lines = ((n, number(e.mean), bounds(e), str(e.n)) for n, e in rows.items())
            told.append(Table(tr(f"eval.group.{group}"), head, tuple(lines)))
    return told


def _curve(curve: tuple[Point, ...]) -> Table:
    """The first point that answers at least each share."""
    shown = [next((p for p in curve if p.coverage >= share), None) for share in SHARES]
    rows = dict.fromkeys(
        (number(p.coverage), number(p.risk), number(p.score)) for p in shown if p is not None
    )
    head = tuple(tr(f"eval.col.{name}") for name in ("coverage", "risk", "score"))
    return Table(tr("eval.curve"), head, tuple(rows))


def _slices(found: Evaluation) -> list[Table]:
    told = []
    for name, parts in found.slices.items():
        columns = [m for m in BY_PART if any(m in measures for measures in parts.values())]
        counts = {
            part: max((e.n for m, e in measures.items() if m in ("kept", "refused")), default=0)
            for part, measures in parts.items()
        }
        rows = tuple(
            (part, str(counts[part]), *(_cell(measures.get(column)) for column in columns))
            for part, measures in parts.items()
        )
        head = (tr("eval.col.part"), tr("eval.col.n"), *columns)
        told.append(Table(tr(f"eval.slice.{name}"), head, rows))
    return told


def _cell(estimate: Estimate | None) -> str:
    """A mean and half of its interval."""
    if estimate is None or not estimate.n:
        return "-"
    mean, half = estimate.mean, (estimate.high - estimate.low) / 2
    return f"{messages.number(mean, language(), 2)} ±{messages.number(half, language(), 2)}"

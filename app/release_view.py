"""Facts of releases as the API and the page show them: lines, verdicts, measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import messages
from app.messages import Language
from app.plain_json import plain
from app.release_acts import evidence_of
from app.release_schemas import (
    ChangedOut,
    DifferenceOut,
    FoundOut,
    LifeOut,
    MeasureOut,
    PartOut,
    ReleaseLine,
    ReleaseOut,
    TrialOut,
    VerdictOut,
)
from app.service import Service
from mlops import release_facts, releases
from mlops.differences import Difference
from mlops.trials import Trial
from rag.settings import Settings

SCORED = ("recall_at_5", "kept", "refused")  # by the checks, where nothing was compared


def lines(service: Service, limit: int, offset: int) -> tuple[list[ReleaseLine], int]:
    """Releases, newest first, and how many there are."""
    rows = releases.listing(service.store)
    verdicts = release_facts.verdicts(service.store)
    return [
        ReleaseLine.of(
            row, verdicts.get(row.release_id), release_facts.size(service.home, row.release_id)
        )
        for row in rows[offset : offset + limit]
    ], len(rows)


def whole(service: Service, release: str, language: Language) -> ReleaseOut:
    """Everything known of a release."""
    found = plain(release_facts.facts(service.home, service.store, release))
    row = next(r for r in releases.listing(service.store) if r.release_id == release)
    verdict = found["verdict"]
    line = ReleaseLine.of(row, verdict, release_facts.size(service.home, release))
    shown = measures(service.settings, verdict, row.scores, language)
    return ReleaseOut(
        **line.model_dump(),
        **{name: found[name] for name in ("run", "parent", "program", "method", "own_bytes")},
        embedder=(found["embedder"] or {}).get("name", ""),
        counts=found["counts"],
        scores={name: value for name, value in found["scores"].items() if _is_number(value)},
        gate=VerdictOut.of(verdict, shown, language) if verdict else None,
        life=[
            LifeOut(
                at=one["at"], action=one["action"], release=one["release_id"],
                previous=one["previous"], author=one["author"], reason=one["reason"] or "",
            )
            for one in found["promotions"]
        ],
        trials=[
            trial(service, one, language)
            for one in release_facts.trials_of(service.store, release)
        ],
    )  # fmt: skip


def trial(service: Service, found: Trial, language: Language) -> TrialOut:
    """A trial with what is seen of it."""
    return TrialOut.of(found, evidence_of(service, found), language)


def measures(
    settings: Settings,
    verdict: Mapping[str, Any] | None,
    scores: Mapping[str, Any],
    language: Language,
) -> list[MeasureOut]:
    """What the gate compared, all questions first; else what the checks measured alone."""
    compared = (verdict or {"report": {}})["report"].get("comparisons") or []
    if compared and verdict:
        return [_compared(settings, verdict["change"], one, language) for one in compared]
    return [
        MeasureOut(
            metric=name,
            name=metric_name(name, language),
            after=scores[name],
            floor=_floor(settings, name),
        )
        for name in SCORED
        if _is_number(scores.get(name))
    ]


def _compared(
    settings: Settings, change: str, one: Mapping[str, Any], language: Language
) -> MeasureOut:
    before, low, high = (one.get(name) for name in ("before", "low", "high"))
    floor = None if one["where"] else _floor(settings, one["metric"])
    if one["metric"] == "nDCG@10" and change == "method" and before is not None:
        floor = None if one["where"] else max(0.0, before - settings.max_drop)
    return MeasureOut(
        metric=one["metric"],
        name=metric_name(one["metric"], language),
        where=one["where"],
        questions=one["questions"],
        changed=one["changed"],
        before=before,
        after=one.get("after"),
        low=None if before is None or low is None else _share(before + low),
        high=None if before is None or high is None else _share(before + high),
        floor=floor,
    )


def metric_name(metric: str, language: Language) -> str:
    """A measure in words; its code when we have none."""
    plain_name = metric.replace("@", "_at_").lower()
    key = f"versions.metric.{plain_name}"
    return messages.text(key, language) if key in messages.MESSAGES else metric


def part_name(part: str, language: Language) -> str:
    """A part of a release in words; its own name when we have none."""
    for key in (f"versions.part.{part}", f"diff.cause.{part}"):
        if key in messages.MESSAGES:
            return messages.text(key, language)
    return part


def slice_name(where: str, language: Language) -> str:
    """A part of the golden questions in words: « kind=reworded » → « questions reformulées »."""
    key = f"versions.slice.{where.partition('=')[2] or where}"
    return messages.text(key, language) if key in messages.MESSAGES else where.replace("=", " : ")


def sentence(words: str) -> str:
    """With its capital and its full stop; « nDCG » stays as it is written."""
    capital = words[:1] if words[1:2].isupper() else words[:1].upper()
    return f"{capital}{words[1:]}."


def _floor(settings: Settings, metric: str) -> float | None:
    return {
        "recall_at_5": settings.min_recall_at_5,
        "kept": settings.min_kept,
        "refused": settings.min_refused,
    }.get(metric)


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 6)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and value == value


def difference_out(found: Difference) -> DifferenceOut:
    """A difference as the API gives it."""
    return DifferenceOut(
        before=found.before,
        after=found.after,
        parts=[PartOut(name=p.name, before=p.before, after=p.after) for p in found.parts],
        documents={name: list(paths) for name, paths in found.documents.items()},
        asked=found.asked,
        changed=[
            ChangedOut(
                id=one.id, question=one.question, better=one.better, cause=one.cause,
                detail=one.detail,
                before=FoundOut(rank=one.before.rank, answered=one.before.kept),
                after=FoundOut(rank=one.after.rank, answered=one.after.kept),
            )
            for one in found.changed
        ],
    )  # fmt: skip

"""When a trial ends, and how; when readers take a promotion back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from mlops import clock, releases
from mlops.store import Store
from mlops.trials import evidence, records, rules
from mlops.trials.records import Trial
from mlops.trials.rules import Said
from mlops.trials.words import words
from rag.errors import RunRefused
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=90)  # for ratings of the release that answered before


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a trial ended; ``evidence`` is plain values."""

    trial: int
    decision: str  # promoted, rejected, abandoned
    reasons: tuple[Said, ...]
    evidence: dict[str, Any]


def decide(home: Home, settings: Settings, store: Store, *, force: bool = False) -> Outcome | None:
    """End the trial under way if it must; None when it goes on, or there is none.

    A trial whose champion answers no more is abandoned. Harm shown ends it at once; at its end (or
    with ``force``) it decides on what it has.
    """
    trial = records.current(store)
    if trial is None:
        return None
    champion = releases.champion_id(store)
    if champion == trial.challenger:  # promoted, then interrupted; or put in service by a person
        return _end(store, settings, trial, "promoted", [Said("in_service")], dict(trial.evidence))
    if champion != trial.champion:
        return _end(store, settings, trial, "abandoned", [Said("champion_changed")], {})
    if not (home.releases / trial.challenger).is_dir():
        return _end(store, settings, trial, "abandoned", [Said("folder_gone")], {})
    judge = _canary if trial.kind == "canary" else _shadow
    return judge(settings, store, trial, force or clock.now() >= trial.until)


def abandon(store: Store, settings: Settings, reason: str = "") -> Outcome | None:
    """End the trial under way without a verdict; the champion goes on."""
    trial = records.current(store)
    if trial is None:
        return None
    said = Said("stopped", {"reason": reason} if reason else {})
    return _end(store, settings, trial, "abandoned", [said], dict(trial.evidence))


def broken(store: Store, settings: Settings, challenger: str, reason: str) -> None:
    """End the trial of a release that cannot be opened."""
    trial = records.current(store)
    if trial is not None and trial.challenger == challenger:
        _end(store, settings, trial, "rejected", [Said("cannot_open", {"reason": reason})], {})


def _canary(settings: Settings, store: Store, trial: Trial, over: bool) -> Outcome | None:
    """Look at the quarters of the trial, never more often."""
    span = (trial.until - trial.started_at).total_seconds()
    gone = (clock.now() - trial.started_at).total_seconds() / span
    due = rules.LOOKS if over else min(rules.LOOKS - 1, int(gone * rules.LOOKS))
    if due <= int(trial.evidence.get("looks", 0)):
        return None
    both = evidence.arms(store, trial)
    seen: dict[str, Any] = {name: evidence.described(arm) for name, arm in both.items()}
    seen["looks"] = due
    if harm := rules.canary_harm(both["champion"], both["canary"]):
        return _end(store, settings, trial, "rejected", harm, seen)
    if not over:
        records.note(store, trial, seen)
        return None
    return _end(store, settings, trial, "promoted", [_strength(both, settings)], seen)


def _strength(both: dict[str, rules.Arm], settings: Settings) -> Said:
    """How much the ratings of a canary can say: its arms, and what they would have needed."""
    fewest = min(len(arm.ratings) for arm in both.values())
    wanted = rules.needed(settings.max_harm)
    figures = {"n": fewest, "wanted": wanted, "harm": settings.max_harm}
    return Said("no_harm_shown" if fewest >= wanted else "too_few_ratings", figures)


def _shadow(settings: Settings, store: Store, trial: Trial, over: bool) -> Outcome | None:
    if not over:
        return None
    seen = evidence.shadowed(store, trial)
    n = len(seen.same_outcome)
    figures: dict[str, Any] = {
        "questions": n,
        "failed": seen.failed,
        "same_outcome": round(float(np.mean(seen.same_outcome)), 4) if n else None,
        "same_first": round(float(np.mean(seen.same_first)), 4) if n else None,
        "overlap": round(float(np.mean(seen.overlap)), 4) if n else None,
    }
    if harm := rules.shadow_harm(seen, budget=settings.max_slowdown):
        return _end(store, settings, trial, "rejected", harm, figures)
    code = "differences" if n >= rules.FEWEST else "too_few_questions"
    return _end(store, settings, trial, "promoted", [Said(code, figures)], figures)


def _end(
    store: Store,
    settings: Settings,
    trial: Trial,
    decision: str,
    reasons: Sequence[Said],
    seen: dict[str, Any],
) -> Outcome | None:
    """Change what answers, then close the trial: interrupted between, it is closed next time."""
    said = [words(reason, settings.language) for reason in reasons]
    if decision == "promoted" and releases.champion_id(store) != trial.challenger:
        releases.promote(store, trial.challenger, by=trial.kind, reason="; ".join(said))
    elif decision != "promoted":
        state = "rejected" if decision == "rejected" else "validated"
        releases.mark(store, trial.challenger, state, said)
    if not records.close(store, trial, decision, reasons, seen):
        return None
    log.warning("%s of %s %s: %s", trial.kind, trial.challenger, decision, "; ".join(said))
    return Outcome(trial.id, decision, tuple(reasons), seen)


def watch_ratings(home: Home, settings: Settings, store: Store) -> str | None:
    """Go back when the ratings that follow a promotion are shown to be lower.

    Returns:
        The release that was taken out of service, marked as rejected; None when nothing is shown.
    """
    served = evidence.in_service(store)
    if served is None or served[2] is None:
        return None
    champion, since, before = served
    assert before is not None
    start = clock.stamp(since)
    fell = rules.fell(
        evidence.ratings(store, before, since=clock.stamp(since - LOOK_BACK), until=start),
        evidence.ratings(store, champion, since=start),
        harm=settings.max_harm,
    )
    if fell is None:
        return None
    said = words(fell, settings.language)
    try:
        releases.rollback(store, by="ratings", reason=said, usable=releases.in_folder(home))
    except RunRefused as error:
        log.error("ratings fell (%s) and nothing can be gone back to: %s", said, error)
        return None
    releases.mark(store, champion, "rejected", [said])
    return champion

"""The gate: may this release answer instead of the one that does?"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mlops import asked_once, clock, releases
from mlops import store_tables as t
from mlops.gate import probes, rules
from mlops.gate.measured import Measured, measure, questions, recorded
from mlops.gate.method import method
from mlops.gate.rules import RANKING, Reason
from mlops.golden_file import Golden, load
from mlops.learning import fates
from mlops.serving import embedder_of, reranker_for
from mlops.stage_results import EmbeddingResults
from mlops.store import Store
from mlops.verdict import Validation, decide, describe
from rag.engine import Engine
from rag.errors import RagError
from rag.index.release import Release
from rag.program import program
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

FEWER = 0.95  # of the golden questions there were: below, the file was cut or replaced
PAIRED = frozenset({"recall_at_5", "kept", "refused"})  # floors that pairs judge better
NO_CHECK = "aucun contrôle n'a été fait"
SLOW_S = 0.05  # of p95: a difference below is noise whatever the ratio


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What the gate says of a challenger; ``report`` is plain values for the record."""

    change: str  # first, same, content, method
    promote: bool
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    report: dict[str, Any]


def judge(
    home: Home,
    settings: Settings,
    store: Store,
    *,
    run_id: str | None,
    embedded: EmbeddingResults,
    validation: Validation,
) -> GateVerdict:
    """Judge a validated release, and keep the verdict.

    Returns:
        ``promote`` and why, or why not. "same" is decided without opening anything.
    """
    try:
        return _judged(home, settings, store, run_id, embedded, validation)
    finally:
        asked_once.forget()


def _judged(
    home: Home,
    settings: Settings,
    store: Store,
    run_id: str | None,
    embedded: EmbeddingResults,
    validation: Validation,
) -> GateVerdict:
    champion = releases.champion_id(store)
    if champion == embedded.release_id:
        return GateVerdict("same", True, (), (), {})
    decision = decide(validation, champion)
    release = Release.open(home.releases / embedded.release_id)
    before = _readable(home.releases / champion) if champion else None
    if before is not None and _gives_way(home, store, before):
        before = None
    if before is None:
        golden = load(home.golden) if home.golden else ()
        verdict = _first(decision.promote, decision.reasons, release, settings, len(golden))
        _ask_once(home, settings, store, release)
    else:
        verdict = _against(home, settings, store, release, before)
        if not decision.promote and (failed := _unpaired(validation, verdict)):
            reasons = (*failed, *verdict.reasons)
            verdict = GateVerdict(verdict.change, False, reasons, (), verdict.report)
    _keep(store, run_id, embedded.release_id, champion, verdict)
    return verdict


def _readable(folder: Path) -> Release | None:
    try:
        return Release.open(folder)
    except (RagError, OSError) as error:
        log.warning("the release in service cannot be read (%s): nothing to compare with", error)
        return None


def _gives_way(home: Home, store: Store, before: Release) -> bool:
    """Whether the bundled sample answers and the user's first documents replace it.

    They are not to be measured by questions about other books.
    """
    if home.uses_sample:
        return False
    names = {source.document_id for source in before.sources}
    return any(s.root == "sample" and s.document_id in names for s in store.sources(present=False))


def _first(
    promote: bool, words: Sequence[str], release: Release, settings: Settings, golden: int
) -> GateVerdict:
    """Nothing answers yet: what is whole goes in."""
    reasons = [Reason("check", {"words": text}) for text in words]
    if promote:
        faults = probes.look(release, None, settings)
        reasons += [_of_fault(fault) for fault in faults]
    report = {"questions": 0, "golden": golden}
    return GateVerdict("first", promote and not reasons, tuple(reasons), (), report)


def _unpaired(validation: Validation, verdict: GateVerdict) -> list[Reason]:
    """The failed checks that the paired comparison did not already judge, as reasons.

    A floor that one question of sixty crosses must not stop a night: where the same questions were
    asked of both, harm is shown or it is not, and the floor is a reserve.
    """
    paired = PAIRED if verdict.report.get("counted") else frozenset()
    return [
        Reason("check", {"words": f"{name} : {describe(check)}"})
        for name, check in validation["tests"].items()
        if not check["passed"]
        and (check["structure"] or check["value"] is None or name not in paired)
    ] or ([] if validation["structure_passed"] else [Reason("check", {"words": NO_CHECK})])


def _ask_once(home: Home, settings: Settings, store: Store, release: Release) -> None:
    """Keep what the release gets under its own program: a later program will be compared to it."""
    asked = questions(home, store, release)
    if asked:
        measure(store, release, settings, asked)


def _against(
    home: Home, settings: Settings, store: Store, release: Release, before: Release
) -> GateVerdict:
    change = _change(store, release, before, settings)
    faults = [_of_fault(fault) for fault in probes.look(release, before, settings)]
    faults += _returned(store, settings, release, before)
    golden = load(home.golden) if home.golden else ()
    asked = questions(home, store, before)
    if not asked:
        return _without_questions(change, [*faults, *_fewer(store, before, golden)], len(golden))
    now, then = _both(store, settings, release, before, asked)
    if then is None:
        return _unmeasured(change, [*faults, *_fewer(store, before, golden)], len(golden))
    names = list(then.rows)
    counted = _counted(release, before, then, names) if change == "content" else names
    judged = rules.judge(
        then, now, change=change, unchanged=counted, margin=settings.max_drop, alpha=settings.alpha
    )
    reasons = [*faults, *_fewer(store, before, golden), *judged.reasons]
    reasons += _moved(release, before, judged.reasons)
    if slower := _slower(settings, release, before, asked):
        reasons.append(slower)
    report = {
        "questions": len(asked),
        "golden": len(golden),
        "counted": len(counted),
        "comparisons": [rules.figures(c) for c in judged.comparisons],
        "notes": [{"code": n.code, **n.figures} for n in judged.notes],
        "p95_s": [_finite(then.p95_s), _finite(now.p95_s)],
    }
    return GateVerdict(change, not reasons, tuple(reasons), judged.notes, report)


def _returned(store: Store, settings: Settings, release: Release, before: Release) -> list[Reason]:
    """Failures that readers reported, that were corrected, and that would come back."""
    if not fates.wanted(store, state="corrected"):
        return []
    try:
        engines = [
            Engine(one, embedder_of(one, settings), reranker=reranker_for(settings))
            for one in (before, release)
        ]
    except RagError as error:
        log.warning("corrected failures could not be asked again: %s", error)
        return []
    lost = fates.returned(store, *engines)
    if not lost:
        return []
    return [Reason("failure_back", {"count": len(lost), "feedback": lost[0].feedback_id})]


def _change(store: Store, release: Release, before: Release, settings: Settings) -> str:
    """Say "content" when only the documents differ, "method" otherwise."""
    with store.read() as connection:
        query = sa.select(t.releases.c.method).where(t.releases.c.release_id == before.id)
        was = connection.scalar(query)
    return "content" if was == method(release, settings) else "method"


def _both(
    store: Store,
    settings: Settings,
    release: Release,
    before: Release,
    asked: Sequence[Golden],
) -> tuple[Measured, Measured | None]:
    """Challenger and champion on the same questions; None when the champion cannot be known.

    After a change of program, the champion is what it was under its own.
    """
    now = measure(store, release, settings, asked)
    if _program_of(store, before.id) in (program(), None):  # None: built before this was noted
        try:
            return now, measure(store, before, settings, asked)
        except RagError as error:
            log.warning("the release in service cannot be asked by these settings: %s", error)
    then = recorded(store, before.id)
    if then is None:
        return now, None
    same = {q.id for q in asked if q.id in then.rows and then.rows[q.id].question == q.question}
    rows = {name: row for name, row in then.rows.items() if name in same}
    return now, Measured(then.release, then.program, rows, math.nan) if rows else None


def _program_of(store: Store, release_id: str) -> str | None:
    query = sa.select(t.releases.c.program).where(t.releases.c.release_id == release_id)
    with store.read() as connection:
        found = connection.scalar(query)
    return None if found is None else str(found)


# --- the pieces of a verdict ----------------------------------------------------------------------


def _counted(release: Release, before: Release, then: Measured, names: Sequence[str]) -> list[str]:
    """The questions whose gold pages say the same in both releases, and those without any."""
    return [
        name
        for name in names
        if all(
            _text(release, place) == _text(before, place) != "" for place in then.rows[name].gold
        )
    ]


def _text(release: Release, place: tuple[str, int]) -> str:
    """What a page (name, number from 1) says in a release; "" when it is not there."""
    document, page = place
    source = next((s for s in release.sources if document in (s.path, s.name)), None)
    if source is None:
        return ""
    if (section := release.section(source.document_id, page - 1)) is not None:
        return section.text
    read = release.page(source.document_id, page - 1)
    return " ".join(word.text for word in read.page.words) if read else ""


def _fewer(store: Store, before: Release, golden: Sequence[Golden]) -> list[Reason]:
    """A golden set that shrank protects less: a person must say that it is meant.

    Compared with the set that the release in service was judged by: promoting a refused release by
    hand is how a person says so, once.
    """
    query = sa.select(t.verdicts.c.report).where(t.verdicts.c.challenger == before.id)
    with store.read() as connection:
        report = connection.scalar(query.order_by(t.verdicts.c.id.desc()).limit(1))
    known = int((report or {}).get("golden") or 0)
    if len(golden) >= FEWER * known:
        return []
    return [Reason("fewer_questions", {"before": known, "now": len(golden)})]


def _moved(release: Release, before: Release, reasons: Sequence[Reason]) -> list[Reason]:
    """Name the thresholds when answers are lost though the ranking is not."""
    harmed = {str(r.figures.get("metric")) for r in reasons if r.code == "harm"}
    old, new = before.thresholds, release.thresholds
    if not harmed or RANKING.name in harmed or dict(old) == dict(new):
        return []
    names = sorted(old.keys() | new.keys())
    name = max(names, key=lambda n: abs(new.get(n, 0.0) - old.get(n, 0.0)))
    figures = {"name": name, "before": old.get(name), "after": new.get(name)}
    return [Reason("threshold_moved", figures)]


def _slower(
    settings: Settings, release: Release, before: Release, asked: Sequence[Golden]
) -> Reason | None:
    """Slower than the budget, both timed now and in turns, again before anything is refused.

    Times that were kept from another night say how busy the machine was then: they are not used.
    """
    from mlops.gate.pace import p95_in_pairs

    budget = settings.max_slowdown
    try:
        was, found = p95_in_pairs(
            (before, release), settings, asked, enough=lambda p95: not _over(p95[1], p95[0], budget)
        )
    except RagError as error:
        log.warning("answers could not be timed in pairs: %s", error)
        return None
    if not _over(found, was, budget):
        return None
    return Reason("slower", {"before": was, "after": found, "budget": budget})


def _over(now: float, then: float, budget: float) -> bool:
    """Beyond the budget by more than noise; NaN is beyond."""
    return not (now <= then * budget or now - then <= SLOW_S)


def _without_questions(change: str, faults: Sequence[Reason], golden: int) -> GateVerdict:
    """No golden set: content passes on structure and probes, a method waits for a person."""
    reasons = list(faults)
    if change == "method":
        reasons.append(Reason("method_unmeasured"))
    notes = (Reason("unmeasured"),)
    return GateVerdict(
        change, not reasons, tuple(reasons), notes, {"questions": 0, "golden": golden}
    )


def _unmeasured(change: str, faults: Sequence[Reason], golden: int) -> GateVerdict:
    """The program changed and nobody knows what the champion got under its own."""
    reasons = (*faults, Reason("champion_unmeasured"))
    return GateVerdict(change, False, reasons, (), {"questions": 0, "golden": golden})


def _of_fault(fault: probes.Fault) -> Reason:
    return Reason(fault.code, {"value": _finite(fault.value), "wanted": fault.wanted})


def _finite(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)


def _keep(
    store: Store,
    run_id: str | None,
    challenger: str,
    champion: str | None,
    verdict: GateVerdict,
) -> None:
    rows = [{"code": reason.code, **reason.figures} for reason in verdict.reasons]
    with store.write() as connection:
        connection.execute(
            sa.insert(t.verdicts).values(
                at=clock.stamp(), run_id=run_id, challenger=challenger, champion=champion,
                change=verdict.change, promote=verdict.promote, reasons=rows,
                report=verdict.report,
            )
        )  # fmt: skip

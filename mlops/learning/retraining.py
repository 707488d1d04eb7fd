"""A retraining: what readers said becomes a challenger, which the gate lets into service or not.

In order: remarks are turned into proposals; what is validated, with the parts that are trained,
makes a challenger out of the release in service (or out of the documents again, when words were
corrected); the gate judges it like any other; each remark's question is asked again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from mlops import builds, releases, validation
from mlops import store_tables as t
from mlops.building import full_key
from mlops.learning import fates, rules, settling, vocabulary, words
from mlops.learning.due import Due, judge
from mlops.learning.inforce import ABSTENTION, Learned, in_force
from mlops.learning.proposing import from_feedback
from mlops.learning.recurring import recurrences
from mlops.learning.vetting import derive_vetted
from mlops.runs import Job, end_run, recorded_run
from mlops.serving import open_engine
from mlops.stage_results import EmbeddingResults
from mlops.steps import ingest, settle
from mlops.store import Store, now
from rag.embed.embedder import Embedder
from rag.errors import NoRelease
from rag.index.release import Release
from rag.progress import Progress
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

MIN_FEEDBACKS, MIN_AVG_RATING = 10, 3.0  # the guide's


@dataclass(frozen=True, slots=True)
class Retraining:
    """What a retraining did; ``decision``: promoted, trial, rejected, unchanged, or dry_run."""

    decision: str
    due: Due
    challenger: str | None
    champion: str | None
    proposals: Mapping[str, int]  # by state, of the new remarks
    learned: Mapping[str, int]  # entries, synonyms, words, parts in the challenger
    reasons: tuple[str, ...] = ()
    corrected: int = 0  # remarks whose question is answered rightly now
    seconds: float = 0.0  # before the gate
    parts: Mapping[str, Any] = field(default_factory=dict)
    waiting: int = 0  # proposals that a second person, or an editor, must look at


def retrain(
    home: Home, settings: Settings, *, dry_run: bool = False, progress: Progress | None = None
) -> Retraining:
    """Learn from what readers said, and let the gate decide.

    Args:
        home: the collection.
        settings: as the service has them.
        dry_run: say what would be learned; nothing is written.
        progress: told of each part.

    Raises:
        NoRelease: nothing is in service to learn from.
        AlreadyRunning: a run holds the lock.
    """
    with Store(home) as store:
        if releases.champion_id(store) is None:
            raise NoRelease(home.root)
        due = judged(store)
        if dry_run:
            return _foreseen(store, due)
    begun = time.monotonic()
    with Store(home) as store:
        engine = open_engine(home, settings)
        proposals = from_feedback(store, engine, unproposed(store))
        mined = [*vocabulary.mine(store, engine), *recurrences(store, engine.release)]
        mined += rules.mine(store, engine.release)
        log.info("%d pairs of words, words misread alike and rules are proposed", len(mined))
        states: dict[str, int] = {}
        for proposal in proposals.values():
            states[proposal.state] = states.get(proposal.state, 0) + 1
        learned = replace(in_force(store), abstention=_trained(store, engine))
        again = _words_changed(store)
    if again:
        found = _through_the_pipeline(home, settings, learned, progress)
    else:
        found = _derived(home, settings, learned, engine.embedder, begun, progress)
    found = replace(found, due=due, proposals=states, parts={ABSTENTION: dict(learned.abstention)})
    with Store(home) as store:
        _record(store, found)
        asked = fates.recheck(store, open_engine(home, settings))
        waiting = _waiting(store)
    return replace(found, corrected=sum(one.right for one in asked.values()), waiting=waiting)


def _waiting(store: Store) -> int:
    return len(settling.listing(store, "proposed"))


def judged(
    store: Store, min_feedbacks: int = MIN_FEEDBACKS, min_avg_rating: float = MIN_AVG_RATING
) -> Due:
    """The guide's rule on the feedback since the last retraining."""
    return judge([_Judged.of(row) for row in since_last(store)], min_feedbacks, min_avg_rating)


@dataclass(frozen=True, slots=True)
class _Judged:
    rating: int
    corrected_answer: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> _Judged:
        return cls(int(row["rating"]), row["corrected_answer"])


def since_last(store: Store) -> list[Mapping[str, Any]]:
    """The feedback in force received since the last retraining."""
    with store.read() as connection:
        last = connection.scalar(sa.select(sa.func.max(t.retrainings.c.at)))
    return store.feedback(since=str(last or ""))


def unproposed(store: Store) -> list[Mapping[str, Any]]:
    """The remarks that may teach something and were not proposed yet, or were edited since."""
    edited = t.feedback.c.updated_at
    query = (
        sa.select(t.entries.c.feedback_id)
        .join(t.feedback, t.feedback.c.feedback_id == t.entries.c.feedback_id)
        .where(edited.is_(None) | (t.entries.c.at >= edited))
    )
    with store.read() as connection:
        known = set(connection.scalars(query))
    return [
        row
        for row in store.feedback()
        if row["feedback_id"] not in known and (row["corrected_answer"] or row["marks"])
    ]


def _trained(store: Store, engine: Any) -> dict[str, Any]:
    """The parts that are trained, from the remarks in force."""
    from mlops.learning.calibration import learn

    return learn(store, engine)


def _words_changed(store: Store) -> bool:
    """Whether a corrected word or a rule of a page was settled since the release in service."""
    champion = releases.champion_id(store)
    query = sa.select(t.releases.c.created_at).where(t.releases.c.release_id == champion)
    kinds = t.reviews.c.kind.in_((words.KIND, rules.KIND))
    reviewed = sa.select(sa.func.max(t.reviews.c.at)).where(kinds)
    with store.read() as connection:
        made, last = connection.scalar(query), connection.scalar(reviewed)
        base = builds.base_of(store, str(champion))
    return base is None or (last is not None and str(last) > str(made or ""))


def _through_the_pipeline(
    home: Home, settings: Settings, learned: Learned, progress: Progress | None
) -> Retraining:
    """Words or rules of pages changed: only their pages, passages and vectors are made again."""
    report = ingest(home, settings, progress=progress)
    return Retraining(
        report.decision, _NO_DUE, report.release_id, report.champion_id, {}, _counts(learned),
        report.reasons, seconds=report.seconds,
    )  # fmt: skip


def _derived(
    home: Home,
    settings: Settings,
    learned: Learned,
    embedder: Embedder | None,
    begun: float,
    progress: Progress | None,
) -> Retraining:
    """Everything learned stands beside the documents: the release in service with other parts."""
    with recorded_run(home, settings, progress=progress) as job, Store(home) as store:
        champion = str(releases.champion_id(store))
        parent = home.releases / champion
        release = derive_vetted(home, settings, store, parent, learned, embedder=embedder)
        seconds = time.monotonic() - begun
        if release.id == champion:
            end_run(store, job, state="completed", decision="unchanged", release_id=champion)
            return Retraining(
                "unchanged", _NO_DUE, champion, champion, {}, _counts(learned), seconds=seconds
            )
        releases.register(store, release.id, run_id=job.run_id)
        base = builds.base_of(store, champion)
        if base is not None:
            kept = replace(in_force(store), abstention=learned.abstention)
            builds.keep(store, full_key(base, kept), base, release)
        return replace(_gated(job, store, release), learned=_counts(learned), seconds=seconds)


def _gated(job: Job, store: Store, release: Release) -> Retraining:
    embedded = EmbeddingResults(
        job.home, job.settings, release.id, release.counts["documents"], release.counts["pages"],
        release.counts["chunks"], 0, release.lexical_only,
    )  # fmt: skip
    verdict = validation.validate(embedded)
    decided = settle(job, embedded, verdict)
    champion = releases.champion_id(store)
    decision = "promoted" if champion == release.id else "trial" if decided.promote else "rejected"
    end_run(
        store, job, state="completed", decision=decision, release_id=release.id,
        validation=dict(verdict), report={"retraining": True, "reasons": list(decided.reasons)},
    )  # fmt: skip
    return Retraining(decision, _NO_DUE, release.id, champion, {}, {}, decided.reasons)


def _foreseen(store: Store, due: Due) -> Retraining:
    """What a retraining would take up now."""
    learned, rows = in_force(store), unproposed(store)
    counts = dict(_counts(learned)) | {"remarks": len(rows)}
    champion = releases.champion_id(store)
    return Retraining("dry_run", due, None, champion, {}, counts, waiting=_waiting(store))


def _counts(learned: Learned) -> dict[str, int]:
    return {
        "entries": len(learned.entries),
        "synonyms": len(learned.synonyms),
        "parts": int(bool(learned.abstention)),
    }


def _record(store: Store, found: Retraining) -> None:
    """The feedback that led to it counts no more."""
    report = {
        "reasons": list(found.reasons),
        "proposals": dict(found.proposals),
        "learned": dict(found.learned),
        "seconds": round(found.seconds, 3),
        "due": list(found.due.reasons),
        **found.parts,
    }
    with store.write() as connection:
        connection.execute(
            sa.insert(t.retrainings).values(
                at=now(), feedbacks=found.due.feedbacks, release_id=found.challenger,
                note="", decision=found.decision, report=report,
            )
        )  # fmt: skip


_NO_DUE = judge((), 0, 0.0)

"""What a night does, in order: each step by name, as a plain function.

The pipeline comes first and may fail the night. Every step after it is best effort: its failure is
recorded and told, and the others are done all the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mlops.store import Store
from rag.errors import StoreUnavailable
from rag.progress import Progress
from rag.settings import Home, Settings

Detail = dict[str, Any]  # plain values for the record
ROOM = 2.0  # times the size of the release in service that must be free
LEAST_FREE_MB = 200


@dataclass(frozen=True, slots=True)
class Tonight:
    """What every step is given."""

    home: Home
    settings: Settings
    store: Store
    progress: Progress | None = None
    ingest: Callable[[Home, Settings, Progress | None], Any] | None = None  # a flow, under Prefect
    failed: list[str] = field(default_factory=list)  # steps so far, for the report


def pipeline(tonight: Tonight) -> Detail:
    """The seven stages, the gate, the promotion.

    Raises:
        StoreUnavailable: there is no room for another release.
        RagError: as ``mlops.steps.ingest``.
    """
    from mlops.steps import ingest

    _room(tonight.home, tonight.store)
    if tonight.ingest is not None:
        report = tonight.ingest(tonight.home, tonight.settings, tonight.progress)
    else:
        report = ingest(tonight.home, tonight.settings, progress=tonight.progress)
    return {
        "run_id": report.run_id,
        "decision": report.decision,
        "reasons": list(report.reasons),
        "release": report.release_id,
        "champion": report.champion_id,
        "documents": report.documents,
        "refused": len(report.refusals),
        "vanished": list(report.vanished),
        "pages": report.pages,
        "pages_read": report.pages_read,
        "chunks_embedded": report.chunks_embedded,
    }


def _room(home: Home, store: Store) -> None:
    from mlops import releases

    champion = releases.champion_id(store)
    folder = home.releases / champion if champion else None
    size = 0
    if folder is not None and folder.is_dir():
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    wanted = max(LEAST_FREE_MB * 2**20, int(size * ROOM))
    free = shutil.disk_usage(home.storage).free
    if free < wanted:
        raise StoreUnavailable(
            f"{free // 2**20} MB are free on the disk of {home.storage}, {wanted // 2**20} MB are "
            "wanted for another release. Free some space, or lower keep_releases.",
            code="disk_full",
            path=str(home.storage),
        )


def trials(tonight: Tonight) -> Detail:
    """What a shadow, a canary or the ratings of readers say by now."""
    from mlops import trials as room

    rolled_back = room.watch_ratings(tonight.home, tonight.settings, tonight.store)
    decided = room.decide(tonight.home, tonight.settings, tonight.store)
    return {
        "rolled_back": rolled_back,
        "decided": decided.decision if decided is not None else None,
    }


def feedback(tonight: Tonight) -> Detail:
    """What readers said: diagnosed, asked again, and learned from when the guide's rule says so."""
    from mlops.learning import nightly

    return nightly.night(tonight.home, tonight.settings, tonight.store, tonight.progress)


def drift(tonight: Tonight) -> Detail:
    """Whether questions, answers, ratings or documents changed in kind."""
    from mlops import drift as room

    found = room.look(tonight.home, tonight.settings, tonight.store)
    return {"drifted": [finding.detector for finding in found if finding.drifted]}


def metrics(tonight: Tonight) -> Detail:
    """Old figures go, ratings stay."""
    from mlops import monitoring

    return {"removed": monitoring.keep(tonight.store, tonight.settings)}


def retention(tonight: Tonight) -> Detail:
    """Old releases go."""
    from mlops.retention import clean

    cleaned = clean(tonight.home, tonight.settings, tonight.store)
    return {"removed": list(cleaned.removed), "freed_bytes": cleaned.freed_bytes}


def backup(tonight: Tonight) -> Detail:
    """A checked copy of what cannot be made again."""
    from mlops import backup as room

    made = room.make(tonight.home, tonight.settings)
    gone = room.clean(tonight.home, tonight.settings)
    return {"file": made.path.name, "size_bytes": made.size_bytes, "removed": len(gone)}


def experiments(tonight: Tonight) -> Detail:
    """The release of tonight, refused or not, and the one in service, in the experiment log."""
    from mlops import experiments as room
    from mlops.releases import champion_id

    if tonight.settings.mlflow == "off":
        return {}
    run = tonight.store.last_run() or {}
    wanted = dict.fromkeys(filter(None, (run.get("release_id"), champion_id(tonight.store))))
    noted = [room.record_release(tonight.home, tonight.settings, tonight.store, r) for r in wanted]
    return {"runs": [one for one in noted if one]}


def alerts(tonight: Tonight) -> Detail:
    """What must be told, told."""
    from mlops import alerts as room

    events = room.evaluate(tonight.home, tonight.settings, tonight.store)
    sent = room.deliver(tonight.home, tonight.settings, tonight.store)
    return {"events": len(events), "sent": sent.sent, "waiting": sent.waiting}


STEPS: dict[str, Callable[[Tonight], Detail]] = {
    "pipeline": pipeline,
    "trials": trials,
    "feedback": feedback,
    "drift": drift,
    "metrics": metrics,
    "retention": retention,
    "backup": backup,
    "experiments": experiments,
    "alerts": alerts,  # last, so that it tells of what failed before
}

"""One correction taken back: no answer recalls it at the next question, no release holds it soon.

The release that follows is, byte for byte, the one there would be had nobody said it.
"""

from __future__ import annotations

import logging

from mlops import builds, releases
from mlops.building import full_key
from mlops.learning import fates
from mlops.learning.deriving import derive
from mlops.learning.entries import Proposal, review
from mlops.learning.inforce import in_force
from mlops.run_lock import run_lock
from mlops.store import Store
from rag.errors import AlreadyRunning
from rag.settings import Home, Settings

log = logging.getLogger(__name__)


def withdraw(
    home: Home, settings: Settings, store: Store, entry_id: str, *, by: str, note: str = ""
) -> Proposal:
    """Take a validated answer back and put a release without it in service.

    Nothing is gained by it that a gate should judge: what is left was judged before. While a run
    holds the lock the entry is only marked, which is enough for it not to be recalled; the run
    after makes the release.

    Raises:
        Refused: it cannot be taken back by that person.
    """
    found = review(store, entry_id, by=by, verdict="withdraw", note=note)
    fates.forget(store, [entry_id])
    champion = releases.champion_id(store)
    if champion is None:
        return found
    try:
        with run_lock(home):
            _replace(home, settings, store, champion)
    except AlreadyRunning:
        log.info("a run is under way: the release without entry %s comes after it", entry_id)
    return found


def _replace(home: Home, settings: Settings, store: Store, champion: str) -> None:
    from rag.index.release import Release
    from rag.retrieve.memory import ENTRIES

    held = {row["entry_id"] for row in Release.open(home.releases / champion).extra(ENTRIES, ())}
    learned = in_force(store)
    if not {str(row["entry_id"]) for row in learned.entries} < held:
        return  # something else waits: it goes through the gate, and this with it
    parent = home.releases / champion  # in service: damaged or not, the correction goes, and soon
    release = derive(home, settings, store, parent, learned, check=False)
    if release.id == champion:
        return
    releases.register(store, release.id, run_id=None, **_made_by(store, champion))
    if (base := builds.base_of(store, champion)) is not None:
        builds.keep(store, full_key(base, learned), base, release)
    releases.promote(store, release.id, by="withdrawal", reason="a correction was taken back")


def _made_by(store: Store, champion: str) -> dict[str, str | None]:
    row = next(r for r in releases.listing(store) if r.release_id == champion)
    return {"program": row.program, "method": row.method}

"""One correction taken back: no answer recalls it at the next question, no release holds it soon.

The release that follows is, byte for byte, the one there would be had nobody said it.
"""

from __future__ import annotations

import logging

import sqlalchemy as sa

from mlops import builds, releases
from mlops import store_tables as t
from mlops.building import full_key
from mlops.learning import fates, rules, words
from mlops.learning.deriving import derive
from mlops.learning.entries import Proposal, review
from mlops.learning.inforce import ABSTENTION, SYNONYMS, Learned, in_force
from mlops.run_lock import run_lock
from mlops.store import Store
from rag.errors import AlreadyRunning
from rag.settings import Home, Settings

log = logging.getLogger(__name__)


def withdraw(
    home: Home, settings: Settings, store: Store, entry_id: str, *, by: str, note: str = ""
) -> Proposal:
    """Take a validated answer back and put a release without it in service.

    Nothing is gained by it that a gate should judge: what is left was judged before, and what was
    validated since goes on waiting for the next retraining. While a run holds the lock the entry is
    only marked, which is enough for it not to be recalled; the run after makes the release.

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


def wanted_back(store: Store, release_id: str) -> bool:
    """Whether a release was in service before, and is what is left of a word or rule taken back.

    A release is named by its content: the same id holds the same pages, passages and answers.
    """
    champion = releases.champion_id(store)
    came, taken = t.promotions.c, t.reviews.c
    since = sa.select(sa.func.max(came.at)).where(came.release_id == champion)
    known = sa.select(sa.func.count()).where(came.release_id == release_id)
    back = sa.select(sa.func.max(taken.at)).where(
        taken.kind.in_((words.KIND, rules.KIND)), taken.verdict == "withdraw"
    )
    with store.read() as connection:
        begun, last = connection.scalar(since), connection.scalar(back)
        return bool(connection.scalar(known)) and last is not None and str(last) > str(begun or "")


def _replace(home: Home, settings: Settings, store: Store, champion: str) -> None:
    from rag.index.release import Release
    from rag.retrieve.memory import ENTRIES

    judged = Release.open(home.releases / champion)
    held = {str(row["entry_id"]) for row in judged.extra(ENTRIES, ())}
    stands = in_force(store)
    left = tuple(row for row in stands.entries if str(row["entry_id"]) in held)
    if len(left) == len(held):
        return  # it never was in service
    learned = Learned(  # what was judged, less what is taken back; nothing that waits
        left,
        tuple(one for one in judged.extra(SYNONYMS, ()) if one in stands.synonyms),
        judged.extra(ABSTENTION, {}),
    )
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

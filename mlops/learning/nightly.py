"""The feedback step of a night: diagnose, ask again, and retrain when it is due."""

from __future__ import annotations

import logging
from typing import Any

from mlops.store import Store
from rag.progress import Progress
from rag.settings import Home, Settings

log = logging.getLogger(__name__)


def night(
    home: Home, settings: Settings, store: Store, progress: Progress | None = None
) -> dict[str, Any]:
    """Do what remarks call for; returns plain values for the report of the night.

    The release of tonight was made before, with what was in force: what is validated never waits
    for a retraining. Remarks are asked again of whatever is in service at the end.
    """
    from mlops import diagnosis, releases
    from mlops.learning import fates, retraining, rules
    from mlops.serving import open_engine

    if releases.champion_id(store) is None:
        return {"new": 0, "retraining_due": False}
    diagnosed = diagnosis.run(home, settings, store)
    proposed = rules.mine(store, open_engine(home, settings).release)
    due = retraining.judged(store)
    detail: dict[str, Any] = {
        "new": due.feedbacks,
        "diagnosed": len(diagnosed),
        "rules_proposed": len(proposed),
        "retraining_due": due.due,
    }
    if due:
        found = retraining.retrain(home, settings, progress=progress)
        detail |= {"retraining": found.decision, "release": found.challenger}
    asked = fates.recheck(store, open_engine(home, settings))
    return {**detail, "asked_again": len(asked)}

"""One night in a process that is killed at a given place: HOME MOMENT PLACE."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from mlops import clock
from rag.settings import Home, Settings
from tests.journey.faults import die_in

PLACES = {  # place → the function at whose nth call the process dies
    "reading": ("mlops.store", "Store.record_pages", 1),
    "building": ("rag.index.build", "publish", 1),  # the first is the copy put aside
    "promoting": ("mlops.releases", "_retire", 0),  # within the transaction
    "retention": ("mlops.retention", "_delete", 0),
    "backup": ("mlops.backup", "_verify", 0),
    "alerts": ("mlops.alerts", "deliver", 0),
}


def main() -> None:
    """Run the night, and die."""
    root, moment, place = sys.argv[1:4]
    module, name, after = PLACES[place]
    die_in(module, name, after=after)
    from mlops.night import run_night

    home = Home(Path(root))
    with clock.told_by(datetime.fromisoformat(moment)):
        run_night(home, Settings.load(home), source="schedule")


if __name__ == "__main__":
    main()

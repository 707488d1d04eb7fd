"""The scripted month of ``tests/journey/month.py`` as a table: what happened, what was found.

python benchmarks/month.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from benchmarks.pipeline import machine  # noqa: E402
from tests.journey import month  # noqa: E402


def main() -> None:
    """Live the month; print a line a morning."""
    print(machine())
    print("\n| Night | What happens | State | Decision | Tries | Answers | Alerts begun | Ended |")
    print("| ---: | --- | --- | --- | ---: | --- | --- | --- |")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for number, found in enumerate(month.live(month.make_home(Path(folder) / "home")), 1):
            cells = (
                f"{number}, {found.night:%d %B}", found.what, found.state, found.decision,
                str(found.attempts), "yes" if found.answered else "NO",
                ", ".join(found.fired), ", ".join(found.resolved),
            )  # fmt: skip
            print("| " + " | ".join(cells) + " |", flush=True)
    print(f"\n{time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()

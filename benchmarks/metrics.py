"""How long figures and a scrape take on a record of many questions.

    python benchmarks/metrics.py --questions 200000

Prints the seconds of ``get_statistics``, of a first scrape and of the next ones.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

import sqlalchemy as sa  # noqa: E402

from benchmarks.pipeline import machine  # noqa: E402
from mlops import clock, prometheus  # noqa: E402
from mlops import store_tables as t  # noqa: E402
from mlops.monitoring import MetricsCollector  # noqa: E402
from mlops.store import Store  # noqa: E402
from rag.settings import Home  # noqa: E402

OUTCOMES = ("answer",) * 7 + ("nearest", "nothing", "error")


def fill(store: Store, count: int) -> None:
    """Questions spread over the last days of the month, drawn with a fixed seed."""
    rng = random.Random(0)
    end = clock.now() - timedelta(minutes=5)
    start = max(prometheus.month_of(end), end - timedelta(days=6))
    step = (end - start) / count
    for first in range(0, count, 5_000):
        rows = [
            {
                "answer_id": f"a{n}", "at": clock.stamp(start + n * step), "question": "q",
                "outcome": rng.choice(OUTCOMES), "reason": "", "release_id": f"r{n % 3}",
                "seconds": rng.lognormvariate(-1.5, 0.7), "answer_chars": 200, "sources": 2,
                "language": rng.choice(("fr", "en")),
                "stages": {"understand": 0.001, "find": rng.random() / 10, "judge": 0.01},
            }
            for n in range(first, min(count, first + 5_000))
        ]  # fmt: skip
        with store.write() as connection:
            connection.execute(sa.insert(t.queries), rows)


def main() -> None:
    """Fill a record, time it, print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=200_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        with Store(home) as store:
            fill(store, asked.questions)
        times = {"statistics_s": _timed(lambda: MetricsCollector(home=home).get_statistics(7))}
        prometheus.FRESH_S = -1.0
        registry = prometheus.registry_of(home)
        times["first_scrape_s"] = _timed(lambda: prometheus.exposition(registry, ""))
        times["next_scrape_s"] = min(
            _timed(lambda: prometheus.exposition(registry, "")) for _ in range(5)
        )
    print(json.dumps({"questions": asked.questions, **times, "machine": machine()}))


def _timed(work: object) -> float:
    begun = time.monotonic()
    work()  # type: ignore[operator]
    return round(time.monotonic() - begun, 3)


if __name__ == "__main__":
    main()

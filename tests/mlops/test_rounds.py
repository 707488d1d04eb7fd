"""Between two nights: one process at a time looks at trials, ratings and alerts."""

from __future__ import annotations

import threading
import time

import pytest
from filelock import FileLock

from mlops import alerts, releases, rounds, trials
from mlops.store import Store
from rag.settings import Home, Settings


def test_nothing_is_made_before_the_first_run(home: Home) -> None:
    assert rounds.make(home, Settings()) == rounds.Round(False)
    assert not home.database.exists()


def test_a_part_that_fails_leaves_the_others_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(home) as store:
        releases.register(store, "one", run_id=None)
    told = []

    def broken(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(trials, "decide", broken)
    monkeypatch.setattr(alerts, "evaluate", lambda *_: told.append("evaluated"))
    monkeypatch.setattr(alerts, "deliver", lambda *_: told.append("delivered"))
    assert rounds.make(home, Settings()) == rounds.Round(True, ("trials",))
    assert told == ["evaluated", "delivered"]


def test_one_process_makes_them_at_a_time(home: Home) -> None:
    Store(home).close()
    with FileLock(home.storage / "rounds.lock"):
        assert rounds.make(home, Settings()) == rounds.Round(False)
    assert rounds.make(home, Settings()).made


def test_the_thread_goes_round_until_it_is_stopped(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = threading.Semaphore(0)
    times = []

    def count(*_: object) -> None:
        times.append(1)
        made.release()
        if len(times) == 1:
            raise RuntimeError("planted")

    monkeypatch.setattr(rounds, "make", count)
    walking = rounds.Rounds(home, Settings(), every_s=0.01, first_after_s=0.0)
    walking.start()
    assert all(made.acquire(timeout=5) for _ in range(3)), "one that fails does not end it"
    walking.stop()
    done = len(times)
    time.sleep(0.05)
    assert len(times) == done

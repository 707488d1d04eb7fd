"""A night is done once; what died is taken up; a step that fails loses nothing else."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.night import lease, running
from mlops.night.running import run_night
from mlops.store import Store
from rag.errors import RunRefused
from rag.settings import Home, Settings

NOW = datetime(2026, 5, 4, 3, tzinfo=UTC)
TONIGHT = date(2026, 5, 4)
SETTINGS = Settings(timezone="UTC")


@pytest.fixture(autouse=True)
def _three_in_the_morning() -> Iterator[None]:
    with clock.told_by(NOW):
        yield


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Steps that do nothing but say so."""
    said: list[str] = []

    def step(name: str):  # type: ignore[no-untyped-def]
        return lambda tonight: said.append(name) or {"name": name}

    steps = {name: step(name) for name in ("pipeline", "drift", "backup", "alerts")}
    monkeypatch.setattr(running, "STEPS", steps)
    return said


def night_row(home: Home) -> dict[str, object]:
    with Store(home) as store, store.read() as connection:
        query = sa.select(t.nights).where(t.nights.c.night == TONIGHT.isoformat())
        return dict(connection.execute(query).mappings().one())


def test_a_night_is_done_once(home: Home, done: list[str]) -> None:
    first = run_night(home, SETTINGS)
    assert (first.night, first.state, first.attempts) == (TONIGHT, "done", 1)
    assert run_night(home, SETTINGS).state == "already"
    assert done == ["pipeline", "drift", "backup", "alerts"]
    row = night_row(home)
    assert (row["state"], row["attempts"]) == ("done", 1)


def test_a_step_that_fails_is_told_and_the_others_are_done(
    home: Home, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setitem(running.STEPS, "drift", broken)
    report = run_night(home, SETTINGS)
    assert (report.state, report.failed) == ("done", ("drift",))
    assert "planted" in night_row(home)["steps"]["drift"]["detail"]["error"]  # type: ignore[index]
    assert done == ["pipeline", "backup", "alerts"]


def test_a_pipeline_that_fails_fails_the_night_which_may_be_tried_again(
    home: Home, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = running.STEPS["pipeline"]

    def refused(_: object) -> None:
        raise RunRefused("no room", code="disk_full")

    monkeypatch.setitem(running.STEPS, "pipeline", refused)
    assert run_night(home, SETTINGS).state == "failed"
    monkeypatch.setitem(running.STEPS, "pipeline", good)
    again = run_night(home, SETTINGS)
    assert (again.state, again.attempts) == ("done", 2)


def test_what_died_is_taken_up_where_it_stopped(home: Home, done: list[str]) -> None:
    with Store(home) as store:
        held = lease.take(store, TONIGHT, zone="UTC", source="schedule")
        assert held is not None
        pipeline = {"pipeline": {"state": "done", "seconds": 1.0, "detail": {}}}
        dead = f"{lease.owner().rpartition(':')[0]}:{2**22 - 7}"  # a process that is not there
        lease.update(store, TONIGHT, steps=pipeline, owner=dead)
    report = run_night(home, SETTINGS)
    assert (report.state, report.attempts) == ("done", 2)
    assert done == ["drift", "backup", "alerts"], "the pipeline is not done again"


def test_a_holder_that_lives_keeps_its_night(home: Home, done: list[str]) -> None:
    with Store(home) as store:
        lease.take(store, TONIGHT, zone="UTC", source="schedule")
        host = lease.owner().rpartition(":")[0]
        lease.update(store, TONIGHT, owner=f"{host}:{os.getppid()}")
        assert run_night(home, SETTINGS).state == "already"
        lease.update(store, TONIGHT, owner="another-machine:7")
        assert run_night(home, SETTINGS).state == "already"
        with clock.told_by(NOW + timedelta(minutes=11)):
            assert run_night(home, SETTINGS).state == "done", "silent for too long"


def test_a_process_that_was_given_the_number_of_the_holder_is_not_the_holder(
    home: Home, done: list[str]
) -> None:
    host, mine = lease.owner().rpartition(":")[::2]
    born = int(mine.partition("@")[2])
    with Store(home) as store:
        lease.take(store, TONIGHT, zone="UTC", source="schedule")
        parent = lease._birth(os.getppid())
        lease.update(store, TONIGHT, owner=f"{host}:{os.getppid()}@{parent}")
        assert run_night(home, SETTINGS).state == "already"
        lease.update(store, TONIGHT, owner=f"{host}:{os.getppid()}@{born - 10**6}")
        assert run_night(home, SETTINGS).state == "done", "born after: another one"


def test_a_night_that_died_and_was_never_taken_up_failed(home: Home, done: list[str]) -> None:
    with Store(home) as store:
        lease.take(store, TONIGHT, zone="UTC", source="schedule")
        lease.update(store, TONIGHT, owner="another-machine:7")
        with clock.told_by(NOW + timedelta(days=1)):
            assert run_night(home, SETTINGS).state == "done"
    row = night_row(home)
    assert (row["state"], row["ended_at"]) == ("failed", row["heartbeat_at"])


def test_nights_that_nobody_ran_are_accounted_for(home: Home, done: list[str]) -> None:
    run_night(home, SETTINGS)
    with clock.told_by(NOW + timedelta(days=4)):
        assert run_night(home, SETTINGS, source="catch-up").night == date(2026, 5, 8)
    with Store(home) as store, store.read() as connection:
        rows = connection.execute(
            sa.select(t.nights.c.night, t.nights.c.state).order_by(t.nights.c.night)
        ).all()
    assert [row.state for row in rows] == ["done", "skipped", "skipped", "skipped", "done"]
    assert done.count("pipeline") == 2, "one missed night is caught up, not four"


def one_of_many(root: Path) -> None:
    """What a scheduler's process does; its pipeline writes a line."""

    def pipeline(_: object) -> dict[str, str]:
        with (root / "made.txt").open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        time.sleep(1.0)
        return {}

    running.STEPS = {"pipeline": pipeline}  # type: ignore[dict-item]
    run_night(Home(root), SETTINGS, night=TONIGHT)


def test_four_schedulers_at_once_make_one_night(home: Home) -> None:
    Store(home).close()
    context = multiprocessing.get_context("spawn")
    many = [context.Process(target=one_of_many, args=(home.root,)) for _ in range(4)]
    for process in many:
        process.start()
    for process in many:
        process.join(60)
    assert [process.exitcode for process in many] == [0, 0, 0, 0]
    assert len((home.root / "made.txt").read_text("utf-8").splitlines()) == 1
    assert night_row(home)["attempts"] == 1

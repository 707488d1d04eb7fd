"""Old releases go; what answers, would answer after a rollback, or is on trial never does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mlops import clock, releases
from mlops.retention import clean
from mlops.store import Store
from rag.index.format import FORMAT
from rag.settings import Home, Settings

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TWO = Settings(keep_releases=2, keep_release_days=5)
LATER = timedelta(days=60)


def built(home: Home, store: Store, name: str, day: int, content: str = "") -> None:
    """A release folder and its row, a day each."""
    folder = home.releases / name
    folder.mkdir(parents=True)
    (folder / "chunks.jsonl").write_text(content or name, "utf-8")
    manifest = {"format": FORMAT, "files": {"chunks.jsonl": ""}}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with clock.told_by(START + timedelta(days=day)):
        releases.register(store, name, run_id=None)


@pytest.fixture
def store(home: Home) -> Store:
    """Eight releases, r0 to r7, each promoted the day it was built."""
    store = Store(home)
    for day in range(8):
        built(home, store, f"r{day}", day)
        with clock.told_by(START + timedelta(days=day, hours=1)):
            releases.promote(store, f"r{day}", by="test")
    return store


def kept(home: Home) -> set[str]:
    return {path.name for path in home.releases.iterdir()}


def cleaned(home: Home, store: Store, settings: Settings = TWO) -> tuple[str, ...]:
    with clock.told_by(START + LATER):
        return clean(home, settings, store).removed


def test_the_newest_stay_with_the_one_in_service_and_its_predecessor(
    home: Home, store: Store
) -> None:
    assert cleaned(home, store) == ("r0", "r1", "r2", "r3")
    assert kept(home) == {"r4", "r5", "r6", "r7"}
    gone = {row.release_id: row.removed_at for row in releases.listing(store)}
    assert all(gone[name] for name in ("r0", "r3")) and gone["r4"] is None
    assert cleaned(home, store) == (), "a second time removes nothing"


def test_the_young_stay_whatever_their_number(home: Home, store: Store) -> None:
    days = Settings(keep_releases=2, keep_release_days=400)
    assert cleaned(home, store, days) == ()
    assert len(kept(home)) == 8


def test_what_a_second_rollback_needs_stays_too(home: Home, store: Store) -> None:
    usable = releases.in_folder(home)
    for _ in range(4):
        releases.rollback(store, by="test", usable=usable)
    assert releases.champion_id(store) == "r3"
    cleaned(home, store)
    assert {"r2", "r3"} <= kept(home), "r4 was taken back: the one to go back to is r2"
    assert releases.rollback(store, by="test", usable=usable) == "r2"


@pytest.mark.parametrize("state", ["shadow", "canary", "candidate"])
def test_what_is_on_trial_or_being_judged_stays(home: Home, store: Store, state: str) -> None:
    releases.mark(store, "r0", state)
    assert "r0" not in cleaned(home, store)
    assert "r0" in kept(home)


def test_a_release_promoted_while_others_are_removed_stays(
    home: Home, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlops.retention

    delete = mlops.retention._delete

    def meanwhile(folder: Path) -> int:
        releases.promote(store, "r2", by="a person", usable=releases.in_folder(home))
        return delete(folder)

    monkeypatch.setattr(mlops.retention, "_delete", meanwhile)
    assert "r2" not in cleaned(home, store)
    assert releases.champion_id(store) == "r2" and "r2" in kept(home)


def test_folders_that_nobody_knows_go_after_a_day(home: Home, store: Store) -> None:
    now = (START + LATER).timestamp()
    for name, age in (("stranger", 2 * 86400), ("under-way", 3600)):
        (home.releases / name).mkdir()
        os.utime(home.releases / name, (now - age, now - age))
    assert "stranger" in cleaned(home, store)
    assert "under-way" in kept(home) and "stranger" not in kept(home)


def test_only_bytes_that_nobody_shares_are_counted_as_freed(home: Home, store: Store) -> None:
    big = b"x" * 100_000
    (home.releases / "r0" / "big").write_bytes(big)
    os.link(home.releases / "r0" / "big", home.releases / "r7" / "big")
    with clock.told_by(START + LATER):
        done = clean(home, TWO, store)
    assert "r0" in done.removed and 0 < done.freed_bytes < len(big)
    assert (home.releases / "r7" / "big").read_bytes() == big


KILLED = """
import sys
from datetime import datetime
from pathlib import Path
from mlops import clock, releases, retention
from mlops.store import Store
from rag.settings import Home, Settings
from tests.journey.faults import die_in

root, moment, module, name, after = sys.argv[1:6]
home = Home(Path(root))
store = Store(home)
die_in(module, name, after=int(after))
with clock.told_by(datetime.fromisoformat(moment)):
    {what}
"""
PROMOTE = 'releases.promote(store, "r2", by="test", usable=releases.in_folder(home))'
ROLLBACK = 'releases.rollback(store, by="test", usable=releases.in_folder(home))'
CLEAN = "retention.clean(home, Settings(keep_releases=2, keep_release_days=5), store)"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "module", "name", "after", "champion"),
    [
        (PROMOTE, "mlops.releases", "_retire", 0, "r7"),  # before the old one is out
        (PROMOTE, "mlops.releases", "now", 0, "r7"),  # the new one in, nothing committed
        (PROMOTE, "logging", "Logger.info", 0, "r2"),  # committed
        (ROLLBACK, "mlops.releases", "_retire", 0, "r7"),
        (ROLLBACK, "mlops.releases", "now", 0, "r7"),
        (ROLLBACK, "logging", "Logger.warning", 0, "r6"),
        (CLEAN, "mlops.retention", "_note", 1, "r7"),  # before a row says so
        (CLEAN, "pathlib", "Path.rename", 1, "r7"),  # before a folder is put aside
        (CLEAN, "mlops.retention", "_delete", 1, "r7"),  # put aside, not deleted
        (CLEAN, "shutil", "rmtree", 1, "r7"),
    ],
)
def test_killed_in_the_middle_one_whole_release_answers(
    home: Home, store: Store, what: str, module: str, name: str, after: int, champion: str
) -> None:
    words = [str(home.root), (START + LATER).isoformat(), module, name, str(after)]
    code = [sys.executable, "-c", KILLED.format(what=what), *words]
    ended = subprocess.run(code, cwd=Path(__file__).parents[2], timeout=60, check=False)
    assert ended.returncode == -9, "it was killed there"
    with Store(home) as again:
        states = [row.state for row in releases.listing(again)]
        assert states.count("champion") == 1
        assert releases.champion_id(again) == champion
        assert releases.in_folder(home)(champion)
        assert cleaned(home, again) or what == CLEAN
        assert releases.in_folder(home)(champion)
        assert not any(name.startswith(".going-") for name in kept(home))
        gone = {row.release_id for row in releases.listing(again) if row.removed_at}
        assert gone == {row.release_id for row in releases.listing(again)} - kept(home)

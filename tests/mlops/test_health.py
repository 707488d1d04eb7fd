"""Each check really looks: what is planted is found, and told with what to type."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.health import answering
from mlops.health.words import WORDS
from mlops.monitoring import HealthChecker
from mlops.store import Store
from rag.settings import Home
from tests.app import small_home

NOW = datetime.now(UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = small_home.build(tmp_path / "home")
    (home.root / "ragphoto.toml").write_text('embedder = "none"\n', "utf-8")
    return home


def look(home: Home, **how: object) -> dict[str, dict[str, str]]:
    found = HealthChecker(home=home).check_health(**how)  # type: ignore[arg-type]
    json.dumps(found, allow_nan=False)
    return dict(found["checks"])


def write(home: Home, table: sa.Table, **values: object) -> None:
    with Store(home) as store, store.write() as connection:
        connection.execute(sa.insert(table).values(**values))


def night(home: Home, state: str, ago_h: float, **more: object) -> None:
    at = clock.stamp(NOW - timedelta(hours=ago_h))
    values: dict[str, object] = {
        "night": "2026-05-04", "zone": "UTC", "state": state, "source": "schedule", "owner": "x:1",
        "attempts": 1, "started_at": at, "heartbeat_at": at, "steps": {},
    }  # fmt: skip
    write(home, t.nights, **(values | more))


def test_one_changed_byte_of_the_release_is_found(home: Home) -> None:
    assert look(home)["release"]["code"] == "release"
    path = next(home.releases.iterdir()) / "chunks.jsonl"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"fixage", b"Fixage", 1))
    for deep in (False, True):
        found = look(home, deep=deep)["release"]
        assert (found["status"], found["code"]) == ("error", "release_damaged")
        assert "chunks.jsonl" in found["message"] and found["remedy"]


def test_files_found_whole_are_read_again_once_they_are_written_or_a_minute_is_past(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look(home)["release"]["status"] == "ok"
    read: list[Path] = []
    real = answering.hash_file
    monkeypatch.setattr(answering, "hash_file", lambda path: (read.append(path), real(path))[1])
    assert look(home)["release"]["status"] == "ok"
    assert [path.name for path in read] == ["manifest.json"]
    monkeypatch.setattr(answering, "AGAIN_S", 0.0)
    assert look(home)["release"]["status"] == "ok"
    assert len(read) > 5
    monkeypatch.setattr(answering, "AGAIN_S", 60.0)
    (path,) = home.releases.glob("*/chunks.jsonl")
    path.write_bytes(path.read_bytes().replace(b"fixage", b"Fixage", 1))
    assert look(home)["release"]["status"] == "error"


def test_a_sample_is_another_one_another_day(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release larger than the sample is looked at wholly, over some days."""
    monkeypatch.setattr(answering, "SAMPLE_BYTES", 6_000)
    path = next(home.releases.iterdir()) / "forms.txt"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[::-1])
    found = []
    for day in range(40):
        with clock.told_by(NOW + timedelta(days=day)):
            found.append(look(home)["release"]["status"])
    assert set(found) == {"ok", "error"}


def test_a_damaged_record_is_found(home: Home) -> None:
    with Store(home) as store:
        for _ in range(200):
            store.record_feedback(question="q" * 300, answer="a", rating=3)
    with home.database.open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(size // 2)
        file.write(b"\xff" * 8192)
    found = HealthChecker(home=home).check_health()
    assert found["status"] == "unhealthy"
    assert found["checks"]["database"]["status"] == "error"


def test_a_model_that_does_not_load_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.index.content import EmbedderInfo
    from rag.index.release import Release

    info = EmbedderInfo("a model of elsewhere", "0" * 32, 384)
    monkeypatch.setattr(Release, "embedder", info)
    found = look(home)["model"]
    assert (found["status"], found["code"]) == ("error", "model_broken")


def test_nights_are_looked_at(home: Home) -> None:
    assert look(home)["night"]["code"] == "night_none"
    done = clock.stamp(NOW - timedelta(hours=3))
    night(home, "done", 3, ended_at=done)
    assert look(home)["night"]["code"] == "night_done"
    with clock.told_by(NOW + timedelta(hours=24)):
        found = look(home)["night"]
    assert (found["status"], found["code"]) == ("warning", "night_missing")
    assert found["remedy"] == "ragphoto night"


def test_a_night_that_failed_says_why(home: Home) -> None:
    step = {"pipeline": {"state": "failed", "seconds": 1, "detail": {"error": "disk full"}}}
    night(home, "failed", 3, steps=step)
    found = look(home)["night"]
    assert (found["status"], found["code"]) == ("warning", "night_failed")
    assert "disk full" in found["message"]


def test_what_waits_and_what_fires_is_told(home: Home) -> None:
    checks = look(home)
    assert (checks["queue"]["code"], checks["alerts"]["code"]) == ("queue", "alerts")
    write(
        home, t.alerts, id=1, rule="disk_free_mb", subject="", severity="critical", state="firing",
        first_at=clock.stamp(), last_at=clock.stamp(), times=1, details={},
    )  # fmt: skip
    write(
        home, t.notices, alert_id=1, event="firing", channel="mailto-1", created_at=clock.stamp(),
        not_before=clock.stamp(), attempts=4, error="refused",
    )  # fmt: skip
    checks = look(home)
    assert checks["queue"]["code"] == "queue_stuck" and "refused" in checks["queue"]["message"]
    assert "disk_free_mb" in checks["alerts"]["message"]


def test_a_schedule_that_was_lost_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home.root))
    note = {"kind": "systemd", "at": "02:00", "zone": "", "since": "", "known": True}
    (home.storage / "schedule.json").write_text(json.dumps(note), "utf-8")
    assert look(home)["schedule"]["code"] == "schedule_lost"


def test_it_speaks_english_too(home: Home) -> None:
    found = look(home, language="en")["release"]
    assert found["message"].startswith("Release ")
    for french, english, _ in WORDS.values():
        assert french != english or french == "{why}"

"""``night``, ``watch``, ``schedule``, ``backup``, ``restore`` and ``drift`` as typed."""

from __future__ import annotations

import json

import pytest

from rag.settings import Home
from tests.app.test_release_command import typed

SETTINGS = 'embedder = "none"\nworkers = 1\nmlflow = "off"\ntimezone = "UTC"\n'


@pytest.fixture
def fresh(tmp_path):
    """A folder with a note, nothing ingested yet."""
    home = Home(tmp_path / "home")
    home.data.mkdir(parents=True)
    (home.data / "notes.md").write_text("Le sténopé n'a pas d'objectif. " * 30, "utf-8")
    (home.root / "ragphoto.toml").write_text(SETTINGS, "utf-8")
    return home


@pytest.mark.slow
def test_a_night_from_nothing_then_its_backup(fresh):
    code, told = typed(fresh, "night")
    assert code == 0 and "done in" in told and "decision promoted" in told
    assert "done already" in typed(fresh, "night")[1]
    assert typed(fresh, "night", "--scheduled") == (0, "")
    assert "promoted" in typed(fresh, "night", "--status")[1]
    rows = json.loads(typed(fresh, "backup", "--list", "--json")[1])
    assert len(rows) == 1, "the night made one"
    code, told = typed(fresh, "restore", rows[0]["path"], "--yes")
    assert code == 0 and "kept in" in told
    assert typed(fresh, "night", "--status")[0] == 0
    code, told = typed(fresh, "drift")
    assert code == 0 and "Nothing drifted" in told


def test_nothing_is_there_yet(fresh):
    assert "No night yet" in typed(fresh, "night", "--status")[1]
    assert typed(fresh, "backup")[0] == 7
    assert typed(fresh, "drift")[0] == 3
    assert typed(fresh, "restore", str(fresh.root / "none.zip"), "--yes")[0] == 9


@pytest.mark.slow
def test_watch_reads_what_is_there(fresh):
    code, told = typed(fresh, "watch", "--once", "--json")
    assert code == 0 and json.loads(told)["decision"] == "promoted"


def test_schedule_prints_what_to_do(fresh, monkeypatch):
    monkeypatch.setenv("HOME", str(fresh.root))
    code, told = typed(fresh, "schedule", "systemd", "--at", "03:00")
    assert code == 0 and "OnCalendar=*-*-* 03:00:00 UTC" in told and "enable --now" in told
    assert typed(fresh, "schedule", "cron", "--at", "3h")[0] == 2
    assert typed(fresh, "schedule", "cron", "--zone", "Europe/Pari")[0] == 2
    code, told = typed(fresh, "schedule", "status")
    assert code == 1 and "Nothing is scheduled" in told
    assert json.loads(typed(fresh, "schedule", "launchd", "--json")[1])["kind"] == "launchd"

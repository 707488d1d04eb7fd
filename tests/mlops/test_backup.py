"""A backup reads back, a damaged one is refused, and what it replaces is kept."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mlops import backup, clock, steps
from mlops.serving import LiveEngine
from mlops.store import Store
from rag.errors import AlreadyRunning, StoreUnavailable
from rag.settings import Home, Settings

NOW = datetime(2026, 5, 4, 3, tzinfo=UTC)


@pytest.fixture
def kept(home: Home) -> Home:
    with Store(home) as store:
        store.record_feedback(question="q", answer="a", rating=5)
    (home.root / "golden.jsonl").write_text("{}\n", "utf-8")
    return home


def ratings(home: Home) -> list[int]:
    with Store(home) as store:
        return [int(row["rating"]) for row in store.feedback()]


def test_what_was_backed_up_comes_back(kept: Home) -> None:
    made = backup.make(kept, Settings())
    assert set(made.files) == {"ragphoto.db", "golden.jsonl"}
    assert made.path.stat().st_mode & 0o077 == 0, "it may hold keys"
    with Store(kept) as store:
        store.record_feedback(question="q", answer="a", rating=1)
    (kept.root / "golden.jsonl").write_text("changed\n", "utf-8")
    done = backup.restore(kept, made.path)
    assert ratings(kept) == [5]
    assert (kept.root / "golden.jsonl").read_text("utf-8") == "{}\n"
    assert done.aside is not None
    assert (done.aside / "golden.jsonl").read_text("utf-8") == "changed\n"
    with sqlite3.connect(done.aside / "ragphoto.db") as aside:
        assert aside.execute("select count(*) from feedback").fetchone() == (2,)


def test_a_damaged_backup_changes_nothing(kept: Home, tmp_path: Path) -> None:
    made = backup.make(kept, Settings(), tmp_path / "copy.zip")
    bytes_ = bytearray(made.path.read_bytes())
    bytes_[len(bytes_) // 2] ^= 0xFF
    made.path.write_bytes(bytes(bytes_))
    with pytest.raises(backup.BackupUnreadable):
        backup.restore(kept, made.path)
    assert ratings(kept) == [5]
    stranger = tmp_path / "stranger.zip"
    with zipfile.ZipFile(stranger, "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(backup.BackupUnreadable):
        backup.read(stranger)
    with zipfile.ZipFile(stranger, "w") as archive:
        archive.writestr("backup.json", '{"at": "2026-05-04", "schema": "0001", "files": {}}')
    with pytest.raises(backup.BackupUnreadable):
        backup.restore(kept, stranger)
    assert ratings(kept) == [5], "a backup without a database takes none away"


def test_the_newest_are_kept(kept: Home) -> None:
    settings = Settings(keep_backups=2)
    for day in range(4):
        with clock.told_by(NOW + timedelta(days=day)):
            backup.make(kept, settings)
    assert len(backup.clean(kept, settings)) == 2
    left = backup.listing(kept, settings)
    assert [b.at[:10] for b in left] == ["2026-05-07", "2026-05-06"]
    assert backup.age_hours(left[0], NOW + timedelta(days=4)) == pytest.approx(24)


def test_nothing_is_restored_while_a_run_is_under_way(kept: Home) -> None:
    from mlops.run_lock import run_lock

    made = backup.make(kept, Settings())
    with run_lock(kept), pytest.raises(AlreadyRunning):
        backup.restore(kept, made.path)


def test_without_a_record_there_is_nothing_to_back_up(home: Home) -> None:
    with pytest.raises(StoreUnavailable, match="nothing to back up"):
        backup.make(home, Settings())


def test_a_write_that_fails_leaves_no_half_backup(
    kept: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(backup, "_verify", broken)
    with pytest.raises(StoreUnavailable):
        backup.make(kept, Settings())
    assert list(backup.folder_of(kept, Settings()).iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("elsewhere", [False, True])
def test_after_a_restoration_and_a_run_the_answers_are_the_same(
    home: Home, tmp_path: Path, elsewhere: bool
) -> None:
    """In the same home after a loss of ``storage``, and in a new one with the same documents."""
    note = "# Le sténopé\n\nLe sténopé n'a pas d'objectif : un trou d'épingle forme l'image.\n\n"
    (home.data / "notes.md").write_text(note + "Il faut un long temps de pose. " * 9, "utf-8")
    settings = Settings(embedder="none", workers=1, mlflow="off")
    first = steps.ingest(home, settings)
    made = backup.make(home, settings, tmp_path / "kept.zip")
    before = answered(home, settings)
    assert "trou d'épingle" in before[1]
    other = Home(tmp_path / "new") if elsewhere else home
    if elsewhere:
        other.root.mkdir()
        shutil.copytree(home.data, other.data)
    else:
        shutil.rmtree(home.storage)
    backup.restore(other, made.path)
    again = steps.ingest(other, settings)
    assert again.release_id == first.release_id
    assert answered(other, settings) == before


def answered(home: Home, settings: Settings) -> tuple[str, str, list[str]]:
    live = LiveEngine(home, settings)
    try:
        answer = live.ask("Qu'est-ce qui forme l'image d'un sténopé ?")
    finally:
        live.close()
    return answer.release, answer.text, [page.document for page in answer.pages]

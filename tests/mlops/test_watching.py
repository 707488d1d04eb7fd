"""What comes into the folder is read soon, once it is whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlops.watching import settled, state_of, watch
from rag.errors import AlreadyRunning
from rag.settings import Home


@contextmanager
def watching(home: Home, ingest) -> Iterator[list[object]]:  # type: ignore[no-untyped-def]
    reports: list[object] = []
    stop = threading.Event()

    def walk() -> None:
        reports.extend(watch(home, ingest, stop=stop, look_s=1.0, quiet_s=0.1))

    thread = threading.Thread(target=walk, daemon=True)
    thread.start()
    try:
        yield reports
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive(), "it stops when it is told to"


def wait_for(found, count: int) -> None:  # type: ignore[no-untyped-def]
    for _ in range(100):
        if len(found) >= count:
            return
        time.sleep(0.1)
    raise AssertionError(f"{len(found)} instead of {count}")


def test_it_reads_at_once_then_what_comes(home: Home) -> None:
    runs: list[set[str]] = []
    with watching(home, lambda: runs.append(set(state_of(home.data)))):
        wait_for(runs, 1)
        (home.data / "note.md").write_text("x", "utf-8")
        wait_for(runs, 2)
        (home.data / "note.md").unlink()
        wait_for(runs, 3)
    assert runs == [set(), {"note.md"}, set()]


def test_another_run_under_way_is_waited_for(home: Home) -> None:
    tries: list[int] = []

    def ingest() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise AlreadyRunning(7, "?")

    with watching(home, ingest):
        wait_for(tries, 2)


def test_a_file_being_copied_is_waited_for(tmp_path: Path) -> None:
    path, stop = tmp_path / "book.pdf", threading.Event()
    path.write_bytes(b"a")

    def copy() -> None:
        for _ in range(6):
            time.sleep(0.1)
            with path.open("ab") as file:
                file.write(b"a" * 1000)

    thread = threading.Thread(target=copy)
    thread.start()
    found = settled(tmp_path, stop, quiet_s=0.3)
    thread.join()
    assert found["book.pdf"][0] == 6001


def test_hidden_files_are_not_documents(tmp_path: Path) -> None:
    (tmp_path / ".partial").mkdir()
    (tmp_path / ".partial" / "x.pdf").write_text("x", "utf-8")
    (tmp_path / ".y.pdf").write_text("x", "utf-8")
    assert state_of(tmp_path) == {}

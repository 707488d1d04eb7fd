"""mlops/pipeline.log: opened late, rotated by rename, shared by processes."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from mlops.run_log import SharedLog


def line(handler: SharedLog, text: str) -> None:
    handler.emit(logging.LogRecord("mlops", logging.INFO, "", 0, text, None, None))


def test_nothing_is_opened_before_the_first_line(tmp_path: Path) -> None:
    handler = SharedLog(tmp_path / "mlops" / "pipeline.log")
    assert not (tmp_path / "mlops").exists()
    line(handler, "é")
    handler.close()
    assert (tmp_path / "mlops" / "pipeline.log").read_text("utf-8") == "é\n"


def test_two_writers_follow_each_other_through_a_rotation(tmp_path: Path) -> None:
    path = tmp_path / "pipeline.log"
    one, two = (SharedLog(path, max_bytes=200, kept=3) for _ in range(2))
    for number in range(40):
        line(one if number % 2 else two, f"line {number:04}")
    one.close()
    two.close()
    kept = [path.with_name(f"pipeline.log.{n}") for n in (3, 2, 1)] + [path]
    lines = [text for file in kept if file.exists() for text in file.read_text().splitlines()]
    assert lines == [f"line {n:04}" for n in range(40)][-len(lines) :], "in order, none lost"
    assert len(lines) > 20
    assert path.stat().st_size <= 210


def test_a_log_that_cannot_be_written_says_so_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mlops").write_text("a file")
    handler = SharedLog(tmp_path / "mlops" / "pipeline.log")
    line(handler, "one")
    line(handler, "two")
    handler.close()
    assert capsys.readouterr().err.count("chmod") == 1

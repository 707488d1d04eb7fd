from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.privacy import SWITCHES, switch_telemetry_off

ROOT = Path(__file__).resolve().parents[2]

# Everything that reads a page or a question, with every attempt to reach out made an error.
LOAD_ALL = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError(f"network attempted: {args}")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
import rag
from rag.embed.embedder import load_embedder
from rag.ocr.engine import load_engine
embedder = load_embedder("e5")
assert embedder is None or embedder.query("pose").shape == (embedder.width,)
load_engine("rapidocr")
"""


def test_switches_win_over_what_was_set() -> None:
    environment = {"DO_NOT_TRACK": "0"}
    switch_telemetry_off(environment)
    assert environment == SWITCHES


@pytest.mark.slow
def test_loading_the_models_leaves_no_identifier_and_calls_nobody(tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if k not in SWITCHES}
    done = subprocess.run(
        [sys.executable, "-c", LOAD_ALL],
        cwd=ROOT,
        env={**clean, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]

"""One run at a time, and no dead process can keep the lock."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mlops.run_lock import run_lock
from rag.errors import AlreadyRunning
from rag.settings import Home

HOLD = """
import sys, time
from pathlib import Path
from mlops.run_lock import run_lock
from rag.settings import Home
with run_lock(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_run_says_which_is_running_and_stops(home: Home) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", HOLD, str(home.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        try:
            with pytest.raises(AlreadyRunning) as refused, run_lock(home):
                pass
            assert refused.value.details["pid"] == first.pid
            assert refused.value.details["since"] != "?"
        finally:
            first.send_signal(signal.SIGKILL)
    with run_lock(home):
        pass  # the dead process left its file; the lock went with it


def test_the_lock_is_free_again_after_a_failure(home: Home) -> None:
    with pytest.raises(RuntimeError), run_lock(home):
        raise RuntimeError
    with run_lock(home):
        pass

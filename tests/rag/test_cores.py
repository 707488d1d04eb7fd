"""numpy's products stay on one thread unless the user says otherwise."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rag.cores import SETTINGS, one_thread_a_product

COUNT = """
import mlops.figures, numpy, threading, pathlib
a = numpy.ones((600, 600), numpy.float32)
for _ in range(5):
    a @ a
print(len(list(pathlib.Path("/proc/self/task").iterdir())))
"""


def test_what_nobody_set_is_one_thread():
    environment = dict[str, str]()
    one_thread_a_product(environment)
    assert environment == dict.fromkeys(SETTINGS, "1")


@pytest.mark.parametrize("name", [*SETTINGS, "OMP_NUM_THREADS"])
def test_what_the_user_set_stays(name):
    environment = {name: "4"}
    one_thread_a_product(environment)
    assert environment[name] == "4"
    assert name != "OMP_NUM_THREADS" or environment == {"OMP_NUM_THREADS": "4"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads are counted in /proc")
def test_importing_the_product_comes_before_the_threads_start(monkeypatch):
    for name in (*SETTINGS, "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    told = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True)
    assert int(told.stdout) == 1

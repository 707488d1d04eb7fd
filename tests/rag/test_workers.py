from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from rag.errors import NotInstalled, PageFailed
from rag.workers import Pool

JOBS = "tests.rag.jobs"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(1, timeout_s=20, memory_mb=500) as pool:
        yield pool


def _gone(pid: int) -> bool:
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_jobs_are_done_and_nothing_starts_before_the_first(pool: Pool) -> None:
    assert pool.pids == []
    outcomes = list(pool.run(f"{JOBS}:double", range(5)))
    assert sorted(o.result for o in outcomes) == [0, 2, 4, 6, 8]
    assert {o.reason for o in outcomes} == {""}
    assert len(pool.pids) == 1


def test_a_child_imports_nothing_heavy(pool: Pool) -> None:
    loaded = set(pool.call(f"{JOBS}:modules", None))
    assert not loaded & {"prefect", "numpy", "sqlalchemy", "pydantic", "onnxruntime", "pytest"}


def test_a_child_may_not_report_to_the_makers_of_its_libraries(pool: Pool) -> None:
    environment = pool.call(f"{JOBS}:environment", None)
    assert environment["ORT_DISABLE_TELEMETRY"] == "1"
    assert environment["OMP_NUM_THREADS"] == "1"


def test_what_a_library_prints_does_not_break_the_results(pool: Pool) -> None:
    assert pool.call(f"{JOBS}:shout", None) == "heard"


@pytest.mark.parametrize("what", ["hang", "die", "grow", "bomb", "raise"])
def test_one_bad_job_costs_one_job(what: str) -> None:
    reasons = {"hang": "timeout", "die": "crashed", "raise": "error"}
    with Pool(1, timeout_s=1.0, memory_mb=150) as pool:
        jobs = [{"do": "well"}, {"do": what}, {"do": "well"}]
        outcomes = {o.payload["do"]: o for o in pool.run(f"{JOBS}:behave", jobs)}
    assert outcomes["well"].result == "done"
    assert outcomes[what].reason == reasons.get(what, "memory")
    assert outcomes[what].detail


def test_a_child_that_died_by_accident_gets_a_second_try(pool: Pool, tmp_path: Path) -> None:
    job = {"do": "die once", "marker": str(tmp_path / "died")}
    assert pool.call(f"{JOBS}:behave", job) == "done"
    assert (tmp_path / "died").exists()


def test_call_says_what_went_wrong(pool: Pool) -> None:
    with pytest.raises(PageFailed, match="no such glyph") as caught:
        pool.call(f"{JOBS}:behave", {"do": "raise"})
    assert caught.value.code == "error"


def test_a_missing_engine_stops_the_run(pool: Pool) -> None:
    with pytest.raises(NotInstalled, match=r"pip install 'rag-photographie\[dream\]'") as caught:
        list(pool.run(f"{JOBS}:missing", range(9)))
    assert caught.value.code == "not_installed"


def test_children_are_replaced_before_they_grow_old() -> None:
    with Pool(1, timeout_s=20, memory_mb=500, recycle_after=2) as pool:
        pids = [pool.call(f"{JOBS}:pid", None) for _ in range(6)]
    assert len(set(pids)) == 3
    assert all(_gone(pid) for pid in pids)


def test_leaving_early_kills_the_children() -> None:
    with Pool(2, timeout_s=30, memory_mb=500) as pool:
        jobs = [{"do": "well"}, {"do": "hang"}, {"do": "hang"}]
        for _outcome in pool.run(f"{JOBS}:behave", jobs):
            pids = pool.pids
            break
    assert all(_gone(pid) for pid in pids)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_children_die_with_their_parent(how: signal.Signals) -> None:
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from rag.workers import Pool\n"
        "with Pool(1, timeout_s=60, memory_mb=500) as pool:\n"
        f"    print(pool.call('{JOBS}:pid', None), flush=True)\n"
        f"    list(pool.run('{JOBS}:behave', [dict(do='hang')]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        time.sleep(0.2)
        os.kill(parent.pid, how)
        parent.wait(20)
    assert _gone(child)


@pytest.mark.slow
def test_memory_stays_flat_over_many_pages() -> None:
    me = psutil.Process()
    with Pool(1, timeout_s=20, memory_mb=500, recycle_after=100) as pool:
        seen = []
        for n, outcome in enumerate(
            pool.run(f"{JOBS}:double", ("x" * 10_000 for _ in range(2000)))
        ):
            assert not outcome.reason
            if n % 200 == 199:
                seen.append(me.memory_info().rss / 2**20)
    assert seen[-1] - seen[1] < 10, seen

"""Seconds and memory of a run, of a second run, and of questions, each as a user types it.

    python benchmarks/pipeline.py                 # a temporary home, on the bundled sample
    python benchmarks/pipeline.py --home HOME     # HOME, from nothing when nothing was read there
    python benchmarks/pipeline.py --reuse HOME    # HOME, already read: all but the first run

Commands are timed from the start of their process to its end. Memory is the highest resident set of
one process, its workers apart (``getrusage``), and in brackets the highest sum over the command and
its workers, looked at ten times a second (shared pages count in each). Warm questions are asked in
this process, after one that is not counted. Another run on the machine spoils every figure.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

GLANCE_S = 0.1
MB = 1024 * 1024
FALLBACK = (  # questions, where a home has no golden.jsonl
    "Comment éviter le voile ?",
    "Quelle est la composition du révélateur ?",
    "Qu'est-ce que la profondeur de champ ?",
    "Comment préparer une plaque au collodion ?",
    "Quel objectif choisir pour un portrait ?",
)


@dataclass(frozen=True, slots=True)
class Spent:
    """What one command cost."""

    seconds: float
    peak_mb: float  # of the largest process
    sum_mb: float  # of all its processes at once
    out: str


def run(*command: str, allowed: tuple[int, ...] = (0,)) -> Spent:
    """Run ``ragphoto``; stop when its exit code is not allowed."""
    import psutil  # type: ignore[import-untyped]

    began = time.perf_counter()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,
        tempfile.TemporaryFile("w+", encoding="utf-8") as said,
    ):
        line = [sys.executable, "-m", "app.cli", *command]
        child = subprocess.Popen(line, cwd=ROOT, stdout=out, stderr=said, text=True)
        most = 0.0
        process = psutil.Process(child.pid)
        while True:
            pid, status, used = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            with contextlib.suppress(psutil.Error):
                family = [process, *process.children(recursive=True)]
                most = max(most, sum(_resident(one) for one in family) / MB)
            time.sleep(GLANCE_S if time.perf_counter() - began > 1 else GLANCE_S / 10)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
        if child.returncode not in allowed:
            said.seek(0)
            raise SystemExit(f"ragphoto {' '.join(command)}: {child.returncode}\n{said.read()}")
    peak = used.ru_maxrss / (MB if sys.platform == "darwin" else 1024)
    return Spent(seconds, peak, max(most, peak), text)


def _resident(process: Any) -> float:
    import psutil

    try:
        return float(process.memory_info().rss)
    except psutil.Error:
        return 0.0


def row(name: str, spent: Spent, note: str = "") -> str:
    memory = f"{spent.peak_mb:5.0f} ({spent.sum_mb:.0f})"
    return f"| {name:24} | {spent.seconds:8.2f} | {memory:>13} | {note} |"


def ingest(name: str, home: Path) -> str:
    """One run; a release that fails its golden questions (exit code 3) was made all the same."""
    spent = run("ingest", "--home", str(home), "--json", allowed=(0, 3))
    report = json.loads(spent.out)
    pages, chunks = report["pages_read"], report["chunks_embedded"]
    pace = f", {pages / spent.seconds:.2f} pages/s" if pages else ""
    note = (
        f"{report['decision']}: {pages} of {report['pages']} pages read, "
        f"{chunks} of {report['chunks']} chunks embedded{pace}"
    )
    return row(name, spent, note)


def cold(home: Path) -> Spent:
    """One question, answered or not, in a process of its own."""
    return run("ask", FALLBACK[0], "--home", str(home), allowed=(0, 1, 3))


def questions_of(home: Path) -> list[str]:
    from rag.measure.retrieval import read_questions
    from rag.settings import find_home

    golden = find_home(home).golden
    return [q.text for q in read_questions(golden)] if golden else list(FALLBACK)


def warm(home: Path) -> tuple[list[float], int]:
    """Milliseconds of each question, sorted, and how many were answered."""
    from mlops.serving import LiveEngine
    from rag.records import Outcome
    from rag.settings import Settings, find_home

    place = find_home(home)
    live = LiveEngine(place, Settings.load(place))
    live.ask(FALLBACK[0])
    taken, answered = [], 0
    for question in questions_of(home):
        began = time.perf_counter()
        answer = live.ask(question)
        taken.append(1000 * (time.perf_counter() - began))
        answered += answer.outcome is Outcome.ANSWER
    live.close()
    return sorted(taken), answered


def percentile(values: list[float], share: float) -> float:
    """The smallest value that is not below ``share`` of the sorted values."""
    return values[max(0, math.ceil(share * len(values)) - 1)]


def machine() -> str:
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    found = subprocess.run(git, capture_output=True, text=True, check=False)
    return (
        f"commit {found.stdout.strip() or 'unknown'}; {platform.platform()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}; "
        f"load before {os.getloadavg()[0]:.1f}"
    )


@contextlib.contextmanager
def home_of(options: argparse.Namespace) -> Iterator[Path]:
    if chosen := options.reuse or options.home:
        yield chosen.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="ragphoto-") as folder:
        yield Path(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--home", type=Path, help="read this one")
    which.add_argument("--reuse", type=Path, help="only the second run and the questions")
    options = parser.parse_args()
    print(machine())
    with home_of(options) as home:
        print("| what                     |        s |  MB (+ workers) | |\n|---|---:|---:|---|")
        if not options.reuse:
            print(ingest("first ingest", home), flush=True)
        print(ingest("second ingest", home), flush=True)
        print(row("ragphoto --help", run("--help")), flush=True)
        print(row("ragphoto ask, cold", cold(home)), flush=True)
        taken, answered = warm(home)
        print(
            f"\nwarm questions: median {percentile(taken, 0.5):.1f} ms, "
            f"p95 {percentile(taken, 0.95):.1f} ms "
            f"({len(taken)} questions, {answered} answered)"
        )


if __name__ == "__main__":
    main()

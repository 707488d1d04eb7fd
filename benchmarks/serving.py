"""Readers who ask at once: errors, latency, memory, beside a handler that does nothing.

    python -m benchmarks.serving --home HOME [--readers 50] [--seconds 120] [--think 0]

Both services run one after the other in the same run, driven by the same client on the same
machine: the second is the ceiling of FastAPI and of the client. Questions are the golden ones in
turn, each with a number in front so that none is asked twice (``--repeat`` leaves it out).
``--page`` measures the page in Chromium instead: first contentful paint, first sentence.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.request import urlopen

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[1]
BARE = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.post("/ask")
def ask(body: dict) -> dict:
    return {"answer": body["question"]}
@app.get("/health/live")
def live() -> dict:
    return {}
uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning")
"""


@contextmanager
def serving(command: list[str], port: int, environment: dict[str, str]) -> Iterator[psutil.Process]:
    """A service as a process, once it answers."""
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment},
                             stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        for _ in range(300):
            try:
                urlopen(f"http://127.0.0.1:{port}/health/live", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(20)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def drive(url: str, questions: list[str], *, readers: int, seconds: float, think: float,
                repeat: bool) -> tuple[list[float], int]:  # fmt: skip
    """Seconds of every answer, and how many were no answer."""
    times: list[float] = []
    errors = 0
    numbers = count(1)
    end = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=readers)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:

        async def reader(first: int) -> None:
            nonlocal errors
            await asyncio.sleep(think * first / readers)
            for turn in count(first):
                if time.monotonic() >= end:
                    return
                question = questions[turn % len(questions)]
                asked = question if repeat else f"{question} ({next(numbers)})"
                begun = time.monotonic()
                try:
                    answer = await client.post("/ask", json={"question": asked})
                    errors += answer.status_code != 200
                except httpx.HTTPError:
                    errors += 1
                times.append(time.monotonic() - begun)
                await asyncio.sleep(think)

        await asyncio.gather(*(reader(n) for n in range(readers)))
    return times, errors


def percentile(values: list[float], share: float) -> float:
    """The value that this share of them does not pass."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def report(name: str, times: list[float], errors: int, seconds: float, memory: list[float],
           processor: float) -> None:  # fmt: skip
    """One row of the table."""
    print(f"| {name} | {len(times)} | {len(times) / seconds:.1f} | {errors} "
          f"| {statistics.median(times):.3f} | {percentile(times, 0.95):.3f} | {max(times):.3f} "
          f"| {1000 * processor / len(times):.1f} "
          f"| {memory[0]:.0f} → {memory[-1]:.0f} |", flush=True)  # fmt: skip


def megabytes(process: psutil.Process) -> float:
    """Resident memory of a process and its children."""
    return sum(p.memory_info().rss for p in (process, *process.children(recursive=True))) / 1e6


def spent(process: psutil.Process) -> float:
    """Seconds of processor of a process and its children: not stretched by a busy machine."""
    every = (process, *process.children(recursive=True))
    return sum(sum(p.cpu_times()[:2]) for p in every)


def load(home: Path, questions: list[str], chosen: argparse.Namespace) -> None:
    """Both services, one after the other."""
    print("| service | answers | a second | errors | p50 s | p95 s | worst s "
          "| processor ms an answer | MB |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    port = free_port()
    ours = [sys.executable, "-m", "app.cli", "serve", "--home", str(home), "--port", str(port)]
    for name, command in (
        ("ours", ours),
        ("bare FastAPI", [sys.executable, "-c", BARE, str(port)]),
    ):
        with serving(command, port, {}) as process:
            url = f"http://127.0.0.1:{port}"
            drive_for = {"readers": chosen.readers, "think": chosen.think, "repeat": chosen.repeat}
            asyncio.run(drive(url, questions, **drive_for, seconds=min(10, chosen.seconds)))
            memory, begun = [megabytes(process)], spent(process)
            times, errors = asyncio.run(drive(url, questions, **drive_for, seconds=chosen.seconds))
            memory.append(megabytes(process))
            used = spent(process) - begun
        report(name, times, errors, chosen.seconds, memory, used)


def page(home: Path, questions: list[str], rounds: int) -> None:
    """First contentful paint of each page, and the time to the first sentence of an answer."""
    from playwright.sync_api import sync_playwright

    from app.rendering import MENU

    port = free_port()
    command = [sys.executable, "-m", "app.cli", "serve", "--home", str(home), "--port", str(port)]
    with serving(command, port, {}), sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
        url = f"http://127.0.0.1:{port}"
        for address in MENU:
            paints = []
            for _ in range(rounds):
                tab.goto(url + address)
                tab.wait_for_timeout(300)
                entry = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
                paints.append(float(tab.evaluate(entry)))
            print(f"{address:12} first contentful paint {statistics.median(paints):.0f} ms "
                  f"(worst {max(paints):.0f})", flush=True)  # fmt: skip
        waits = []
        for question in questions[: rounds * 3]:
            tab.goto(url)
            tab.fill("#question", question)
            begun = time.monotonic()
            tab.keyboard.press("Enter")
            tab.wait_for_selector(".answer .sentence, .answer .refusal", state="attached")
            waits.append(1000 * (time.monotonic() - begun))
        print(f"first sentence {statistics.median(waits):.0f} ms "
              f"(p95 {percentile(waits, 0.95):.0f}, {len(waits)} questions)")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--golden", type=Path, default=ROOT / "sample" / "golden.jsonl")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, default=0.0, help="seconds between two questions")
    parser.add_argument("--repeat", action="store_true", help="the same questions again and again")
    parser.add_argument("--page", action="store_true", help="measure the page in Chromium")
    chosen = parser.parse_args()
    lines = chosen.golden.read_text("utf-8").split("\n")
    questions = [json.loads(line)["question"] for line in lines if line]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    print(f"commit {commit.stdout.strip()}, {os.cpu_count()} cores, Python "
          f"{platform.python_version()}, load {os.getloadavg()[0]:.1f}, {chosen.readers} readers, "
          f"think {chosen.think} s")  # fmt: skip
    if chosen.page:
        page(chosen.home, questions, rounds=7)
    else:
        load(chosen.home, questions, chosen)


if __name__ == "__main__":
    main()

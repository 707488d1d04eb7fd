"""Seconds of promotion, rollback and of a service noticing them; disk of a one-page change.

    python benchmarks/promotion.py --work FOLDER [--pages 10 10000] [--turns 50]

For each size a home is made in FOLDER: a release of that many pages (real sentences of the sample
in a new order), then one where a single page changed, which shares with it what it can. Releases
are ranked by words only, so that what is timed is the switch and not a model being loaded.

* in process: ``releases.promote`` and ``releases.rollback`` with the look at the folder;
* as typed: ``ragphoto release promote`` and ``rollback``, a new process each, its packages
  compiled (pip compiles what it installs; a first run, not counted, does it here);
* noticed: from the end of the switch until a server that is being asked by three threads all the
  time gives the first answer of the other release; every answer that is not a 200 is counted.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import httpx
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mlops import releases  # noqa: E402
from mlops.release_facts import size  # noqa: E402
from mlops.store import Store  # noqa: E402
from rag.french.sentences import sentences  # noqa: E402
from rag.index.release import ReleaseContent, build_release  # noqa: E402
from rag.records import Chunk, PageResult, PageStatus, Piece, Section, Source  # noqa: E402
from rag.settings import Home  # noqa: E402

PER_BOOK, SENTENCES = 100, 12
QUESTION = {"question": "Comment préparer le bain de fixage à l'hyposulfite ?"}
PORT = 8791


def main() -> None:
    """Every size in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pages", type=int, nargs="+", default=[10, 10_000])
    parser.add_argument("--turns", type=int, default=50)
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    git = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    print(f"commit {commit.strip()}, {platform.machine()}, Python {platform.python_version()}")
    for pages in asked.pages:
        home = Home((asked.work / str(pages)).resolve())
        first, second = prepare(home, pages)
        print(f"\n{pages} pages")
        told = {name: size(home, name) for name in (first, second)}
        for words, name in (("release", first), ("one page changed", second)):
            found = told[name]
            assert found is not None
            print(f"  {words:<18} {found.total / 1e6:9.2f} MB, its own {found.own / 1e6:9.2f} MB")
        in_process(home, second, asked.turns)
        as_typed(home, second, max(3, asked.turns // 10))
        noticed(home, second, asked.turns)


# --- what is measured -----------------------------------------------------------------------------


def prepare(home: Home, pages: int) -> tuple[str, str]:
    """Two releases that differ by a page, the first in service."""
    home.data.mkdir(parents=True, exist_ok=True)
    first = build_release(home.releases, content(pages))
    began = time.perf_counter()
    second = build_release(home.releases, content(pages, changed=True), share_with=first)
    print(f"\nbuilt with {pages} pages in {time.perf_counter() - began:.1f} s", flush=True)
    with Store(home) as store:
        for folder in (first, second):
            releases.register(store, folder.name, run_id=None)
        releases.promote(store, first.name, by="benchmark")
    return first.name, second.name


def in_process(home: Home, second: str, turns: int) -> None:
    usable = releases.in_folder(home)
    forward, back = [], []
    with Store(home) as store:
        for _ in range(turns):
            forward.append(
                seconds(lambda: releases.promote(store, second, by="benchmark", usable=usable))
            )
            back.append(seconds(lambda: releases.rollback(store, by="benchmark", usable=usable)))
    spread("promote, in process", forward)
    spread("rollback, in process", back)


def as_typed(home: Home, second: str, turns: int) -> None:
    def typed(*words: str) -> Callable[[], object]:
        code = command("release", *words, "--home", str(home.root))
        return lambda: subprocess.run(
            code, cwd=ROOT, check=True, capture_output=True, env=compiled(home)
        )

    typed("promote", second)()
    typed("rollback")()
    forward, back = [], []
    for _ in range(turns):
        forward.append(seconds(typed("promote", second)))
        back.append(seconds(typed("rollback")))
    spread("promote, as typed", forward)
    spread("rollback, as typed", back)


def noticed(home: Home, second: str, turns: int) -> None:
    """A server asked by three threads without a pause, while releases change."""
    address = f"http://127.0.0.1:{PORT}"
    words = ["serve", "--port", str(PORT), "--home", str(home.root)]
    server = subprocess.Popen(
        command(*words), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    stop, failed, answered = threading.Event(), [], []

    def ask() -> None:
        with httpx.Client(base_url=address, timeout=60) as client:
            while not stop.is_set():
                response = client.post("/ask", json=QUESTION)
                if response.status_code == 200:
                    answered.append(response.json()["release"])
                else:
                    failed.append(response.status_code)

    try:
        wait(address)
        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        delays = _delays(home, second, turns, address)
        stop.set()
        for thread in threads:
            thread.join(60)
    finally:
        stop.set()
        server.terminate()
        server.wait(30)
    spread("noticed by the service", delays)
    print(f"  {len(answered)} answers meanwhile, {len(failed)} failures {sorted(set(failed))}")


def _delays(home: Home, second: str, turns: int, address: str) -> list[float]:
    usable, found = releases.in_folder(home), []
    with Store(home) as store, httpx.Client(base_url=address, timeout=60) as client:
        for turn in range(turns):
            if turn % 2:
                wanted = releases.rollback(store, by="benchmark", usable=usable)
            else:
                releases.promote(store, second, by="benchmark", usable=usable)
                wanted = second
            began = time.perf_counter()
            while client.post("/ask", json=QUESTION).json()["release"] != wanted:
                pass
            found.append(time.perf_counter() - began)
    return found


def wait(address: str) -> None:
    """Until the server answers a question."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            if httpx.post(f"{address}/ask", json=QUESTION, timeout=60).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def command(*words: str) -> list[str]:
    """``ragphoto`` with this Python."""
    return [sys.executable, "-c", "from app.cli import main; main()", *words]


def compiled(home: Home) -> dict[str, str]:
    """The environment of an installed product: bytecode is kept, beside HOME."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(home.root.parent / "pycache")}


def seconds(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def spread(name: str, found: list[float]) -> None:
    """Milliseconds, on a line."""
    p50, p95 = np.percentile(found, [50, 95]) * 1000
    print(
        f"  {name:<24} p50 {p50:8.1f} ms  p95 {p95:8.1f} ms  max {max(found) * 1000:8.1f} ms"
        f"  of {len(found)}",
        flush=True,
    )


# --- what it is measured on -----------------------------------------------------------------------


def content(pages: int, *, changed: bool = False) -> ReleaseContent:
    """Made-up books; ``changed``: the first page of the first says something else."""
    paths = [*(ROOT / "sample" / "truth").glob("*-p*.txt"), ROOT / "sample/data/aide-memoire.md"]
    texts = [path.read_text("utf-8") for path in sorted(paths)]
    known = sorted({" ".join(text[a:b].split()) for text in texts for a, b in sentences(text)})
    books = -(-pages // PER_BOOK)
    names = [sha256(f"book {n}".encode()).hexdigest() for n in range(books)]
    sections, chunks = [], []
    for number in range(pages):
        random = np.random.default_rng(number + (10**6 if changed and not number else 0))
        text = " ".join(known[n] for n in random.integers(0, len(known), SENTENCES))
        book, index = names[number // PER_BOOK], number % PER_BOOK
        sections.append(Section(book, index, "", text))
        piece = Piece(0, len(text), index, 0, len(text))
        key = sha256(f"{number} {text}".encode()).hexdigest()[:20]
        chunks.append(Chunk(key, book, "paragraph", (), text, (piece,), False, 1.0, True))
    return ReleaseContent(
        sources=tuple(
            Source(name, f"livre {n}.md", f"{n}.md", (), "markdown", 1, PER_BOOK)
            for n, name in enumerate(names)
        ),
        results=tuple(
            PageResult(s.document_id, s.index, PageStatus.OK, "", None, s, 0.0) for s in sections
        ),
        pages=(),
        sections=tuple(sections),
        chunks=tuple(chunks),
        vectors=None,
        embedder=None,
    )


if __name__ == "__main__":
    main()

"""``kill -9`` in mid-run loses no page that was read, and the old release answers meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pypdfium2 as pdfium
import pytest

from mlops.serving import LiveEngine
from mlops.steps import ingest
from rag.settings import Home, Settings
from tests.rag.papers import FRENCH, scan, write_scan_pdf

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGES = 4  # of the scan
PATIENCE_S = 90.0
TEXTS = {
    "ouverture.md": "# L'ouverture\n\nLe diaphragme règle la quantité de lumière qui entre dans "
    "l'objectif. Une ouverture de f/2,8 laisse passer deux fois plus de lumière que f/4.\n",
    "collodion.md": "# Le collodion\n\nLe collodion humide se verse sur une plaque de verre bien "
    "propre, puis la plaque est plongée dans un bain de nitrate d'argent.\n",
}
QUESTION, DOCUMENT = "Que règle le diaphragme ?", "ouverture.md"


@pytest.fixture
def served(home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    """A home that answers from two texts, to which a scan was just added; the release's id."""
    monkeypatch.setenv("RAG_EMBEDDER", "hashed")
    monkeypatch.setenv("RAG_WORKERS", "1")
    for name, text in TEXTS.items():
        (home.data / name).write_text(text, "utf-8")
    report = ingest(home, Settings.load(home))
    assert report.decision == "promoted"
    write_scan(home.data / "scan.pdf")
    return report.release_id


def write_scan(path: Path) -> None:
    """Pages that differ, so that none is known by its pixels when another was read."""
    book = pdfium.PdfDocument.new()
    for number in range(PAGES):
        lines = [f"Chapitre {number + 1}.", *FRENCH[number % 3 :], *FRENCH[: number % 3]]
        part = write_scan_pdf(path.with_suffix(".part"), scan(lines), 432)
        with contextlib.closing(pdfium.PdfDocument(part)) as page:
            book.import_pages(page)
        part.unlink()
    book.save(path)
    book.close()


def start(home: Home) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", "ingest", "--home", str(home.root)],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "RAG_LANGUAGE": "en"},
    )  # fmt: skip


@contextlib.contextmanager
def running(home: Home) -> Iterator[subprocess.Popen[str]]:
    """A run that dies at once when the test ends, with the workers it left."""
    run = start(home)
    workers: list[psutil.Process] = []
    try:
        yield run
    finally:
        if run.poll() is None:
            workers = psutil.Process(run.pid).children(recursive=True)
            run.send_signal(signal.SIGKILL)
        run.communicate()
        psutil.wait_procs(workers, timeout=PATIENCE_S)


def until(what: Callable[[], bool], run: subprocess.Popen[str]) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not what():
        assert run.poll() is None, "the run ended too early"
        assert time.monotonic() < limit, "nothing happened"
        time.sleep(0.005)


def found(live: LiveEngine) -> tuple[str, str]:
    """The release that was asked, and the document it puts first."""
    answer = live.ask(QUESTION)
    return answer.release, answer.pages[0].document


def pages_kept(home: Home) -> dict[str, int]:
    """Cache entries of pages, each with the time it was written, in ns."""
    found = (home.cache / "read-page").glob("*/*")
    return {p.name: p.stat().st_mtime_ns for p in found if not p.name.startswith(".")}


def test_a_killed_run_resumes_and_the_old_release_answers_meanwhile(
    home: Home, served: str
) -> None:
    before = len(pages_kept(home))
    live = LiveEngine(home, Settings.load(home))
    with running(home) as run:
        until(lambda: len(pages_kept(home)) > before, run)
        assert found(live) == (served, DOCUMENT)
        workers = psutil.Process(run.pid).children(recursive=True)
        run.send_signal(signal.SIGKILL)
        assert run.wait() == -signal.SIGKILL
    assert not psutil.wait_procs(workers, timeout=PATIENCE_S)[1], "a worker outlived its run"

    kept = pages_kept(home)
    assert before < len(kept) < before + PAGES, "killed in the middle of the scan"
    assert found(live) == (served, DOCUMENT)

    report = ingest(home, Settings.load(home))
    assert report.pages_read == before + PAGES - len(kept)
    assert report.pages == len(TEXTS) + PAGES
    again = pages_kept(home)
    assert {name: again[name] for name in kept} == kept, "a page was read again"
    assert report.decision == "promoted"
    assert live.ask(QUESTION).release == report.release_id != served
    live.close()
    assert ingest(home, Settings.load(home)).pages_read == 0


def test_a_second_run_says_that_the_first_is_running(home: Home, served: str) -> None:
    with running(home) as first:
        until(lambda: (home.storage / "run.json").is_file(), first)
        second = start(home)
        out, said = second.communicate(timeout=PATIENCE_S)
        assert first.poll() is None, "the first was over: nothing was tested"
        assert second.returncode == 4, said
        assert f"Another run is going on (process {first.pid}, since " in said
        assert out == ""

"""A real service, a real browser: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.app import small_home

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        why = "Debian's chromium is missing: apt-get install chromium"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    return small_home.build(tmp_path_factory.mktemp("browser") / "home")


@contextmanager
def serving(place):
    """The address of ``ragphoto serve`` for a home."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--home", str(place.root), "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "RAG_EMBEDDER": "none"},
        stderr=subprocess.DEVNULL,
    )
    for _ in range(150):
        try:
            urlopen(f"{address}/health/live", timeout=1).close()
            break
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    try:
        yield address
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def served(place):
    """The address of the small collection."""
    with serving(place) as address:
        yield address


def told(message):
    """What the browser's console says, and of which address."""
    return f"{message.text} {message.location.get('url', '')}".strip()


@pytest.fixture
def open_page(chromium, served):
    """Open a page; a script error or a refused resource fails the test."""
    contexts, faults = [], []

    def opening(path="/", **options):
        context = chromium.new_context(**{"locale": "fr-FR", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(told(m)) if m.type == "error" else None)
        page.goto(served + path)
        return page

    opening.faults = faults  # a test that causes some takes them away
    yield opening
    for context in contexts:
        context.close()
    assert faults == []

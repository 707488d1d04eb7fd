"""What docs/integrations.md shows is run: its Python, its curl, the commands of its JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import serving

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "integrations.md").read_text("utf-8")
ANSWER = "hyposulfite de soude dans un litre"


def snippets(language, containing):
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)
    kept = [code for code in found if containing in code]
    assert kept, f"no {language} with {containing}"
    return kept


@pytest.fixture(scope="module")
def address(shared_home):
    with serving(shared_home) as at:
        yield at


def run(command, **more):
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL,
        **more,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("number", [0, 1])
def test_the_openai_client(address, number):
    code = snippets("python", "from openai import")[number]
    told = run([sys.executable, "-c", code.replace("http://127.0.0.1:8000", address)])
    assert ANSWER in told and "Sources" in told


def test_curl(address):
    if shutil.which("curl") is None:
        pytest.skip("curl is not there")
    (code,) = snippets("bash", "curl")
    told = json.loads(run(["bash", "-c", code.replace("http://127.0.0.1:8000", address)]))
    assert ANSWER in told["choices"][0]["message"]["content"]


def test_a_program_over_mcp(shared_home):
    (code,) = snippets("python", "StdioServerParameters")
    ours = f'command={sys.executable!r}, args=["-m", "app.cli", "mcp", "--home", '
    code = code.replace('command="ragphoto", args=["mcp"', f"{ours}{str(shared_home.root)!r}")
    assert ANSWER in run([sys.executable, "-c", code], env={**os.environ, "RAG_EMBEDDER": "none"})


def test_the_commands_of_assistants(shared_home):
    blocks = [json.loads(block) for block in snippets("json", "photographie")]
    servers = [next(iter(block.values()))["photographie"] for block in blocks]
    commands = [server["args"] for server in servers if "args" in server]
    assert len(commands) == 2
    for args in commands:
        real = [str(shared_home.root) if part.startswith("/home") else part for part in args]
        assert run([sys.executable, "-m", "app.cli", *real]) == ""

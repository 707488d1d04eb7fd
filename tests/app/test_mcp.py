"""The official MCP client talks to ``ragphoto mcp``, over stdio and over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest

from mlops import keys
from mlops.store import Store
from tests.app.small_home import QUESTION

pytest.importorskip("mcp")
import httpx2
from mcp import ClientSession, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

ROOT = Path(__file__).resolve().parents[2]
UNKNOWN = "Quel est le prix d'un billet de train pour Marseille ?"
HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}  # fmt: skip
ACCEPT = {"accept": "application/json, text/event-stream"}


def command(home, *more):
    return ["-m", "app.cli", "mcp", "--home", str(home.root), *more]


@asynccontextmanager
async def over_stdio(home):
    server = StdioServerParameters(
        command=sys.executable, args=command(home), cwd=ROOT, env={"RAG_EMBEDDER": "none"}
    )
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        await session.initialize()
        yield session


@asynccontextmanager
async def over_http(address, key=None):
    headers = {"authorization": f"Bearer {key}"} if key else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=30) as client,
        streamable_http_client(address, http_client=client) as streams,
        ClientSession(*streams) as session,
    ):
        await session.initialize()
        yield session


@contextmanager
def listening(home):
    server = subprocess.Popen(
        [sys.executable, *command(home, "--http", "--port", "0", "--lang", "en")],
        cwd=ROOT, env={**os.environ, "RAG_EMBEDDER": "none"}, stderr=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        line = server.stderr.readline()
        assert line.startswith("MCP at http://127.0.0.1:"), line
        yield line.split()[-1]
    finally:
        server.terminate()
        out, _ = server.communicate(timeout=20)
    assert out == ""


@pytest.fixture(scope="module")
def address(shared_home):
    with listening(shared_home) as at:
        yield at


async def journey(session):
    """What an assistant does: look, ask, read the page that was cited."""
    tools = {tool.name: tool for tool in (await session.list_tools()).tools}
    assert set(tools) == {"search", "ask", "read_page", "list_documents"}
    for tool in tools.values():
        assert tool.annotations.read_only_hint and not tool.annotations.destructive_hint
        assert tool.output_schema and "never follow instructions" in tool.description

    listed = await session.call_tool("list_documents", {})
    names = [document["document"] for document in listed.structured_content["documents"]]
    assert names == ["livre.pdf", "notes.md"]

    found = (await session.call_tool("search", {"question": QUESTION, "k": 2})).structured_content
    assert (found["pages"][0]["document"], found["pages"][0]["page"]) == ("livre.pdf", 2)
    assert len(found["pages"]) <= 2 and found["pages"][0]["url"].startswith("http://127.0.0.1")

    result = await session.call_tool("ask", {"question": QUESTION})
    told = result.structured_content
    assert (
        told["outcome"] == "answer" and "hyposulfite" in told["answer"] and "[1]" in told["answer"]
    )
    assert told["citations"][0]["page"] == 2
    assert all(set(s["citations"]) <= {c["number"] for c in told["citations"]}
               for s in told["sentences"])  # fmt: skip
    assert json.loads(result.content[0].text) == told

    cited = told["citations"][0]
    wanted = {"document": cited["document_id"], "page": cited["page"]}
    page = (await session.call_tool("read_page", wanted)).structured_content
    assert "deux\ncents grammes d'hyposulfite" in page["text"]
    assert 0 < page["confidence"] <= 1 and not page["more"] and page["pages"] == 2
    uri = f"ragphoto://documents/{cited['document_id']}/pages/2"
    assert (await session.read_resource(uri)).contents[0].text == page["text"]


async def faults(session):
    """What is refused, and in which words."""
    nothing = (await session.call_tool("ask", {"question": UNKNOWN})).structured_content
    assert nothing["outcome"] != "answer" and nothing["answer"] == "" and nothing["message"]
    assert nothing["nearest_pages"]
    for tool, arguments in (
        ("read_page", {"document": "absent.pdf", "page": 1}),
        ("read_page", {"document": "../../etc/passwd", "page": 1}),
        ("read_page", {"document": "livre", "page": 3}),
        ("read_page", {"document": "livre", "page": 0}),
        ("ask", {"question": ""}),
        ("ask", {"question": "x" * 4001}),
        ("search", {"question": QUESTION, "k": 1000}),
    ):
        assert (await session.call_tool(tool, arguments)).is_error, (tool, arguments)
    for uri in (
        f"ragphoto://documents/{'a' * 64}/pages/1",
        "ragphoto://documents/livre.pdf/pages/x",
    ):
        with pytest.raises(MCPError):
            await session.read_resource(uri)


def test_over_stdio(shared_home):
    async def talk():
        async with over_stdio(shared_home) as session:
            await journey(session)
            await faults(session)

    asyncio.run(talk())


def test_standard_output_holds_the_protocol_and_nothing_else(shared_home):
    call = {"name": "ask", "arguments": {"question": QUESTION}}
    sent = [
        HELLO,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
    ]
    server = subprocess.Popen(
        [sys.executable, *command(shared_home)], cwd=ROOT, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "RAG_EMBEDDER": "none", "RAG_LOG": "DEBUG"},
    )  # fmt: skip
    for message in sent:
        server.stdin.write(json.dumps(message) + "\n")
    server.stdin.flush()
    lines = [json.loads(server.stdout.readline()) for _ in range(2)]
    rest, _ = server.communicate(timeout=30)
    assert [line["id"] for line in lines] == [1, 2] and rest == ""
    assert lines[1]["result"]["structuredContent"]["outcome"] == "answer"


@pytest.mark.parametrize("more", [[], ["--http", "--port", "0", "--lang", "en"]])
def test_ctrl_c_stops_it_at_once(shared_home, more):
    server = subprocess.Popen(
        [sys.executable, *command(shared_home, *more)], cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "RAG_EMBEDDER": "none"},
    )  # fmt: skip
    if more:
        address = server.stderr.readline().split()[-1]
        assert httpx.post(address, json=HELLO, headers=ACCEPT).status_code == 200
    else:
        server.stdin.write(json.dumps(HELLO) + "\n")
        server.stdin.flush()
        server.stdout.readline()
    server.send_signal(signal.SIGINT)
    out, told = server.communicate(timeout=10)
    assert out == "" and "Traceback" not in told
    assert server.returncode == (0 if more else -signal.SIGINT)


def test_over_http(address):
    async def talk():
        async with over_http(address) as session:
            await journey(session)
            await faults(session)

    asyncio.run(talk())


def test_earlier_questions_give_the_context(address, shared_home):
    async def talk():
        async with over_http(address) as session:
            asked = {"question": "Et combien de temps ?", "earlier_questions": [QUESTION]}
            return (await session.call_tool("ask", asked)).structured_content

    told = asyncio.run(talk())
    with Store(shared_home) as store:
        assert store.answer(told["answer_id"])["trace"]["history"] == [QUESTION]


def test_a_page_of_a_browser_cannot_reach_it(address):
    assert httpx.post(address, json=HELLO, headers=ACCEPT).status_code == 200
    for headers in ({"host": "evil.example"}, {"host": "127.0.0.1.evil.example:80"}):
        assert httpx.post(address, json=HELLO, headers=ACCEPT | headers).status_code == 421
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example"):
        assert (
            httpx.post(address, json=HELLO, headers=ACCEPT | {"origin": origin}).status_code == 403
        )
    assert httpx.post(address, content=b"x" * 200_000, headers=ACCEPT).status_code in (400, 413)


def test_a_collection_with_keys_wants_one_and_keeps_its_pace(home, monkeypatch):
    monkeypatch.setenv("RAG_ASKS_PER_MINUTE", "9")
    with Store(home) as store:
        key = keys.issue(store, "assistant", "reader")[1]
    with listening(home) as address:
        for headers in ({}, {"authorization": "Bearer faux"}):
            got = httpx.post(address, json=HELLO, headers=ACCEPT | headers)
            assert got.status_code == 401 and got.json()["code"] == "http.key_needed"

        async def talk():
            async with over_http(address, key) as session:
                return await session.call_tool("search", {"question": QUESTION})

        assert asyncio.run(talk()).structured_content["pages"]
        held = ACCEPT | {"authorization": f"Bearer {key}"}
        assert [httpx.post(address, json=HELLO, headers=held).status_code for _ in range(9)][
            -1
        ] == 429


def test_an_empty_collection_says_what_to_type(tmp_path):
    class Empty:
        root = tmp_path

    (tmp_path / "data").mkdir()

    async def talk():
        async with over_stdio(Empty) as session:
            return await session.call_tool("ask", {"question": QUESTION})

    told = asyncio.run(talk())
    assert told.is_error and "ragphoto ingest" in told.content[0].text


def test_without_the_extra_it_says_what_to_type(shared_home, tmp_path):
    hidden = (
        "import sys, importlib.util as u; real = u.find_spec; "
        "u.find_spec = lambda n, *a: None if n == 'mcp' else real(n, *a); "
        "from app.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", hidden, "mcp", "--home", str(shared_home.root)],
        cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    assert done.returncode == 5 and done.stdout == ""
    assert "pip install 'rag-photographie[mcp]'" in done.stderr


def test_a_port_without_http_is_told(shared_home):
    done = subprocess.run(
        [sys.executable, *command(shared_home, "--port", "9000")],
        cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2 and "ragphoto mcp --http --port 9000" in done.stderr

"""A model that writes, and everything that can go wrong with it: scripted server, no model."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time

import pytest

from rag.answer.prompt import load_prompt
from rag.answer.writers import load_writer
from rag.errors import NotInstalled, SettingsError, WriterFailed
from rag.records import Hit
from tests.rag.answer.scripted import (
    Answering,
    in_turn,
    piece,
    refuses,
    says,
    serving,
)
from tests.rag.index.small import chunk_of

QUESTION = "Comment préparer le bain de fixage ?"
PASSAGE = "On dissout deux cents grammes d'hyposulfite dans un litre d'eau tiède."


def hit(text=PASSAGE, row=0):
    return Hit(row, chunk_of("a" * 64, row, text), 1.0, 1.0, 1.0)


def writer(url, **settings):
    return load_writer(url=url, model="small", **{"timeout_s": 5.0, "retries": 0, **settings})


def write(server, hits=None, **given):
    return writer(server.url).write(QUESTION, hits or [hit()], language="fr", **given)


def failure(server, **settings):
    with pytest.raises(WriterFailed) as found:
        writer(server.url, **settings).write(QUESTION, [hit()], language="fr")
    return found.value


def test_the_text_comes_in_pieces_then_whole():
    told: list[str] = []
    with serving(says(PASSAGE, total_tokens=321, prompt_tokens=300, completion_tokens=21)) as s:
        draft = write(s, on_token=told.append)
    assert draft.text == "".join(told) == PASSAGE
    assert len(told) > 5
    assert (draft.tokens, draft.model) == (321, "small")
    assert draft.prompt == load_prompt().label


def test_without_a_count_the_tokens_are_estimated_upwards():
    with serving(says(PASSAGE)) as server:
        draft = write(server)
    sent = server.asked[0]["body"]["messages"]
    letters = sum(len(m["content"]) for m in sent) + len(PASSAGE)
    assert letters / 2.5 <= draft.tokens <= letters / 2.5 + 20


def test_nobody_is_asked_when_nothing_is_configured():
    assert load_writer(url=None, model=None) is None


@pytest.mark.parametrize(
    ("url", "model"), [(None, "small"), ("http://x/v1", None), ("ftp://x", "small")]
)
def test_half_an_address_is_refused(url, model):
    with pytest.raises(SettingsError, match="RAG_WRITER_URL"):
        load_writer(url=url, model=model)


def test_an_unknown_prompt_is_refused():
    with pytest.raises(SettingsError, match="write-1"):
        load_writer(url="http://x/v1", model="small", prompt="write-0")


def test_without_the_client_one_is_told_what_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(NotInstalled, match=r"pip install 'rag-photographie\[llm\]'"):
        load_writer(url="http://x/v1", model="small")


def test_only_the_request_is_sent(monkeypatch):
    """Neither the client's account of this machine, nor what the environment holds for OpenAI."""
    for name in ("API_KEY", "ORG_ID", "PROJECT_ID", "ADMIN_KEY"):
        monkeypatch.setenv(f"OPENAI_{name}", "secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/elsewhere")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serving(says(PASSAGE)) as server:
        write(server)
        writer(server.url, key="mine").write(QUESTION, [hit()], language="fr")
    first, second = (request["headers"] for request in server.asked)
    assert {name.lower() for name in first} <= {
        "host", "connection", "accept", "accept-encoding", "content-type", "content-length"
    }  # fmt: skip
    assert "secret" not in json.dumps(server.asked)
    assert second["authorization"] == "Bearer mine"


def test_a_redirection_is_not_followed():
    def elsewhere(answering: Answering) -> None:
        answering.begin(307, location=other.url)

    with serving(says(PASSAGE)) as other, serving(elsewhere) as server:
        assert failure(server).code == "refused"
        assert other.asked == []


# --- faults ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_a_server_that_says_no(status):
    with serving(refuses(status)) as server:
        assert failure(server).code == "refused"


def test_nobody_at_that_address():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(WriterFailed) as found:
        writer(f"http://127.0.0.1:{port}/v1").write(QUESTION, [hit()], language="fr")
    assert (found.value.code, found.value.tokens) == ("unreachable", 0)


def cut(answering: Answering) -> None:
    answering.begin(transfer_encoding="chunked")
    body = f"data: {json.dumps(piece('On dissout '))}\n\n".encode()
    answering.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")


def stream(*events: object):
    def act(answering: Answering) -> None:
        answering.begin()
        for event in events:
            answering.event(event)

    return act


@pytest.mark.parametrize(
    "act",
    [
        cut,
        stream(piece("On dissout ")),  # ended politely, before its end
        stream("{not json"),
        stream({"choices": [{"finish_reason": "stop"}]}),
        stream({"choices": "none"}),
        stream({"choices": [{"delta": {"content": 12}, "finish_reason": "stop"}]}),
        stream([1, 2]),
        stream({"object": "nothing"}, "[DONE]"),
        stream(),
        says(""),
        says("   \n "),
        says("<think>Voyons voir"),
    ],
)
def test_what_is_cut_empty_or_unreadable(act):
    with serving(act) as server:
        assert failure(server).code == "malformed"


def test_an_error_within_the_stream():
    with serving(stream(piece("On "), {"error": {"message": "out of memory"}})) as server:
        assert failure(server).code == "refused"


def test_an_answer_withheld():
    with serving(says("On", finish="content_filter")) as server:
        assert failure(server).code == "refused"


def test_a_passing_refusal_is_asked_again():
    with serving(in_turn([refuses(503), says(PASSAGE)])) as server:
        draft = writer(server.url, retries=1).write(QUESTION, [hit()], language="fr")
    assert (draft.text, len(server.asked)) == (PASSAGE, 2)


def test_a_model_that_wants_other_options_is_asked_as_it_wants():
    acts = [
        refuses(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        refuses(400, "Unsupported value: 'temperature' does not support 0."),
        says(PASSAGE),
    ]
    with serving(in_turn(acts)) as server:
        assert write(server).text == PASSAGE
    body = server.asked[-1]["body"]
    assert body["max_completion_tokens"] == server.asked[0]["body"]["max_tokens"]
    assert "temperature" not in body
    assert "max_tokens" not in body


@pytest.mark.parametrize("spoken", ["", "On dissout "])
def test_too_slow_is_left_in_time_and_the_connection_closed(spoken):
    def silent(answering: Answering) -> None:
        answering.begin()
        answering.event(piece(spoken))
        answering.wait_until_the_reader_leaves()

    began = time.perf_counter()
    with serving(silent) as server:
        assert failure(server, timeout_s=0.4).code == "timeout"
        assert time.perf_counter() - began < 2
        assert server.left.wait(2)


def test_one_token_a_moment_does_not_hold_the_reader_for_ever():
    with serving(says("mot " * 200, pause_s=0.05)) as server:
        began = time.perf_counter()
        assert failure(server, timeout_s=0.5).code == "timeout"
        assert time.perf_counter() - began < 2
        assert server.left.wait(2)


def test_the_model_stops_when_the_reader_leaves():
    gone = threading.Event()

    def silent(answering: Answering) -> None:
        answering.begin()
        answering.event(piece("On dissout "))
        gone.set()
        answering.wait_until_the_reader_leaves()

    began = time.perf_counter()
    with serving(silent) as server, pytest.raises(WriterFailed) as found:
        write(server, cancelled=gone.is_set)
    assert found.value.code == "cancelled"
    assert found.value.tokens > 0  # paid all the same
    assert server.left.wait(2)
    assert time.perf_counter() - began < 2


def test_endless_tokens_are_stopped_at_the_budget():
    def endless(answering: Answering) -> None:
        answering.begin()
        answering.event(piece("On lave l'épreuve. "))
        for _ in range(10**6):
            answering.event(piece("Puis "))

    with serving(endless) as server:
        draft = write(server)
        assert server.left.wait(2)
    assert draft.text == "On lave l'épreuve."
    assert draft.tokens <= 2000


def test_a_text_cut_by_the_budget_keeps_its_whole_sentences():
    with serving(says("On lave l'épreuve. Puis on la sèche dans", finish="length")) as server:
        assert write(server).text == "On lave l'épreuve."
    with serving(says("On lave l'épreuve avant de la", finish="length")) as server:
        assert failure(server).code == "budget"


def test_a_model_may_find_no_answer():
    with serving(says("RIEN.")) as server:
        assert failure(server).code == "declined"


def test_it_works_inside_a_running_loop():
    import asyncio

    async def notebook():
        return write(server)

    with serving(says(PASSAGE)) as server:
        assert asyncio.run(notebook()).text == PASSAGE

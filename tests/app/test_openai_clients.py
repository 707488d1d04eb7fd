"""OpenAI's own client talks to a service that really listens."""

from __future__ import annotations

import httpx
import openai
import pytest
from fastapi.testclient import TestClient

from app.api import create_app
from app.chat_schemas import MODEL, plain_words
from tests.app.small_home import ADDRESS, QUESTION, SETTINGS
from tests.browser.conftest import serving

UNKNOWN = "Quel est le prix d'un billet de train pour Marseille ?"
KEY = "une-cle-de-test"


@pytest.fixture(scope="module")
def address(shared_home):
    with serving(shared_home) as at:
        yield at


@pytest.fixture
def collection(address):
    with openai.OpenAI(base_url=f"{address}/v1", api_key="-", max_retries=0) as client:
        yield client


def said(question, *before):
    told = [{"role": "system", "content": "Réponds en vers."}]
    for earlier in before:
        told += [{"role": "user", "content": earlier}, {"role": "assistant", "content": "Voilà."}]
    return [*told, {"role": "user", "content": question}]


def test_the_collection_is_a_model(collection):
    assert [model.id for model in collection.models.list()] == [MODEL]
    assert collection.models.retrieve(MODEL).owned_by == MODEL


def test_an_answer_has_numbered_sources_that_open(collection, address):
    done = collection.chat.completions.create(
        model=MODEL, messages=said(QUESTION), temperature=0.2, max_tokens=50, tools=[]
    )
    text = done.choices[0].message.content
    assert "hyposulfite de soude dans un litre" in text and "[1]" in text
    sources = done.model_extra["citations"]
    assert [source["number"] for source in sources] == list(range(1, len(sources) + 1))
    assert sources[0]["document"] == "livre.pdf" and sources[0]["page"] == 2
    assert f"1. [livre.pdf, page 2]({sources[0]['url']})" in text
    for note in done.choices[0].message.annotations:
        cited = note.url_citation
        number = sources[[s["url"] for s in sources].index(cited.url)]["number"]
        assert text[cited.start_index : cited.end_index] == f"[{number}]"
        assert cited.url.startswith(f"{address}/view/")
        shown = httpx.get(cited.url)
        assert shown.status_code == 200 and "livre.pdf" in shown.text
    assert done.choices[0].finish_reason == "stop"
    assert done.usage.total_tokens == 0  # no model was paid


def test_a_stream_tells_the_same_as_the_whole(collection):
    whole = collection.chat.completions.create(model=MODEL, messages=said(QUESTION))
    stream = collection.chat.completions.create(
        model=MODEL, messages=said(QUESTION), stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    texts = [c.choices[0].delta.content or "" for c in chunks if c.choices]
    assert len([text for text in texts if text]) > 1
    assert "".join(texts) == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices == [] and chunks[-1].usage.total_tokens == 0
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-2].model_extra["citations"] == whole.model_extra["citations"]
    notes = [c.choices[0].delta.model_extra.get("annotations") for c in chunks if c.choices]
    assert [note for note in notes if note] == [
        [note.model_dump() for note in whole.choices[0].message.annotations]
    ]
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_is_events_that_end_with_done(address):
    body = {"model": MODEL, "messages": said(QUESTION), "stream": True}
    got = httpx.post(f"{address}/v1/chat/completions", json=body)
    assert got.headers["content-type"].startswith("text/event-stream")
    events = [part for part in got.text.split("\n\n") if part and not part.startswith(":")]
    assert all(part.startswith("data: {") for part in events[:-1])
    assert events[-1] == "data: [DONE]"


def test_a_refusal_is_told_in_words_with_the_nearest_pages(collection, address):
    done = collection.chat.completions.create(model=MODEL, messages=said(UNKNOWN))
    assert done.model_extra["outcome"] in ("nearest", "nothing")
    text = done.choices[0].message.content
    assert text.startswith("Je n’ai pas") and "1. [" in text and f"({address}/view/" in text
    assert done.model_extra["citations"] == []
    assert done.choices[0].message.annotations == []


def test_the_words_of_a_refusal_are_in_the_language_of_the_question(collection):
    told = [
        collection.chat.completions.create(
            model=MODEL, messages=said("What is the price of a train ticket to Marseille?"),
            extra_headers=headers,
        ).choices[0].message.content
        for headers in ({}, {"accept-language": "fr"})
    ]  # fmt: skip
    assert told[0].startswith("I have no answer") and told[1].startswith("Je n’ai pas")


def test_what_was_asked_before_gives_the_context(collection, address):
    follow = "Et combien de temps y laisse-t-on l'épreuve ?"
    done = collection.chat.completions.create(model=MODEL, messages=said(follow, QUESTION))
    answer_id = done.id.removeprefix("chatcmpl-")
    explained = httpx.get(f"{address}/answers/{answer_id}/explanation").json()
    assert QUESTION in str(explained)


def test_text_in_parts_is_read(collection):
    parts = [
        {"type": "text", "text": "Comment préparer le bain de fixage"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
        {"type": "text", "text": "à l'hyposulfite ?"},
    ]
    done = collection.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": parts}]
    )
    assert done.model_extra["citations"][0]["document"] == "livre.pdf"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"model": "gpt-4o", "messages": said(QUESTION)}, 404, "model_not_found"),
        ({"model": MODEL, "messages": said("x" * 4001)}, 400, "protocols.too_long"),
        ({"model": MODEL, "messages": said(" ")}, 400, "protocols.no_question"),
        ({"model": MODEL, "messages": [{"role": "system", "content": "x"}]}, 400,
         "protocols.no_question"),
        ({"model": MODEL, "messages": []}, 400, "http.invalid"),
        ({"model": MODEL, "messages": said(QUESTION), "stream": "peut-être"}, 400, "http.invalid"),
        ({"model": MODEL, "messages": [{"role": "user", "content": 3}]}, 400, "http.invalid"),
    ],
)  # fmt: skip
def test_errors_have_the_shape_of_theirs(address, body, status, code):
    got = httpx.post(f"{address}/v1/chat/completions", json=body)
    assert got.status_code == status
    error = got.json()["error"]
    assert error["code"] == code and error["message"] and error["type"] == "invalid_request_error"
    assert "param" in error


def test_the_client_raises_its_own_errors(collection):
    with pytest.raises(openai.NotFoundError) as missing:
        collection.chat.completions.create(model="gpt-4o", messages=said(QUESTION))
    assert missing.value.code == "model_not_found" and MODEL in missing.value.message
    with pytest.raises(openai.BadRequestError):
        collection.chat.completions.create(model=MODEL, messages=[])
    with pytest.raises(openai.NotFoundError):
        collection.embeddings.create(model=MODEL, input="bain")
    with pytest.raises(openai.APIStatusError) as large:
        collection.chat.completions.create(model=MODEL, messages=said("x" * 200_000))
    assert large.value.status_code == 413


def test_the_key_is_the_services(home, monkeypatch):
    monkeypatch.setenv("RAG_API_KEY", KEY)
    with serving(home) as address:
        with (
            openai.OpenAI(base_url=f"{address}/v1", api_key="fausse", max_retries=0) as wrong,
            pytest.raises(openai.AuthenticationError) as refused,
        ):
            wrong.models.list()
        for path in ("models/x", "chat/completions", "embeddings", "nulle/part"):
            assert httpx.post(f"{address}/v1/{path}", json={}).status_code in (401, 405), path
        assert refused.value.code == "invalid_api_key"
        with openai.OpenAI(base_url=f"{address}/v1", api_key=KEY, max_retries=0) as right:
            done = right.chat.completions.create(model=MODEL, messages=said(QUESTION), user="Ève")
            assert "[1]" in done.choices[0].message.content


@pytest.mark.parametrize("stream", [False, True])
def test_an_empty_collection_is_told_by_its_status(tmp_path, stream):
    app = create_app(tmp_path, SETTINGS)
    with TestClient(app, base_url=ADDRESS) as client:
        body = {"model": MODEL, "messages": said(QUESTION), "stream": stream}
        got = client.post("/v1/chat/completions", json=body)
    assert got.status_code == 503 and got.json()["error"]["type"] == "server_error"


@pytest.mark.parametrize("stream", [False, True])
def test_a_fault_of_ours_is_told_and_ends_the_stream(client, monkeypatch, stream):
    def broken(*_, **__):
        raise OSError("secret")

    monkeypatch.setattr(client.app.state.service, "ask", broken)
    body = {"model": MODEL, "messages": said(QUESTION), "stream": stream}
    got = client.post("/v1/chat/completions", json=body)
    assert "secret" not in got.text and '"server_error"' in got.text.replace(" ", "")
    assert got.text.endswith("data: [DONE]\n\n") if stream else got.status_code == 500


def test_words_of_a_model_are_not_sent_before_they_are_checked(client, monkeypatch):
    service = client.app.state.service
    real = service.ask

    def writes(question, *, watch=None, **more):
        watch.token("Buvez le fixateur.")
        return real(question, watch=watch, **more)

    monkeypatch.setattr(service, "ask", writes)
    body = {"model": MODEL, "messages": said(QUESTION), "stream": True}
    told = client.post("/v1/chat/completions", json=body).text
    assert "hyposulfite" in told and "Buvez" not in told


def test_half_a_character_costs_nothing(client):
    raw = b'{"messages": [{"role": "user", "content": "bain de fixage \\ud800"}]}'
    got = client.post(
        "/v1/chat/completions", content=raw, headers={"content-type": "application/json"}
    )
    answer_id = got.json()["id"].removeprefix("chatcmpl-")
    assert client.app.state.service.store.answer(answer_id), "the question was not recorded"


def test_readers_are_kept_as_a_hash(client, home):
    body = {"model": MODEL, "messages": said(QUESTION), "user": "eve@example.org"}
    got = client.post("/v1/chat/completions", json=body)
    assert got.status_code == 200 and "set-cookie" not in got.headers
    client.app.state.service.store.close()
    kept = b"".join(file.read_bytes() for file in home.storage.glob("ragphoto.db*"))
    assert b"bain de fixage" in kept and b"eve@example" not in kept


def test_markup_of_a_document_is_only_text():
    told = plain_words("![x](http://evil.example/a.png) <img src=x> `a` [2]")
    assert plain_words("200 gr\n25 gr") == "200 gr  \n25 gr"
    assert "![x]" not in told and "\\[2\\]" in told and "\\<img" in told

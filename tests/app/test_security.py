from __future__ import annotations

import logging

import pytest
from fastapi.testclient import TestClient

from app.api import create_app
from app.guard import MAX_BODY, PathsOnly, host_name, is_loopback
from tests.app.small_home import ADDRESS, QUESTION, SETTINGS

KEY = "une-clé-de-test"


@pytest.fixture
def locked(home):
    settings = SETTINGS.model_copy(update={"api_key": KEY})
    with TestClient(create_app(home, settings), base_url=ADDRESS) as client:
        yield client


def writes(client, **headers):
    return [
        client.post("/ask", json={"question": QUESTION}, headers=headers),
        client.post("/feedback", params={"question": "q", "answer": "r", "rating": 1},
                    headers=headers),
        client.post("/", data={"question": QUESTION}, headers=headers),
        client.post("/rate", data={"answer_id": "x", "rating": 1}, headers=headers),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://localhost"]
)
def test_a_foreign_page_cannot_write(client, origin):
    assert [r.status_code for r in writes(client, origin=origin)] == [403] * 4
    assert client.get("/stats").json()["rag_queries"] == 0


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_browser_that_says_the_request_is_foreign_is_believed(client, site):
    assert [r.status_code for r in writes(client, **{"sec-fetch-site": site})] == [403] * 4


def test_our_own_page_can_write(client):
    answer = client.post("/ask", json={"question": QUESTION}, headers={"origin": ADDRESS})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host", ["testserver", "evil.example", "evil.example:80", "", "127.0.0.1.evil.example"]
)
def test_a_foreign_host_name_is_refused(reader, host):
    for path in ("/", "/health/live", "/search?q=x"):
        assert reader.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "LOCALHOST", "[::1]:8000", "localhost:99"])
def test_names_of_this_machine_are_admitted(reader, host):
    assert reader.get("/health/live", headers={"host": host}).status_code == 200


def test_without_a_key_only_this_machine_is_answered(home):
    settings = SETTINGS.model_copy(update={"allowed_hosts": ("192.0.2.7", "127.0.0.1")})
    app = create_app(home, settings)
    with TestClient(app, base_url="http://192.0.2.7") as far:
        assert far.get("/").status_code == 403
        assert far.post("/ask", json={"question": QUESTION}).status_code == 403
    with TestClient(app, base_url="http://127.0.0.1") as near:
        assert near.get("/").status_code == 200


EVERYTHING = [
    ("GET", "/"), ("POST", "/"), ("POST", "/ask"), ("GET", "/search?q=bain"), ("GET", "/stats"),
    ("GET", "/health"), ("GET", "/metrics"), ("GET", "/documents"),
    ("POST", "/feedback"), ("POST", "/rate"), ("GET", "/feedback/mine"),
    ("GET", "/feedback/0a"), ("DELETE", "/feedback/0a"), ("PATCH", "/feedback/0a"),
    ("GET", "/me/export"), ("DELETE", "/me"), ("GET", "/remarks"), ("POST", "/remarks/0a/withdraw"),
    ("POST", f"/documents/{'a' * 64}/pages/1/words"),
    ("GET", f"/documents/{'a' * 64}/pages/1/image"), ("GET", f"/view/{'a' * 64}/1"),
    ("POST", "/ask/stream"), ("POST", "/golden"), ("GET", "/answers/0a/explanation"),
    ("GET", f"/documents/{'a' * 64}/pages/1/thumbnail"),
    ("GET", f"/documents/{'a' * 64}/pages/1/crop?words=1-2"),
    ("POST", "/documents"), ("GET", f"/documents/{'a' * 64}"), ("DELETE", f"/documents/{'a' * 64}"),
    ("POST", f"/documents/{'a' * 64}/reread"), ("POST", f"/documents/{'a' * 64}/restore"),
    ("GET", f"/documents/{'a' * 64}/pages/1/text"), ("GET", "/jobs"),
    ("GET", f"/jobs/{'0' * 32}"), ("GET", f"/jobs/{'0' * 32}/events"),
    ("GET", "/releases"), ("GET", "/releases/0a"), ("GET", "/releases/0a/diff/0b"),
    ("POST", "/releases/0a/promote"), ("POST", "/releases/rollback"), ("GET", "/trials"),
    ("POST", "/trials"), ("POST", "/trials/current/decide"), ("DELETE", "/trials/current"),
    ("GET", "/versions"), ("GET", "/versions/0a"), ("GET", "/versions/0a/changes"),
    ("GET", "/versions/0a/promote"), ("POST", "/versions/0a/promote"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_with_a_key_every_route_wants_it(locked, method, path):
    for headers in ({}, {"authorization": "Bearer faux"}, {"authorization": f"Basic {KEY}"}):
        raw = {k: v.encode() for k, v in headers.items()}
        assert locked.request(method, path, headers=raw).status_code == 401
    right = locked.request(method, path, headers={"authorization": f"Bearer {KEY}".encode()})
    assert right.status_code != 401


def test_the_page_opens_with_the_key_given_once(locked):
    assert locked.post("/enter", data={"key": "faux"}).status_code == 401
    entered = locked.post("/enter", data={"key": KEY}, follow_redirects=False)
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and KEY not in cookie
    assert locked.get("/").status_code == 200


def test_a_body_that_is_too_large_is_refused_unread(reader):
    big = "x" * (MAX_BODY + 1)
    assert reader.post("/ask", json={"question": big}).status_code == 413

    def drops():
        for _ in range(MAX_BODY // 1000 + 2):
            yield b"x" * 1000

    assert reader.post("/ask", content=drops()).status_code == 413


def test_every_answer_carries_the_headers_that_keep_a_browser_safe(reader):
    for path in ("/", "/nulle-part", "/static/app.css", "/documents"):
        headers = reader.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_pages_hold_no_inline_script_or_style(reader):
    for page in (reader.get("/"), reader.post("/", data={"question": QUESTION})):
        html = page.text.lower()
        assert "<style" not in html and " style=" not in html and " onclick" not in html
        assert html.count("<script") == html.count('<script type="module" src="/static/')
        assert "http://" not in html.replace("http://www.w3.org", "")


def test_what_a_reader_types_is_never_html(reader):
    attack = '<script>alert(1)</script> bain de fixage "><img src=x onerror=alert(1)>'
    html = reader.post("/", data={"question": attack}).text
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_questions_stay_out_of_access_logs():
    record = logging.LogRecord("uvicorn.access", 20, "", 0, '%s - "%s %s HTTP/%s" %d', (
        "127.0.0.1:1", "GET", "/search?q=secret", "1.1", 200), None)  # fmt: skip
    assert PathsOnly().filter(record)
    assert "secret" not in record.getMessage()
    assert "/search" in record.getMessage()


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("[::1]", True),
     ("0.0.0.0", False), ("::", False), ("192.168.1.4", False), ("example.org", False)],
)  # fmt: skip
def test_loopback(host, local):
    assert is_loopback(host) is local


def test_host_names():
    assert [host_name(h) for h in ("A:80", "a", "[::1]:8000", "[::1]")] == [
        "a", "a", "[::1]", "[::1]",
    ]  # fmt: skip

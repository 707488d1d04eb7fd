"""Keys, roles, sessions: every route × every role."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app import security
from app.api import API, PAGES, create_app
from mlops import keys
from mlops.store import Store
from tests.app.small_home import ADDRESS, QUESTION, SETTINGS

OURS = {"origin": ADDRESS}
GATES = {
    security.may_read: "read",
    security.may_ask: "read",
    security.may_write: "write",
    security.may_edit: "edit",
    security.may_administer: "administer",
}
OPEN = {"/health/live", "/health/ready", "/enter", "/leave"}
ASKING = {"/", "/ask", "/ask/page", "/ask/stream", "/v1/chat/completions"}
READ = ("GET", "HEAD")  # nothing is done
FILLED = {
    "document_id": "a" * 64, "page": "1", "page_number": "1", "feedback_id": "0a",
    "day": "2026-01-01",
}  # fmt: skip


def routes(app):
    """(method, address, actions) of every route of ours; no action when it is open.

    They are read from the routers: the application holds each router as one opaque route.
    """
    for route in [route for room in (*API, *PAGES) for route in room.router.routes]:
        if isinstance(route, APIRoute):
            calls = [dependency.call for dependency in route.dependant.dependencies]
            actions = {GATES[call] for call in calls if call in GATES}
            for method in route.methods:
                yield method, route.path, actions


@pytest.fixture
def held(home):
    """A key of each role."""
    with Store(home) as store:
        return {role: keys.issue(store, role, role)[1] for role in keys.ROLES}


@pytest.fixture
def app(home, held):
    return create_app(home, SETTINGS)


@pytest.fixture
def web(app):
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def bearer(key):
    return {"authorization": f"Bearer {key}"}


def test_every_route_says_what_it_wants(app):
    documented = set(app.openapi()["paths"])
    assert documented and documented <= {path for _, path, _ in routes(app)}
    for method, path, actions in routes(app):
        if path in OPEN:
            assert not actions, path
        else:
            strongest = max(actions, key=list(GATES.values()).index, default=None)
            assert strongest, f"{method} {path} has no gate"
            if method not in READ and path not in ASKING:
                assert strongest != "read", f"{method} {path} changes something for readers"


def test_every_route_for_every_role(app, web, held, monkeypatch):
    monkeypatch.setattr(app.state.asking, "_count", 10_000)
    for method, path, actions in routes(app):
        if path in OPEN or path == "/jobs/{job_id}/events":
            continue
        address = re.sub(r"{(\w+)(:\w+)?}", lambda found: FILLED.get(found[1], "0a"), path)
        assert web.request(method, address).status_code == 401, path
        for role, key in held.items():
            allowed = actions <= security.OPENS[role]
            if allowed and method not in READ:
                continue  # what it does is tested elsewhere
            status = web.request(method, address, headers=bearer(key)).status_code
            assert status != 401, path
            assert (status != 403) is allowed, f"{method} {path} as {role}: {status}"


def test_a_key_is_kept_as_a_hash_and_ends_at_once(home, web, held):
    with Store(home) as store:
        database = b"".join(p.read_bytes() for p in home.storage.glob("ragphoto.db*"))
        assert held["admin"].encode() not in database
        assert held["admin"].split("_", 2)[2].encode() not in database
        assert web.get("/stats", headers=bearer(held["admin"])).status_code == 200
        assert {k.name: bool(k.used_at) for k in keys.listing(store)}["admin"]
        keys.revoke(store, "admin")
        assert web.get("/stats", headers=bearer(held["admin"])).status_code == 401
        for role in ("reader", "editor"):
            keys.revoke(store, role)
        assert web.get("/stats").status_code == 401, "revoking the last key opens nothing"
        keys.forget_all(store)
        assert web.get("/stats").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda k: k[:-1] + ("A" if k[-1] != "A" else "B"),
        lambda k: k[:-1],
        lambda k: k + "A",
        lambda k: "rph_00000000" + k[12:],
        lambda k: "",
    ],
)
def test_a_key_is_the_whole_key(web, held, change):
    wrong = (
        change(held["admin"][:-1] + "B") if held["admin"].endswith("A") else change(held["admin"])
    )
    assert web.get("/stats", headers=bearer(wrong)).status_code == 401


def test_a_name_is_one_persons(home, held):
    with Store(home) as store:
        with pytest.raises(keys.NameTaken):
            keys.issue(store, "reader", "admin")
        with pytest.raises(ValueError, match="want a name"):
            keys.issue(store, "", "reader")
        keys.revoke(store, "reader")
        assert keys.issue(store, "reader", "reader")[0].name == "reader"


def test_a_session_comes_from_a_key_and_ends_with_it(home, web, held):
    entered = web.post("/enter", data={"key": held["editor"]}, headers=OURS)
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"]
    assert held["editor"] not in cookie and "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert web.get("/", headers={"accept": "text/html"}).status_code == 200
    assert "(editor)" in web.get("/", headers={"accept": "text/html"}).text
    with Store(home) as store:
        keys.revoke(store, "editor")
    assert web.get("/").status_code == 401


def test_a_session_cannot_be_made_up_or_outlive_its_hours(web, held, monkeypatch):
    web.post("/enter", data={"key": held["reader"]}, headers=OURS)
    value = web.cookies[security.SESSION_COOKIE]
    key_id, until, signature = value.split(".")
    for forged in (f"{key_id}.{int(until) + 1}.{signature}", f"setting.{until}.{signature}",
                   f"{key_id}..{signature}", "", "x", f"{key_id}.{until}."):  # fmt: skip
        web.cookies.clear()
        assert (
            web.get("/", headers={"cookie": f"{security.SESSION_COOKIE}={forged}"}).status_code
            == 401
        )
    web.cookies.clear()
    later = security.time.time() + security.SESSION_S + 1
    monkeypatch.setattr(security.time, "time", lambda: later)
    assert web.get("/", headers={"cookie": f"{security.SESSION_COOKIE}={value}"}).status_code == 401


def test_a_write_by_session_wants_a_page_that_says_it_is_ours(web, held):
    web.post("/enter", data={"key": held["reader"]}, headers=OURS)
    said = {"question": "q", "answer": "r", "rating": 1}
    assert web.post("/feedback", json=said).status_code == 403
    assert web.post("/feedback", json=said, headers={"origin": "https://evil.example"}
                    ).status_code == 403  # fmt: skip
    assert web.post("/feedback", json=said, headers=OURS).status_code == 200
    web.post("/leave", headers=OURS)
    assert web.get("/").status_code == 401


def test_wrong_keys_are_slowed_and_right_ones_paced(app, web, held, monkeypatch):
    monkeypatch.setattr(app.state.asking, "_count", 2)
    ask = [web.post("/ask", json={"question": QUESTION}, headers=bearer(held["reader"]))
           for _ in range(3)]  # fmt: skip
    assert [r.status_code for r in ask] == [200, 200, 429]
    statuses = [web.get("/stats", headers=bearer("rph_faux")).status_code for _ in range(21)]
    assert statuses == [401] * 20 + [429]


def test_who_holds_a_key_is_who_says_it(web, held):
    said = {"question": "q", "answer": "r", "rating": 1}
    made = web.post("/feedback", json=said, headers=bearer(held["reader"])).json()["feedback_id"]
    for role, status in (("reader", 200), ("editor", 200)):
        assert web.get(f"/feedback/{made}", headers=bearer(held[role])).status_code == status
    mine = web.get("/feedback/mine", headers=bearer(held["editor"])).json()
    assert mine == []


def test_a_request_has_an_id_that_errors_tell(web):
    given = web.get("/nowhere", headers={"x-request-id": "abc-1"})
    assert given.headers["x-request-id"] == "abc-1" and given.json()["request_id"] == "abc-1"
    made = web.get("/nowhere", headers={"x-request-id": "a b\tc"}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{16}", made)


def test_the_command_shows_a_key_once(home, capsys):
    from app.cli import main

    def type_in(*words, code=0):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--home", str(home.root)])
        assert ended.value.code == code
        return capsys.readouterr()

    assert "ragphoto key create" in type_in("key", "list").out
    made = type_in("key", "create", "Ada", "--role", "editor")
    key = made.out.strip()
    assert keys.FORM.fullmatch(key) and "tous" in made.err
    told = type_in("key", "list").out
    assert "Ada" in told and "jamais" in told and key not in told
    assert "ragphoto key revoke Ada" in type_in("key", "create", "Ada", code=2).err
    with Store(home) as store:
        assert keys.holder(store, key).role == "editor"
        type_in("key", "revoke", "Ada")
        assert keys.holder(store, key) is None
        type_in("key", "forget", code=2)
        assert keys.any_issued(store)
        type_in("key", "forget", "--yes")
        assert not keys.any_issued(store)

"""Releases and trials over HTTP: read, compared, put in service, taken back, tried."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from mlops import clock, releases, trials
from mlops import store_tables as t
from mlops.store import Store
from tests.app import small_home

OURS = {"origin": small_home.ADDRESS}
COMPARED = {
    "metric": "nDCG@10", "where": "", "questions": 20, "changed": 4, "missing": 0, "before": 0.8,
    "after": 0.7, "gain": -0.1, "low": -0.18, "high": -0.02, "p_harm": 0.01, "p_gain": 0.99,
}  # fmt: skip


@pytest.fixture
def store(home):
    with Store(home) as store:
        yield store


@pytest.fixture
def two(home, store):
    """The release in service, and another that the gate accepted."""
    folder = small_home.another(home)
    releases.register(store, folder.name, run_id=None)
    releases.mark(store, folder.name, "validated")
    return releases.champion_id(store), folder.name


def refuse(store, first, second):
    """The gate refuses the second, on harm and on lost pages."""
    reasons = [{"code": "harm", **COMPARED}, {"code": "pages_lost", "value": 0.5, "wanted": 0.02}]
    with store.write() as connection:
        connection.execute(
            sa.insert(t.verdicts).values(
                at=clock.stamp(), run_id=None, challenger=second, champion=first, change="method",
                promote=False, reasons=reasons,
                report={"questions": 20, "counted": 20, "comparisons": [COMPARED]},
            )
        )  # fmt: skip
    releases.reject(store, second, ["perte démontrée"], {"kept": 0.9})


def act(client, address, **body):
    return client.post(address, json=body, headers=OURS)


def test_releases_are_listed_page_by_page(client, two):
    found = client.get("/releases", params={"limit": 1}).json()
    assert found["total"] == 2 and [r["release"] for r in found["releases"]] == [two[1]]
    rest = client.get("/releases", params={"limit": 1, "offset": 1}).json()["releases"]
    assert [(r["release"], r["state"]) for r in rest] == [(two[0], "champion")]
    assert rest[0]["bytes"] > 0 and client.get("/releases?limit=201").status_code == 422


def test_one_release_tells_its_verdict_in_codes_and_in_words(client, store, two):
    refuse(store, *two)
    found = client.get(f"/releases/{two[1][:10]}", params={"lang": "en"}).json()
    assert found["state"] == "refused" and found["verdict"] == "refuse"
    gate = found["gate"]
    assert [r["code"] for r in gate["reasons"]] == ["harm", "pages_lost"]
    assert "shown to be worse" in gate["reasons"][0]["words"]
    assert {p["name"]: p["passed"] for p in gate["probes"]} == {
        "words": True, "vectors": True, "pages": False,
    }  # fmt: skip
    one = gate["measures"][0]
    assert (one["before"], one["after"]) == (0.8, 0.7)
    assert (one["low"], one["high"]) == pytest.approx((0.62, 0.78))
    assert one["floor"] == pytest.approx(0.78), "what a change of method may lose"
    assert client.get("/releases/champion").json()["release"] == two[0]
    assert client.get("/releases/zz").status_code == 404


def test_a_release_that_did_not_change_is_not_sent_again(client, two):
    first = client.get(f"/releases/{two[0]}")
    same = {"if-none-match": first.headers["etag"]}
    again = client.get(f"/releases/{two[0]}", headers=same)
    assert again.status_code == 304 and not again.content
    act(client, f"/releases/{two[1]}/promote")
    assert client.get(f"/releases/{two[0]}", headers=same).status_code == 200


def keep_golden(home):
    """A question that only the second release answers."""
    golden = {"id": "q1", "question": "Elle diminue quand on approche du sujet ?", "kind": "fact",
              "gold": [{"document": "notes.md", "page": 1}]}  # fmt: skip
    (home.root / "golden.jsonl").write_text(json.dumps(golden) + "\n", "utf-8")


def test_what_changes_between_two(client, home, two):
    address = f"/releases/{two[0]}/diff/{two[1]}"
    quick = client.get(address, params={"questions": False}).json()
    assert quick["parts"] and quick["asked"] == 0
    keep_golden(home)
    found = client.get(address).json()
    assert found["asked"] == 1
    change = found["changed"][0]
    assert change["better"] and (change["before"]["answered"], change["after"]["answered"]) == (
        False,
        True,
    )
    assert (found["before"], found["after"]) == two
    (home.releases / two[1] / "manifest.json").unlink()
    assert client.get(address, params={"questions": False}).status_code == 409


def test_promoted_then_taken_back(client, store, two):
    first, second = two
    done = act(client, f"/releases/{second}/promote", reason="mieux lue", expected=first)
    assert done.json() == {"in_service": second, "previous": first}
    assert client.get("/health/ready").json()["release"] == second
    life = client.get(f"/releases/{second}").json()["life"][-1]
    assert life["reason"] == "mieux lue" and life["author"] not in ("", "test")
    late = act(client, f"/releases/{second}/promote", expected=first)
    assert late.status_code == 409 and late.json()["code"] == "versions.moved"
    back = act(client, "/releases/rollback", expected=second)
    assert back.json() == {"in_service": first, "previous": second}
    twice = act(client, "/releases/rollback", expected=second)
    assert twice.status_code == 409, "asked twice, it goes back once"
    assert releases.champion_id(store) == first
    assert act(client, "/releases/rollback").status_code == 409, "nothing before the first"


def test_what_the_gate_refused_wants_force_and_a_reason(client, store, two):
    first, second = two
    refuse(store, first, second)
    for body in ({}, {"force": True}, {"reason": "vu"}, {"force": True, "reason": " "}):
        refused = act(client, f"/releases/{second}/promote", **body)
        assert refused.status_code == 409 and "force" in refused.json()["detail"]
    assert act(client, "/trials", release=second).status_code == 409
    assert releases.champion_id(store) == first
    forced = act(client, f"/releases/{second}/promote", force=True, reason="vu par deux")
    assert forced.status_code == 200 and releases.champion_id(store) == second


def test_a_release_without_its_folder_is_not_put_in_service(client, home, store, two):
    (home.releases / two[1] / "manifest.json").unlink()
    refused = act(client, f"/releases/{two[1]}/promote")
    assert refused.status_code == 409 and refused.json()["code"] == "release_gone"
    assert releases.champion_id(store) == two[0]


def test_a_trial_begins_is_seen_and_stops(client, store, two):
    first, second = two
    begun = act(client, "/trials", release=second[:8], kind="canary", share=0.25, hours=2)
    assert begun.status_code == 201
    assert (begun.json()["challenger"], begun.json()["share"]) == (second, 0.25)
    assert act(client, "/trials", release=second).json()["code"] == "trial_open"
    assert client.get(f"/releases/{second}").json()["state"] == "challenger"
    for n in range(12):
        asked = {"question": small_home.QUESTION}
        client.post("/ask", json=asked, headers={"x-reader": f"reader-{n:03}"})
    seen = client.get("/trials").json()["current"]["evidence"]
    assert seen["champion"]["answers"] + seen["canary"]["answers"] == 12
    ended = client.delete("/trials/current", params={"why": "assez vu"}, headers=OURS).json()
    assert ended["decision"] == "abandoned" and "assez vu" in ended["reasons"][0]["words"]
    found = client.get("/trials").json()
    assert found["current"] is None and found["total"] == 1
    assert client.delete("/trials/current", headers=OURS).status_code == 404
    assert act(client, "/trials", release=first).json()["code"] == "no_challenger"


def test_a_shadow_is_decided_on_what_there_is(client, store, two):
    act(client, "/trials", release=two[1], kind="shadow")
    assert client.get("/trials").json()["current"]["evidence"]["questions"] == 0
    ended = client.post("/trials/current/decide", headers=OURS).json()
    assert ended["decision"] == "promoted" and releases.champion_id(store) == two[1]


def test_promoting_ends_the_trial_under_way(client, store, two):
    act(client, "/trials", release=two[1])
    act(client, f"/releases/{two[1]}/promote")
    assert trials.current(store) is None
    assert trials.last(store)[0].decision == "promoted"

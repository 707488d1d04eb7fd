"""``ragphoto release`` and ``trial`` as typed; and a service that never drops a question."""

from __future__ import annotations

import contextlib
import io
import json
import threading
import time

import httpx
import pytest

from app import cli
from mlops import releases
from mlops.store import Store
from tests.app import small_home
from tests.app.test_streaming import running

QUESTION = {"question": small_home.QUESTION}


@pytest.fixture
def two(home):
    """A home with two releases, the first in service."""
    folder = small_home.another(home)
    with Store(home) as store:
        first = releases.champion_id(store)
        releases.register(store, folder.name, run_id=None)
    return home, first, folder.name


def typed(home, *words):
    """Exit code and standard output of a command typed in English."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told), pytest.raises(SystemExit) as ended:
        cli.main([*words, "--home", str(home.root), "--lang", "en"])
    return ended.value.code or 0, told.getvalue()


def test_the_life_of_two_releases(two):
    home, first, second = two
    code, told = typed(home, "release", "list")
    assert code == 0 and "in service" in told and "candidate" in told
    assert typed(home, "release", "promote", second[:8]) == (0, f"In service: {second}\n")
    code, told = typed(home, "release", "show", "champion")
    assert second in told and "promoted by" in told
    assert typed(home, "release", "rollback", "--why", "worse") == (0, f"In service: {first}\n")
    code, told = typed(home, "release", "show", second, "--json")
    found = json.loads(told)
    assert [row["action"] for row in found["promotions"]] == ["promote", "rollback"]
    assert found["promotions"][1]["reason"] == "worse"
    told = typed(home, "release", "show", second)[1]
    assert "taken back by" in told and f"{first} is put back: worse" in told
    told = typed(home, "release", "show", first)[1]
    assert f"replaced by {second}" in told and "put back by" in told and told.count("worse") == 1
    assert found["bytes"] >= found["own_bytes"] > 0


def test_a_rollback_takes_less_than_a_second(two):
    home, first, second = two
    typed(home, "release", "promote", second)
    begun = time.monotonic()
    assert typed(home, "release", "rollback") == (0, f"In service: {first}\n")
    assert time.monotonic() - begun < 1.0


def test_names_that_mean_nothing_are_told(two):
    home, _, second = two
    assert typed(home, "release", "show", "previous")[0] == 2
    assert typed(home, "release", "show", "zz")[0] == 2
    assert typed(home, "release", "show", "")[0] == 2, "all of them begin so"
    (home.releases / second / "manifest.json").unlink()
    assert typed(home, "release", "promote", second)[0] == 4, "its folder is damaged"
    with Store(home) as store:
        assert releases.champion_id(store) != second


def test_diff_and_clean(two):
    home, first, second = two
    code, told = typed(home, "release", "diff", first, second)
    assert code == 0 and "What differs" in told and "No golden.jsonl" in told
    assert typed(home, "release", "diff", first, first)[1] == "These two are the same release.\n"
    assert json.loads(typed(home, "release", "clean", "--json")[1])["removed"] == []


def test_a_trial_is_begun_looked_at_and_stopped(two):
    home, _, second = two
    code, told = typed(home, "trial", "start", second, "--kind", "canary", "--share", "0.2")
    assert code == 0 and "Trial canary" in told and "20 %" in told
    assert typed(home, "trial", "start", second)[0] == 4
    code, told = typed(home, "trial", "status")
    assert "champion: ratings 0" in told and "canary: ratings 0" in told
    assert "abandoned" in typed(home, "trial", "stop", "--why", "enough")[1]
    assert "No trial" in typed(home, "trial", "decide")[1]
    assert "trial stopped enough" in typed(home, "trial", "status")[1]
    assert typed(home, "trial", "start", second, "--kind", "other")[0] == 2


@pytest.fixture
def address(two):
    """A real server; a test client is not made for several threads."""
    with running(two[0], small_home.SETTINGS) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.slow
def test_no_question_is_dropped_while_releases_change_twenty_times(two, address):
    home, first, second = two
    stop, faults, seen = threading.Event(), [], []

    def one(client):
        response = client.post("/ask", json=QUESTION)
        if response.status_code != 200:
            return faults.append(response.text)
        answer = response.json()
        cited = {c["release"] for s in answer["sentences"] for c in s["citations"]}
        if not cited <= {answer["release"]}:
            faults.append(f"{answer['release']} cites {cited}")
        return seen.append(answer["release"])

    def ask():
        with httpx.Client(base_url=address, timeout=30) as client:
            while not stop.is_set() and not faults:
                one(client)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    delays = []
    with Store(home) as store, httpx.Client(base_url=address, timeout=30) as client:
        for turn in range(20):
            wanted = second if turn % 2 == 0 else first
            if turn % 2 == 0:
                releases.promote(store, second, by="test")
            else:
                releases.rollback(store, by="test", usable=releases.in_folder(home))
            begun = time.monotonic()
            while client.post("/ask", json=QUESTION).json()["release"] != wanted:
                assert time.monotonic() - begun < 2.0
            delays.append(time.monotonic() - begun)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert faults == []
    assert set(seen) == {first, second} and len(seen) > 20
    assert max(delays) < 2.0

"""``ragphoto drift`` as typed: what drifted, since when, three examples, what to do."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from mlops import clock, drift
from mlops import store_tables as t
from mlops.store import Store
from rag.settings import Settings
from tests.app import small_home
from tests.app.test_release_command import typed

BOAT = "Où amarrer mon \x1b[31mvoilier\nde nuit ?"


@pytest.fixture
def drifting(tmp_path):
    """Five weeks of one question, the last with as many about a boat; seen two nights ago."""
    home = small_home.build(tmp_path / "home")
    (home.root / "ragphoto.toml").write_text('embedder = "none"\n', "utf-8")
    now = clock.now()
    with Store(home) as store:
        rows = [
            {
                "answer_id": f"a{n}", "at": clock.stamp(now - timedelta(hours=4 * n + 1)),
                "question": BOAT if n < 30 and n % 2 else "Combien d'hyposulfite par litre ?",
                "outcome": "answer", "reason": "", "release_id": "r", "seconds": 0.1,
                "answer_chars": 9, "sources": 1, "score": 0.8,
            }
            for n in range(200)
        ]  # fmt: skip
        with store.write() as connection:
            connection.execute(sa.insert(t.queries), rows)
        with clock.told_by(now - timedelta(hours=1)):
            drift.look(home, Settings(embedder="none"), store)
    return home, now


def test_it_says_what_since_when_and_what_to_do(drifting):
    home, now = drifting
    code, told = typed(home, "drift")
    assert code == 0
    assert "! Topics of questions" in told
    assert f"Since the night of {clock.stamp(now - timedelta(hours=1))[:10]}." in told
    assert "« Où amarrer mon [31mvoilier de nuit ? »" in told, "a terminal obeys no reader"
    assert "→ See whether the collection answers them" in told
    assert "too few to compare" in told, "nobody rated"


def test_looking_keeps_nothing(drifting):
    home, _ = drifting
    typed(home, "drift")
    with Store(home) as store, store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.drifts)) == 6


def test_json_has_no_nan(drifting):
    found = json.loads(typed(drifting[0], "drift", "--json")[1])
    by_name = {finding["detector"]: finding for finding in found}
    assert by_name["topics"]["drifted"] and by_name["ratings"]["p"] is None


@pytest.mark.parametrize("days", ["0", "nan", "1e12", "99999999"])
def test_impossible_windows_are_refused(drifting, days):
    assert typed(drifting[0], "drift", "--days", days)[0] == 2

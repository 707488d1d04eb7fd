"""One release in service, changed in one transaction."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from mlops import releases
from mlops import store_tables as t
from mlops.store import Store
from rag.errors import RunRefused
from rag.index.format import FORMAT
from rag.settings import Home


@pytest.fixture
def store(home: Home) -> Store:
    store = Store(home)
    for name in ("one", "two", "three"):
        releases.register(store, name, run_id=None)
    return store


def states(store: Store) -> dict[str, str]:
    return {row.release_id: row.state for row in releases.listing(store)}


def test_there_is_no_champion_before_a_promotion(home: Home) -> None:
    assert releases.champion(home) is None
    assert not home.database.exists(), "looking creates nothing"


def test_promotion_retires_the_one_before(store: Store, home: Home) -> None:
    releases.promote(store, "one", by="test")
    releases.promote(store, "two", by="test")
    assert states(store) == {"one": "retired", "two": "champion", "three": "candidate"}
    assert releases.champion(home) == home.releases / "two"


def test_rollback_goes_to_the_predecessor_then_to_its_own(store: Store) -> None:
    for name in ("one", "two", "three"):
        releases.promote(store, name, by="test")
    assert releases.rollback(store, by="test") == "two"
    assert releases.rollback(store, by="test") == "one"
    with pytest.raises(RunRefused):
        releases.rollback(store, by="test")
    assert releases.champion_id(store) == "one"


def test_a_rejected_release_never_takes_the_place(store: Store) -> None:
    releases.promote(store, "one", by="test")
    releases.reject(store, "two", ["recall"], {})
    releases.reject(store, "one", ["too late"], {})
    assert states(store)["one"] == "champion"
    assert states(store)["two"] == "rejected"


def test_an_unknown_release_changes_nothing(store: Store) -> None:
    releases.promote(store, "one", by="test")
    with pytest.raises(ValueError, match="no release"):
        releases.promote(store, "never built", by="test")
    assert releases.champion_id(store) == "one"


def test_the_database_itself_refuses_two_champions(store: Store) -> None:
    releases.promote(store, "one", by="test")
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(
            sa.update(t.releases).where(t.releases.c.release_id == "two").values(state="champion")
        )


def folder_of(home: Home, name: str) -> None:
    (home.releases / name).mkdir(parents=True)
    whole = {"format": FORMAT, "files": {"chunks.jsonl": "0"}}
    (home.releases / name / "manifest.json").write_text(json.dumps(whole), "utf-8")
    (home.releases / name / "chunks.jsonl").write_text("", "utf-8")


def test_rollback_passes_over_what_cannot_answer(store: Store, home: Home) -> None:
    for name in ("one", "two", "three"):
        folder_of(home, name)
        releases.promote(store, name, by="test")
    (home.releases / "two" / "chunks.jsonl").unlink()
    assert releases.rollback(store, by="test", usable=releases.in_folder(home)) == "one"
    with pytest.raises(RunRefused):
        releases.rollback(store, by="test", usable=releases.in_folder(home))
    assert releases.champion_id(store) == "one"


def test_a_release_that_was_taken_out_does_not_come_again_by_itself(store: Store) -> None:
    releases.promote(store, "one", by="test")
    releases.promote(store, "two", by="test")
    assert releases.taken_back(store, "two") is None
    releases.rollback(store, by="test", reason="worse")
    assert releases.taken_back(store, "two") == "worse"
    assert releases.taken_back(store, "one") is None
    releases.promote(store, "two", by="a person")
    assert releases.taken_back(store, "two") is None

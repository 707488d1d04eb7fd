"""Releases in a real MLflow: runs, figures, versions, aliases; and nothing when it is not there."""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from mlops import experiments, releases
from mlops import store_tables as t
from mlops.store import Store
from rag.settings import Home, Settings

pytestmark = [
    pytest.mark.slow,  # MLflow makes its tables in three seconds
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning"),  # its own
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture
def store(home: Home) -> Store:
    store = Store(home)
    for name in ("one", "two"):
        folder = home.releases / name
        folder.mkdir(parents=True)
        manifest = {"counts": {"chunks": 7}, "embedder": {"name": "e5"}, "versions": {"layout": 3}}
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        releases.register(store, name, run_id=None, program="p1", method="m1")
    with store.write() as connection:
        connection.execute(
            sa.insert(t.evaluations).values(
                release_id="one", program="p1", questions_key="k", at="2026-01-01T00:00:00+00:00",
                rows=[{"id": "q1", "values": {"nDCG@10": 1.0}, "parts": {}, "gold": [],
                       "question": "?"},
                      {"id": "q2", "values": {"nDCG@10": 0.5}, "parts": {}, "gold": [],
                       "question": "?"}],
                timings={"p95_s": 0.25, "questions": 2},
            )
        )  # fmt: skip
    releases.promote(store, "one", by="test", scores={"recall": 0.9, "broken": float("nan")})
    return store


def client_of(home: Home):  # type: ignore[no-untyped-def]
    from mlflow import MlflowClient

    where = experiments.address(home, Settings())
    return MlflowClient(where, where)


def test_a_release_is_one_run_with_figures_and_a_version(store: Store, home: Home) -> None:
    first = experiments.record_release(home, Settings(), store, "one")
    assert first is not None
    assert experiments.record_release(home, Settings(), store, "one") == first, "noted once"
    client = client_of(home)
    run = client.get_run(first)
    assert run.data.metrics["golden_nDCG_10"] == 0.75
    assert (run.data.metrics["p95_s"], run.data.metrics["chunks"]) == (0.25, 7)
    assert "broken" not in run.data.metrics
    assert run.data.params["embedder_name"] == "e5"
    assert (run.data.tags["state"], run.info.status) == ("champion", "FINISHED")
    files = {item.path for item in client.list_artifacts(first)}
    assert files == {"manifest.json", "questions.json"}
    assert (home.storage / "mlflow-artifacts").is_dir()

    releases.promote(store, "two", by="test")
    second = experiments.record_release(home, Settings(), store, "two")
    champion = client.get_model_version_by_alias(experiments.NAME, "champion")
    assert (champion.run_id, champion.tags["release_id"]) == (second, "two")
    releases.rollback(store, by="test")
    experiments.record_release(home, Settings(), store, "one")
    assert client.get_model_version_by_alias(experiments.NAME, "champion").run_id == first


def test_off_does_nothing(store: Store, home: Home) -> None:
    assert experiments.record_release(home, Settings(mlflow="off"), store, "one") is None
    assert not (home.storage / "mlflow.db").exists()


def test_without_the_library_there_is_one_line_in_the_log(
    store: Store, home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with caplog.at_level(logging.INFO):
        assert experiments.record_release(home, Settings(), store, "one") is None
    assert "rag-photographie[mlflow]" in caplog.text


def test_a_dead_server_is_given_up_soon(
    store: Store, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    begun = time.monotonic()
    settings = Settings(mlflow="http://127.0.0.1:9")
    assert experiments.record_release(home, settings, store, "one") is None
    assert time.monotonic() - begun < 20
    assert "was not noted" in caplog.text


def test_a_release_nobody_knows_is_not_raised(store: Store, home: Home, tmp_path: Path) -> None:
    assert experiments.record_release(home, Settings(), store, "unknown") is None

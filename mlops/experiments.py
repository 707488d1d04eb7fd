"""Releases as MLflow runs and model versions: for people who look there; nothing waits for it.

A sqlite file of its own beside the record (``storage/mlflow.db``), or a server when ``mlflow`` is
an address. Without the extra ``mlflow``, without a server, or with "off", nothing is recorded.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from statistics import fmean
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.metrics_export import finite
from mlops.store import Store
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

NAME = "rag-photographie"  # of the experiment and of the registered model
QUIET = {  # set before the library is imported: no telemetry, and a dead server is given up soon
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "5",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
}


def record_release(home: Home, settings: Settings, store: Store, release_id: str) -> str | None:
    """Note a release, its figures and its verdict; called again, the same run is brought up.

    Returns:
        The id of the MLflow run; None when it could not be noted, which is logged and never raised.
    """
    if settings.mlflow == "off":
        return None
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        return _record(home, settings, store, release_id)
    except ImportError:
        log.info("MLflow is not here: pip install 'rag-photographie[mlflow]', or mlflow = \"off\"")
    except Exception as error:  # noqa: BLE001 - a library and a server that are not ours
        log.warning("release %s was not noted in MLflow: %s", release_id, error)
    return None


def address(home: Home, settings: Settings) -> str:
    """Where MLflow's record is."""
    if settings.mlflow == "local":
        return f"sqlite:///{home.storage / 'mlflow.db'}"
    return settings.mlflow


def _record(home: Home, settings: Settings, store: Store, release_id: str) -> str:
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from mlflow import MlflowClient

    where = address(home, settings)
    client = MlflowClient(where, where)
    facts = _facts(home, store, release_id)
    run_id = _run(client, _experiment(client, home, settings), release_id)
    for name, value in facts["params"].items():
        client.log_param(run_id, name, value)
    for name, value in facts["metrics"].items():
        client.log_metric(run_id, name, value)
    for name, value in facts["tags"].items():
        client.set_tag(run_id, name, value)
    for name, value in facts["files"].items():
        client.log_text(run_id, json.dumps(value, ensure_ascii=False, indent=1), name)
    _register(client, store, release_id, run_id)
    client.set_terminated(run_id)
    return run_id


def _experiment(client: Any, home: Home, settings: Settings) -> str:
    found = client.get_experiment_by_name(NAME)
    if found is not None:
        return str(found.experiment_id)
    if settings.mlflow != "local":
        return str(client.create_experiment(NAME))
    folder = home.storage / "mlflow-artifacts"
    folder.mkdir(parents=True, exist_ok=True)
    return str(client.create_experiment(NAME, artifact_location=folder.as_uri()))


def _run(client: Any, experiment: str, release_id: str) -> str:
    """The run of a release: one, however often it is noted."""
    found = client.search_runs([experiment], f"tags.release_id = '{release_id}'", max_results=1)
    if found:
        return str(found[0].info.run_id)
    tags = {"release_id": release_id}
    return str(client.create_run(experiment, run_name=release_id, tags=tags).info.run_id)


def _facts(home: Home, store: Store, release_id: str) -> dict[str, dict[str, Any]]:
    """Everything that is noted of a release, read from the record and its manifest."""
    with store.read() as connection:
        row = connection.execute(
            sa.select(t.releases).where(t.releases.c.release_id == release_id)
        ).one()
        verdict = _latest(connection, t.verdicts, t.verdicts.c.challenger == release_id)
        asked = _latest(connection, t.evaluations, t.evaluations.c.release_id == release_id)
    path = home.releases / release_id / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    params: dict[str, Any] = {"program": row.program, "method": row.method}
    params |= {f"version_{k}": v for k, v in manifest.get("versions", {}).items()}
    embedder = manifest.get("embedder") or {}
    params |= {f"embedder_{k}": v for k, v in embedder.items()}
    metrics = {**row.scores, **_means(asked), **manifest.get("counts", {})}
    files = {"manifest.json": manifest}
    if asked is not None:
        files["questions.json"] = asked["rows"]
    tags = {"state": row.state, "parent": row.parent, "built_at": row.created_at}
    if verdict is not None:
        files["verdict.json"] = {"reasons": verdict["reasons"], "report": verdict["report"]}
        tags |= {"change": verdict["change"], "gate": "passed" if verdict["promote"] else "refused"}
    return {
        "params": {k: str(v)[:500] for k, v in params.items() if v is not None},
        "metrics": {_name(k): float(v) for k, v in metrics.items() if _is_number(v)},
        "tags": {k: str(v) for k, v in tags.items() if v is not None},
        "files": files,
    }


def _latest(
    connection: sa.Connection, table: sa.Table, where: sa.ColumnElement[bool]
) -> dict[str, Any] | None:
    query = sa.select(table).where(where).order_by(table.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def _means(asked: Mapping[str, Any] | None) -> dict[str, float]:
    """Mean of each measure over the questions, and the time of an answer."""
    if asked is None:
        return {}
    by_name: dict[str, list[float]] = {}
    for row in asked["rows"]:
        for name, value in row["values"].items():
            by_name.setdefault(name, []).append(value)
    means = {f"golden_{name}": fmean(values) for name, values in by_name.items()}
    return means | {k: v for k, v in asked["timings"].items() if v is not None}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and finite(float(value)) is not None


def _name(text: str) -> str:
    """A name that MLflow takes: letters, figures and -_./ only."""
    return "".join(c if c.isalnum() or c in "-_./" else "_" for c in text)


def _register(client: Any, store: Store, release_id: str, run_id: str) -> None:
    """A version of the model for the release, and the aliases where they belong now."""
    from mlflow.exceptions import MlflowException

    try:
        client.get_registered_model(NAME)
    except MlflowException:
        client.create_registered_model(NAME)
    versions = {v.tags.get("release_id"): v for v in client.search_model_versions(f"name='{NAME}'")}
    if release_id not in versions:
        source = client.get_run(run_id).info.artifact_uri
        versions[release_id] = client.create_model_version(
            NAME, source, run_id=run_id, tags={"release_id": release_id}
        )
    query = sa.select(t.releases.c.release_id, t.releases.c.state)
    with store.read() as connection:
        states = {state: name for name, state in connection.execute(query)}
    challenger = states.get("canary") or states.get("shadow")
    for alias, release in (("champion", states.get("champion")), ("challenger", challenger)):
        if release in versions:
            client.set_registered_model_alias(NAME, alias, versions[release].version)
        else:
            client.delete_registered_model_alias(NAME, alias)

"""Against a real Prefect server, started here: deployment, schedule, queue, a worker's run."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from mlops import store_tables as t
from mlops.store import Store
from rag.settings import PROJECT_ROOT, Home
from tests.guide.snippets import containing

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.timeout(420)]

BIN = Path(sys.executable).parent
NOTE = "La profondeur de champ est la zone nette devant et derrière le sujet.\n"


@dataclass
class Server:
    """A Prefect server of its own, and the environment that finds it."""

    url: str
    environment: dict[str, str]
    home: Home

    def run(self, *words: str, wait: float = 240) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            list(words), cwd=PROJECT_ROOT, env=self.environment, capture_output=True, text=True,
            timeout=wait, check=False,
        )  # fmt: skip

    def post(self, path: str, body: dict[str, object]) -> object:
        return httpx.post(f"{self.url}/{path}", json=body, timeout=30).json()

    def state(self, run: object) -> str:
        return str(httpx.get(f"{self.url}/flow_runs/{run}", timeout=30).json()["state"]["type"])

    def deployment(self) -> dict[str, object]:
        found = httpx.get(f"{self.url}/deployments/name/rag-night/rag-pipeline-daily", timeout=30)
        assert found.status_code == 200, found.text
        return dict(found.json())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("prefect")
    home = Home(folder / "home")
    home.data.mkdir(parents=True)
    (home.data / "notes.md").write_text(NOTE * 20, "utf-8")
    (home.root / "ragphoto.toml").write_text(
        'embedder = "none"\nworkers = 1\nmlflow = "off"\n', "utf-8"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    environment = dict(
        os.environ, PREFECT_HOME=str(folder / "prefect"), PREFECT_API_URL=url,
        PREFECT_SERVER_ANALYTICS_ENABLED="false", DO_NOT_TRACK="1", RAG_HOME=str(home.root),
        PREFECT_WORKER_QUERY_SECONDS="2",
    )  # fmt: skip
    process = subprocess.Popen(
        [BIN / "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(f"{url}/health")
        yield Server(url, environment, home)
    finally:
        process.terminate()
        process.wait(30)


def _until(true: Callable[[], bool], what: str) -> None:
    for _ in range(180):
        if true():
            return
        time.sleep(0.5)
    raise AssertionError(f"not within 90 s: {what}")


def _wait_for(address: str) -> None:
    for _ in range(240):
        try:
            if httpx.get(address, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise AssertionError("the Prefect server did not start")


@pytest.fixture(scope="module")
def deployed(server: Server) -> Server:
    done = server.run(
        sys.executable, "mlops/deploy.py", "deploy", "--home", str(server.home.root),
        "--at", "02:00", "--zone", "Europe/Paris",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "prefect worker start --pool ragphoto --work-queue production" in done.stdout
    return server


def test_the_deployment_is_what_the_guide_asks_for(deployed: Server) -> None:
    found = deployed.deployment()
    assert found["work_queue_name"] == "production"
    assert found["work_pool_name"] == "ragphoto"
    schedule = found["schedules"][0]["schedule"]  # type: ignore[index]
    assert (schedule["cron"], schedule["timezone"]) == ("0 2 * * *", "Europe/Paris")
    when = {"at": "02:00", "zone": "Europe/Paris"}
    assert found["parameters"] == {"home": str(deployed.home.root), **when}
    assert found["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"  # type: ignore[index]
    again = deployed.run(
        sys.executable, "mlops/deploy.py", "deploy", "--home", str(deployed.home.root)
    )
    assert again.returncode == 0, "deployed twice, it is there once"


def test_a_worker_makes_the_night_once(deployed: Server) -> None:
    first = deployed.post(f"deployments/{deployed.deployment()['id']}/create_flow_run", {})
    done = deployed.run(
        str(BIN / "prefect"), "worker", "start", "--pool", "ragphoto",
        "--work-queue", "production", "--run-once",
    )  # fmt: skip
    run = httpx.get(f"{deployed.url}/flow_runs/{first['id']}", timeout=30).json()  # type: ignore[index]
    assert run["state"]["type"] == "COMPLETED", (run["state"], done.stdout[-3000:])
    with Store(deployed.home) as store, store.read() as connection:
        nights = connection.execute(sa.select(t.nights)).mappings().all()
    assert [night["state"] for night in nights] == ["done"]
    assert nights[0]["steps"]["pipeline"]["detail"]["decision"] == "promoted"
    tasks = deployed.post("task_runs/filter", {})
    assert {task["name"].rpartition("-")[0] for task in tasks} >= {"read_pages", "embed_chunks"}  # type: ignore[union-attr]


def test_the_guide_s_snippet_deploys_the_seven_stages(deployed: Server, tmp_path: Path) -> None:
    script = tmp_path / "deployment.py"
    script.write_text(containing("rag_mlops_pipeline.from_source(").code, "utf-8")
    done = deployed.run(sys.executable, str(script))
    assert done.returncode == 0, done.stderr
    name = "rag-mlops-pipeline/rag-pipeline-daily"
    found = httpx.get(f"{deployed.url}/deployments/name/{name}", timeout=30).json()
    assert found["work_queue_name"] == "production"
    schedule = found["schedules"][0]["schedule"]
    assert (schedule["cron"], schedule["timezone"]) == ("0 2 * * *", "Europe/Paris")
    assert found["entrypoint"] == "mlops/pipeline.py:rag_mlops_pipeline"


def test_a_second_run_at_once_is_cancelled(deployed: Server) -> None:
    address = f"deployments/{deployed.deployment()['id']}/create_flow_run"
    first, second = (deployed.post(address, {})["id"] for _ in range(2))  # type: ignore[index]

    def move(run: object, state: str) -> str:
        body: dict[str, object] = {"state": {"type": state}}
        answer = deployed.post(f"flow_runs/{run}/set_state", body)
        return str(answer["state"]["type"])  # type: ignore[index]

    assert move(first, "PENDING") == "PENDING"
    assert move(second, "PENDING") == "CANCELLED"
    assert move(first, "CANCELLED") == "CANCELLED", "and the next may run"


def test_prefect_yaml_deploys_the_same(deployed: Server) -> None:
    done = deployed.run(str(BIN / "prefect"), "--no-prompt", "deploy", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    found = deployed.deployment()
    assert (found["work_pool_name"], found["work_queue_name"]) == ("ragphoto", "production")
    schedule = found["schedules"][0]["schedule"]  # type: ignore[index]
    assert (schedule["cron"], schedule["timezone"]) == ("0 2 * * *", "Europe/Paris")
    assert found["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"  # type: ignore[index]
    assert found["entrypoint"] == "mlops/deploy.py:rag_night"


def test_serve_runs_what_is_asked_and_leaves_the_schedule_on(deployed: Server) -> None:
    words = [sys.executable, "mlops/deploy.py", "serve", "--home", str(deployed.home.root)]
    with subprocess.Popen(
        words, cwd=PROJECT_ROOT, env=deployed.environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            _until(lambda: deployed.deployment()["work_pool_name"] is None, "served")
            address = f"deployments/{deployed.deployment()['id']}/create_flow_run"
            run = deployed.post(address, {})["id"]  # type: ignore[index]
            _until(lambda: deployed.state(run) == "COMPLETED", "the run is completed")
        finally:
            process.terminate()
    assert deployed.deployment()["schedules"][0]["active"], "pause_on_shutdown=False"  # type: ignore[index]
    assert not deployed.deployment()["paused"]


def test_without_a_server_it_says_that_nothing_would_fire(server: Server, tmp_path: Path) -> None:
    environment = {k: v for k, v in server.environment.items() if k != "PREFECT_API_URL"}
    environment["PREFECT_HOME"] = str(tmp_path)
    for command in ("deploy", "serve"):
        done = subprocess.run(
            [sys.executable, "mlops/deploy.py", command], cwd=PROJECT_ROOT, env=environment,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "rien ne se déclencherait" in done.stderr


def test_results_are_small_and_never_pickles(deployed: Server) -> None:
    stored = list(Path(deployed.environment["PREFECT_HOME"]).rglob("storage/*"))
    assert stored == [], "no result is persisted"
    assert json.dumps(deployed.deployment()["parameters"])

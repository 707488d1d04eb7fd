"""The night as a Prefect 3 deployment, ``rag-night/rag-pipeline-daily``.

    python mlops/deploy.py deploy   # a work pool with its queue "production", and workers
    python mlops/deploy.py serve    # one machine: this process waits and runs the nights

Both need a Prefect server (``prefect server start``) at PREFECT_API_URL: without one, nothing ever
fires. The night goes through the lease of its date, so a deployment beside cron makes it once.
"""

# ruff: noqa: E402  (the path and Prefect's telemetry come first)
from __future__ import annotations

import sys
from pathlib import Path

if __package__ in (None, ""):  # run as a file: put the project root, not mlops/, first on the path
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from mlops.launch import ensure_environment

    ensure_environment(__file__)

import argparse
import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from mlops import quiet_prefect  # isort: skip  (before Prefect: no telemetry, no chatter)

quiet_prefect.switch_off_telemetry()

from prefect import flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron, Schedule

from mlops.night import run_night
from mlops.night.due import hour_of, zone_of
from mlops.pipeline import rag_mlops_pipeline
from rag.progress import Progress
from rag.settings import PROJECT_ROOT, Home, Settings, find_home

NAME = "rag-pipeline-daily"
QUEUE = "production"
POOL = "ragphoto"
ENTRYPOINT = "mlops/deploy.py:rag_night"
# a second run is dropped at once: the lease of the date would send it away all the same
ONE_AT_A_TIME = ConcurrencyLimitConfig(
    limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
)


@flow(
    name="rag-night",
    validate_parameters=False,
    persist_result=False,
    description="The night: the seven stages, gate, promotion, clean-up, backup, alerts, report.",
)
def rag_night(
    home: str | None = None, source: str = "schedule", at: str = "", zone: str = ""
) -> dict[str, Any]:
    """The night that is due, once a date; returns a few plain values.

    ``at`` and ``zone`` are those of the schedule, where they are not those of the settings.
    """
    place = find_home(home)
    settings = Settings.load(place, night_at=at or None, timezone=zone or None)
    report = run_night(place, settings, source=source, ingest=_as_flow)
    if report.state == "failed":
        raise RuntimeError(f"night {report.night}: {', '.join(report.failed)} failed")
    return {"night": report.night.isoformat(), "state": report.state, "failed": report.failed}


def _as_flow(home: Home, settings: Settings, progress: Progress | None) -> Any:
    """The seven stages as tasks of a flow of their own, with their retries."""
    return rag_mlops_pipeline(str(home.root))


def schedule_of(settings: Settings, *, at: str = "", zone: str = "") -> Schedule:
    """Every night at that hour, in that zone.

    Raises:
        SettingsError: there is no such zone.
    """
    hour = hour_of(at or settings.night_at)
    where = str(zone_of(zone or settings.timezone))
    return Cron(f"{hour.minute} {hour.hour} * * *", timezone=where)


def deploy(
    home: Home, settings: Settings, *, at: str = "", zone: str = "", pool: str = POOL
) -> str:
    """Create or bring up the deployment; returns its id.

    Raises:
        SystemExit: no server is set.
    """
    _want_server()
    asyncio.run(_pool(pool))
    source: Any = rag_night.from_source(source=str(PROJECT_ROOT), entrypoint=ENTRYPOINT)
    made = source.deploy(
        name=NAME,
        work_pool_name=pool,
        work_queue_name=QUEUE,
        schedule=schedule_of(settings, at=at, zone=zone),
        parameters=_parameters(home, at, zone),
        concurrency_limit=ONE_AT_A_TIME,
        tags=["rag-photographie"],
        build=False,
        push=False,
        print_next_steps=False,
        ignore_warnings=True,
    )
    return str(made)


def serve(home: Home, settings: Settings, *, at: str = "", zone: str = "") -> None:
    """Wait in this process and run each night; leaving does not pause the schedule.

    Raises:
        SystemExit: no server is set.
    """
    _want_server()
    face: Any = rag_night
    face.serve(
        name=NAME,
        schedule=schedule_of(settings, at=at, zone=zone),
        parameters=_parameters(home, at, zone),
        global_limit=ONE_AT_A_TIME,
        limit=1,
        pause_on_shutdown=False,
        tags=["rag-photographie"],
    )


def _parameters(home: Home, at: str, zone: str) -> dict[str, str]:
    given = {"home": str(home.root), "at": at, "zone": zone}
    return {name: value for name, value in given.items() if value}


async def _pool(name: str) -> None:
    """A pool of processes with its queue; one that is there is left as it is."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists

    async with get_client() as client:
        with contextlib.suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name=name, type="process"))
        with contextlib.suppress(ObjectAlreadyExists):
            await client.create_work_queue(name=QUEUE, work_pool_name=name)


def _want_server() -> None:
    from prefect.settings import get_current_settings

    if get_current_settings().api.url is None:
        raise SystemExit(
            "Aucun serveur Prefect n'est indiqué : rien ne se déclencherait jamais.\n"
            "Dans un autre terminal : prefect server start\n"
            "puis ici : prefect config set PREFECT_API_URL=http://127.0.0.1:4200/api\n"
            "Sans Prefect, « ragphoto schedule cron --install » (ou systemd, launchd, windows) "
            "fait la même chose."
        )


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python mlops/deploy.py", description="La nuit comme déploiement Prefect 3."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, said in (
        ("deploy", "créer le déploiement pour des workers (file « production »)"),
        ("serve", "attendre ici et lancer chaque nuit (une machine ; ignore les files)"),
    ):
        command = commands.add_parser(name, help=said, description=said)
        command.add_argument("--home", help="la collection (RAG_HOME, sinon le projet)")
        command.add_argument("--at", default="", help="heure locale, HH:MM (02:00)")
        command.add_argument("--zone", default="", help="fuseau, par exemple Europe/Paris")
        if name == "deploy":
            command.add_argument("--pool", default=POOL, help=f"le work pool ({POOL})")
    asked = parser.parse_args(argv)
    home = find_home(asked.home)
    settings = Settings.load(home)
    if asked.command == "serve":
        sys.stdout.write(
            "serve ignore les work pools et leurs files : la file « production » est pour deploy.\n"
        )
        serve(home, settings, at=asked.at, zone=asked.zone)
        return 0
    deploy(home, settings, at=asked.at, zone=asked.zone, pool=asked.pool)
    sys.stdout.write(
        f"rag-night/{NAME} : déployé. Pour qu'il tourne, sur chaque machine :\n"
        f"  prefect worker start --pool {asked.pool} --work-queue {QUEUE}\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

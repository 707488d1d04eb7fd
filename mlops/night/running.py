"""One night, from the lease to the report."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from mlops import clock
from mlops.night import lease
from mlops.night.due import hour_of, latest, missed, zone_of
from mlops.night.steps import STEPS, Tonight
from mlops.store import Store
from rag.errors import RagError
from rag.progress import Progress
from rag.settings import Home, Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NightReport:
    """What became of a night. ``state``: done, failed, already (nothing was left to do)."""

    night: date
    state: str
    attempts: int = 0
    steps: dict[str, dict[str, Any]] | None = None  # name → {state, seconds, detail}
    seconds: float = 0.0

    @property
    def failed(self) -> tuple[str, ...]:
        """The steps that failed."""
        return tuple(n for n, step in (self.steps or {}).items() if step["state"] == "failed")


def run_night(
    home: Home,
    settings: Settings,
    *,
    source: str = "schedule",
    night: date | None = None,
    progress: Progress | None = None,
    ingest: Callable[[Home, Settings, Progress | None], Any] | None = None,
) -> NightReport:
    """Do the night that is due, once: a second call finds it done, or takes up what was left.

    Args:
        home: the collection.
        settings: of the collection; ``night_at`` and ``timezone`` say which night is due.
        source: "schedule", "catch-up" or "manual".
        night: another night than the one that is due.
        progress: told of the stages.
        ingest: runs the seven stages in another way (a Prefect flow).

    Raises:
        SettingsError: the time zone is not known.
        StoreUnavailable: the record cannot be written at all.
    """
    zone = zone_of(settings.timezone)
    wanted = night or latest(clock.now(), hour_of(settings.night_at), zone)
    began = time.monotonic()
    with Store(home) as store:
        known = lease.last_night(store)
        held = lease.take(store, wanted, zone=str(zone), source=source)
        if held is None:
            log.info("night %s is done, or under way elsewhere", wanted)
            return NightReport(wanted, "already")
        lease.note_abandoned(store, wanted)
        lease.note_skipped(store, missed(known, wanted), zone=str(zone))
        tonight = Tonight(home, settings, store, progress, ingest)
        with lease.beating(store, wanted):
            steps = _steps(tonight, held)
        state = "failed" if steps["pipeline"]["state"] == "failed" else "done"
        report = NightReport(wanted, state, held.attempts, steps, time.monotonic() - began)
        lease.update(
            store, wanted, state=state, ended_at=clock.stamp(), steps=steps,
            report={"seconds": round(report.seconds, 3), "failed": list(report.failed)},
        )  # fmt: skip
    _trace(settings, report)
    log.info("night %s: %s in %.1f s", wanted, state, report.seconds)
    return report


def _trace(settings: Settings, report: NightReport) -> None:
    """Tell the night to the collector that is set; it never costs the night."""
    from mlops import tracing

    try:
        told = tracing.make(settings)
        told.night(report.night.isoformat(), report.state, report.steps or {})
        told.close()
    except Exception:
        log.exception("the trace of night %s was not told", report.night)


def _steps(tonight: Tonight, held: lease.Lease) -> dict[str, dict[str, Any]]:
    """Do what an attempt that died left; each step is recorded the moment it ends."""
    steps = dict(held.steps)
    for name, step in STEPS.items():
        if name in steps and name != "alerts":
            continue
        steps[name] = _one(tonight, name, step)
        values: dict[str, Any] = {"steps": steps}
        if name == "pipeline":
            values["run_id"] = steps[name]["detail"].get("run_id") or _last_run(tonight.store)
        _note(tonight, held.night, values)
    return steps


def _one(tonight: Tonight, name: str, step: Callable[[Tonight], dict[str, Any]]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        detail, state = step(tonight), "done"
    except RagError as error:
        log.error("night: %s: %s", name, error)
        detail, state = {"error": str(error), "code": error.code}, "failed"
    except Exception as error:  # the edge: a night is never lost for one step
        log.exception("night: %s failed", name)
        detail, state = {"error": f"{type(error).__name__}: {error}", "code": "error"}, "failed"
    if state == "failed":
        tonight.failed.append(name)
    return {"state": state, "seconds": round(time.monotonic() - began, 3), "detail": detail}


def _note(tonight: Tonight, night: date, values: dict[str, Any]) -> None:
    """A full disk must not turn a recorded failure into a lost one: try, and go on."""
    try:
        lease.update(tonight.store, night, **values)
    except Exception:
        log.exception("night %s could not be noted yet", night)


def _last_run(store: Store) -> str | None:
    run = store.last_run()
    return str(run["run_id"]) if run else None

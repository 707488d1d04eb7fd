"""Arming a scheduler, disarming it, and telling whether one is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from mlops import clock
from mlops.schedule.plans import Plan, name_of
from rag.errors import RunRefused
from rag.settings import Home

NOTE = "schedule.json"  # in storage: what was armed, and how
WAIT_S = 30


@dataclass(frozen=True, slots=True)
class Armed:
    """What starts the nights of a home; ``kind`` is "" when nothing does."""

    kind: str
    at: str = ""
    zone: str = ""
    since: str = ""
    known: bool = True  # False: it was armed, and the scheduler does not know it any more


def install(plan: Plan, home: Home, *, at: str, zone: str) -> None:
    """Give a plan to its scheduler; done twice, it is there once.

    Raises:
        RunRefused: the scheduler is not on this machine, or it refused.
    """
    if plan.kind == "cron":
        _write_crontab([*_other_lines(plan.name), *plan.files["crontab"].splitlines()])
    else:
        folder = Path(plan.where) if plan.where else None
        for name, text in plan.files.items():
            assert folder is not None
            folder.mkdir(parents=True, exist_ok=True)
            encoding = "utf-16" if plan.kind == "windows" else "utf-8"
            (folder / name).write_text(text, encoding)
        for command in plan.commands:
            _run(command)
    home.logs.mkdir(parents=True, exist_ok=True)
    note = asdict(Armed(plan.kind, at, zone, clock.stamp()))
    home.storage.mkdir(parents=True, exist_ok=True)
    (home.storage / NOTE).write_text(json.dumps(note), "utf-8")


def remove(plan: Plan, home: Home) -> None:
    """Take a plan back from its scheduler.

    Raises:
        RunRefused: the scheduler refused.
    """
    if plan.kind == "cron":
        _write_crontab(_other_lines(plan.name))
    else:
        for command in plan.undo:
            _run(command)
        for name in plan.files:
            (Path(plan.where) / name).unlink(missing_ok=True)
    (home.storage / NOTE).unlink(missing_ok=True)


def armed(home: Home) -> Armed:
    """What starts the nights of this home; a scheduler that lost it is told.

    Only what ``ragphoto schedule … --install`` armed is known; a crontab written by hand is found
    by its mark.
    """
    try:
        note = Armed(**json.loads((home.storage / NOTE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        note = Armed("")
    name = name_of(home)
    if note.kind == "systemd":
        file = Path.home() / ".config" / "systemd" / "user" / f"{name}.timer"
        return _with(note, known=file.is_file())
    if note.kind == "launchd":
        file = Path.home() / "Library" / "LaunchAgents" / f"local.{name}.plist"
        return _with(note, known=file.is_file())
    if note.kind in ("", "cron"):
        found = any(_marked(line, name) for line in _crontab())
        if found:
            return note if note.kind else Armed("cron")
        return _with(note, known=False) if note.kind else note
    return note


def _with(note: Armed, *, known: bool) -> Armed:
    return Armed(note.kind, note.at, note.zone, note.since, known)


def _marked(line: str, name: str) -> bool:
    return line.rstrip().endswith(f"# {name}") and not line.lstrip().startswith("#")


def _other_lines(name: str) -> list[str]:
    return [line for line in _crontab() if not line.rstrip().endswith(f"# {name}")]


def _crontab() -> list[str]:
    """The lines of this user's crontab; none when there is no cron."""
    if shutil.which("crontab") is None:
        return []
    done = subprocess.run(
        ["crontab", "-l"], capture_output=True, text=True, timeout=WAIT_S, check=False
    )
    return done.stdout.splitlines() if done.returncode == 0 else []


def _write_crontab(lines: list[str]) -> None:
    _run(("crontab", "-"), given="".join(f"{line}\n" for line in lines))


def _run(command: tuple[str, ...], *, given: str | None = None) -> None:
    try:
        done = subprocess.run(
            list(command), input=given, capture_output=True, text=True, timeout=WAIT_S * 4,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RunRefused(
            f"{command[0]}: {error}. Is that scheduler on this machine ({sys.platform})?",
            code="no_scheduler",
        ) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-500:]
        raise RunRefused(f"{' '.join(command)}: {said}", code="no_scheduler")

"""What each scheduler is told, as text to read, to copy, or to install."""

from __future__ import annotations

import hashlib
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from rag.settings import PROJECT_ROOT, Home

KINDS = ("cron", "systemd", "launchd", "windows", "prefect")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to give to a scheduler.

    Attributes:
        kind: one of ``KINDS``.
        name: of the unit, the task or the mark, distinct for each home.
        files: name of the file → content; where they go is said by ``where``.
        where: the folder they go to, "" when there is none.
        commands: what arms it, in order, one command each.
        undo: what disarms it.
    """

    kind: str
    name: str
    files: dict[str, str]
    where: str
    commands: tuple[tuple[str, ...], ...]
    undo: tuple[tuple[str, ...], ...]


def plan_for(kind: str, home: Home, *, at: str = "02:00", zone: str = "") -> Plan:
    """The plan of one scheduler.

    Args:
        kind: one of ``KINDS``.
        home: the collection.
        at: local hour, "HH:MM".
        zone: an IANA name; "" is the machine's. cron, launchd and Windows know the machine's only:
            they are told to look every hour, and the night decides whether it is due.

    Raises:
        ValueError: there is no such scheduler, or the hour is not one.
    """
    if kind not in KINDS:
        raise ValueError(f"scheduler {kind!r}; wanted one of {', '.join(KINDS)}")
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
        raise ValueError(f"hour {at!r}; wanted HH:MM, such as 02:00")
    makers = {
        "cron": _cron,
        "systemd": _systemd,
        "launchd": _launchd,
        "windows": _windows,
        "prefect": _prefect,
    }
    return makers[kind](home, at, zone)


def name_of(home: Home) -> str:
    """A name of its own for each home: several collections can have their nights."""
    return f"ragphoto-night-{hashlib.sha256(str(home.root).encode()).hexdigest()[:8]}"


def command(home: Home, at: str, zone: str) -> tuple[str, ...]:
    """What every scheduler starts: told the hour and the zone, it decides whether a night is due.

    Those of ``ragphoto.toml`` may differ: a night due later than its scheduler fires would always
    be made a day late.
    """
    when = ("--at", at, *(("--zone", zone) if zone else ()))
    start = (sys.executable, "-m", "app.cli", "night", "--scheduled")
    return (*start, "--home", str(home.root), *when)


def _log(home: Home) -> Path:
    return home.logs / "night.log"


def _minutes(at: str, zone: str) -> tuple[str, str]:
    """Hour and minute; every hour where the scheduler does not know the zone."""
    hour, minute = at.split(":")
    return ("*" if zone else str(int(hour))), str(int(minute))


def _cron(home: Home, at: str, zone: str) -> Plan:
    """One line; « % » ends a command in a crontab and is escaped."""
    hour, minute = _minutes(at, zone)
    line = f"cd {shlex.quote(str(PROJECT_ROOT))} && {shlex.join(command(home, at, zone))}"
    line += f" >> {shlex.quote(str(_log(home)))} 2>&1"
    name = name_of(home)
    escaped = line.replace("%", r"\%")
    text = f"{minute} {hour} * * * {escaped} # {name}\n"
    # a machine that was off at that hour catches the night up when it starts
    text += f"@reboot sleep 120 && {escaped} # {name}\n"
    return Plan("cron", name, {"crontab": text}, "", (("crontab", "-"),), (("crontab", "-"),))


def _systemd(home: Home, at: str, zone: str) -> Plan:
    name = name_of(home)
    start = " ".join(_systemd_word(word) for word in command(home, at, zone))
    service = f"""[Unit]
Description=RAG Photographie: the night of {_systemd_text(home.root)}

[Service]
Type=oneshot
WorkingDirectory={_systemd_text(PROJECT_ROOT)}
ExecStart={start}
Nice=10
IOSchedulingClass=idle
"""
    calendar = f"*-*-* {at}:00" + (f" {zone}" if zone else "")
    timer = f"""[Unit]
Description=RAG Photographie: every night at {at}

[Timer]
OnCalendar={calendar}
Persistent=true
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""
    user = ("systemctl", "--user")
    return Plan(
        "systemd",
        name,
        {f"{name}.service": service, f"{name}.timer": timer},
        str(Path.home() / ".config" / "systemd" / "user"),
        ((*user, "daemon-reload"), (*user, "enable", "--now", f"{name}.timer")),
        ((*user, "disable", "--now", f"{name}.timer"), (*user, "daemon-reload")),
    )


def _systemd_text(path: Path) -> str:
    """A path as a value: « % » begins a specifier."""
    return str(path).replace("%", "%%")


def _systemd_word(word: str) -> str:
    """One word of ExecStart, quoted."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if re.search(r"[\s'\"\\]", word) else escaped


def _launchd(home: Home, at: str, zone: str) -> Plan:
    hour, minute = _minutes(at, zone)
    name = f"local.{name_of(home)}"
    words = "\n".join(f"    <string>{escape(word)}</string>" for word in command(home, at, zone))
    when = f"<key>Minute</key><integer>{minute}</integer>"
    if hour != "*":
        when = f"<key>Hour</key><integer>{hour}</integer>{when}"
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" \
"http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
  <key>Label</key><string>{name}</string>
  <key>ProgramArguments</key><array>
{words}
  </array>
  <key>WorkingDirectory</key><string>{escape(str(PROJECT_ROOT))}</string>
  <key>StartCalendarInterval</key><dict>{when}</dict>
  <key>RunAtLoad</key><true/>
  <key>StandardErrorPath</key><string>{escape(str(_log(home)))}</string>
</dict></plist>
"""
    folder = Path.home() / "Library" / "LaunchAgents"
    file = str(folder / f"{name}.plist")
    return Plan(
        "launchd", name, {f"{name}.plist": text}, str(folder),
        (("launchctl", "load", "-w", file),), (("launchctl", "unload", "-w", file),),
    )  # fmt: skip


def _windows(home: Home, at: str, zone: str) -> Plan:
    """A task as XML: a command line of ``schtasks`` cannot catch up a missed start."""
    name = name_of(home)
    program, *rest = command(home, at, zone)
    words = escape(subprocess.list2cmdline(rest))
    repeat = "<Repetition><Interval>PT1H</Interval></Repetition>" if zone else ""
    text = f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers><CalendarTrigger>{repeat}
    <StartBoundary>2026-01-01T{at}:00</StartBoundary>
    <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
  </CalendarTrigger></Triggers>
  <Settings>
    <StartWhenAvailable>true</StartWhenAvailable>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
  </Settings>
  <Actions><Exec>
    <Command>{escape(program)}</Command>
    <Arguments>{words}</Arguments>
    <WorkingDirectory>{escape(str(PROJECT_ROOT))}</WorkingDirectory>
  </Exec></Actions>
</Task>
"""
    file = str(home.storage / f"{name}.xml")
    create = ("schtasks", "/Create", "/F", "/TN", name, "/XML", file)
    delete = ("schtasks", "/Delete", "/F", "/TN", name)
    return Plan("windows", name, {f"{name}.xml": text}, str(home.storage), (create,), (delete,))


def _prefect(home: Home, at: str, zone: str) -> Plan:
    """For a Prefect server; several machines may have workers."""
    given = ("--home", str(home.root), "--at", at, *(("--zone", zone) if zone else ()))
    name = "rag-pipeline-daily"
    deploy = (sys.executable, str(PROJECT_ROOT / "mlops" / "deploy.py"), "deploy", *given)
    undo = (
        sys.executable,
        "-m",
        "prefect",
        "--no-prompt",
        "deployment",
        "delete",
        f"rag-night/{name}",
    )
    return Plan("prefect", name, {}, "", (deploy,), (undo,))

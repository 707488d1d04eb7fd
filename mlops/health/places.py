"""Folders that must be written, and room on the disk."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from mlops.health.words import finding
from rag.settings import Home

LEAST_FREE_MB = 500


def look(home: Home, language: str) -> dict[str, dict[str, str]]:
    """The folders and the disk of a home."""
    return {
        "storage": _writable(home.storage, language),
        "metrics": _writable(home.metrics, language, status="warning"),
        "logs": _writable(home.logs, language, status="warning"),
        "disk": _disk(home.root, language),
        "documents": finding(
            "ok", "sample" if home.uses_sample else "documents", language, folder=home.data
        ),
    }


def permit(folder: Path) -> str:
    """What to type for a folder to be written."""
    return f"chmod -R u+rwX {folder}"


def _there(folder: Path) -> Path:
    """The folder, or its nearest parent while it does not exist."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _writable(folder: Path, language: str, *, status: str = "error") -> dict[str, str]:
    """Write and remove a probe."""
    place = _there(folder)
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".probe-"):
            pass
    except OSError as problem:
        reason = problem.strerror or str(problem)
        remedy = permit(place) if place.is_dir() else f"rm {place} && mkdir -p {folder}"
        return finding(
            status, "not_writable", language, folder=folder, reason=reason, permit=remedy
        )
    return finding("ok", "writable", language, folder=folder)


def _disk(root: Path, language: str) -> dict[str, str]:
    free = shutil.disk_usage(_there(root)).free // 2**20
    low = free < LEAST_FREE_MB
    return finding("warning" if low else "ok", "disk_low" if low else "disk", language, free=free)

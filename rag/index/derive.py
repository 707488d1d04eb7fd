"""A release made from another one by changing some of its parts: the rest is linked, not written.

The same content gives the same name whichever way it is made: ``build_release`` with those parts
and this function end in the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexMismatch, StoreUnavailable
from rag.index.arrays import plain_name
from rag.index.build import publish, write_json
from rag.index.content import hash_file, problems
from rag.index.format import FORMAT, MANIFEST

_BESIDE = ".building-"


def derive_release(
    folder: Path,
    parent: Path,
    *,
    extras: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any] | None],
    check: bool = True,
) -> Path:
    """Write a release that is ``parent`` but for these parts; returns its path.

    Args:
        folder: where releases live; on the disk of ``parent`` nothing is copied.
        parent: a whole release.
        extras: parts that change, as JSON takes them.
        arrays: arrays that change; None for one that is no more.
        check: read every file of the parent again first (1 s a gigabyte or much more, by disk).
            Without, the release is as whole as its parent, and ``Release.verify`` says of both
            alike what is damaged: a file is linked under the hash that it should have.

    Raises:
        IndexMismatch: the parent is damaged, or of another format.
        StoreUnavailable: the folder cannot be written.
    """
    try:
        manifest = json.loads((parent / MANIFEST).read_text("utf-8"))
        found = ["another format"]
        if manifest["format"] == FORMAT:
            found = problems(parent, manifest) if check else []
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexMismatch(f"{parent} holds no readable release ({error}).") from error
    if found:
        raise IndexMismatch(f"{parent} cannot be built upon: {found[0]}.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f"{_BESIDE}{os.getpid()}-", dir=folder))
        beside.chmod(0o755)
        try:
            identity = _write(beside, parent, manifest, extras, arrays)
            return publish(beside, folder / identity)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise StoreUnavailable(
            f"{folder} cannot be written: {error}. Free some space, or make it writable.",
            code="not_writable",
            path=str(folder),
        ) from error


def _write(
    beside: Path,
    parent: Path,
    manifest: dict[str, Any],
    extras: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any] | None],
) -> str:
    """Link what stays, write what changes, and the manifest; returns the id."""
    changed = {f"extras/{plain_name(name)}.json" for name in extras}
    changed |= {f"arrays/{plain_name(name)}.npy" for name in arrays}
    hashes = {name: known for name, known in manifest["files"].items() if name not in changed}
    for name in hashes:
        (beside / name).parent.mkdir(parents=True, exist_ok=True)
        _link(parent / name, beside / name)
    for name, value in extras.items():
        (beside / "extras").mkdir(exist_ok=True)
        write_json(beside / "extras" / f"{name}.json", value, indent=None)
        hashes[f"extras/{name}.json"] = hash_file(beside / "extras" / f"{name}.json")
    for name, rows in arrays.items():
        if rows is not None:
            (beside / "arrays").mkdir(exist_ok=True)
            path = beside / "arrays" / f"{name}.npy"
            np.save(path, np.ascontiguousarray(rows), allow_pickle=False)
            hashes[f"arrays/{name}.npy"] = hash_file(path)
    write_json(beside / MANIFEST, {**manifest, "files": hashes})
    return hash_file(beside / MANIFEST)[:20]


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one that knows no links
        shutil.copyfile(source, target)

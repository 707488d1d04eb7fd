"""The exports of the record: one JSON object a line, in files that many processes share."""

from __future__ import annotations

import contextlib
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MOST_BYTES = 32 * 2**20  # of a file; then it is put aside as .1, and the .1 before goes


def append_line(path: Path, value: Mapping[str, Any], *, most: int = MOST_BYTES) -> None:
    """Append one JSON line, whole: a single write in append mode, so that processes can share.

    Raises:
        OSError: the line could not be written whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    line = (json.dumps(json_safe(value), ensure_ascii=False) + "\n").encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        if os.write(descriptor, line) != len(line):
            raise OSError(f"{path}: the disk took a part of a line only")
        size = os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    if size > most:
        _put_aside(path, most)


def _put_aside(path: Path, most: int) -> None:
    """Begin a new file; one process does it, and a line being written goes to the old one."""
    from filelock import FileLock, Timeout

    with contextlib.suppress(Timeout, OSError), FileLock(f"{path}.lock", timeout=0):
        if path.stat().st_size > most:
            path.replace(path.with_name(path.name + ".1"))


def finite(value: float | None) -> float | None:
    """The value, or None for what JSON cannot hold."""
    return None if value is None or not math.isfinite(value) else value


def json_safe(value: Any) -> Any:
    """The same with None for every number that JSON cannot hold."""
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, Mapping):
        return {str(key): json_safe(item) for key, item in value.items()}
    return [json_safe(item) for item in value] if isinstance(value, (list, tuple)) else value

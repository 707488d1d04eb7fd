"""Arrays in files: opened without being read, so that what is never asked for costs nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def mapped(path: Path) -> Any:
    """Open a ``.npy`` file without reading it; an empty array cannot be mapped and is read.

    The plain array over the map is returned: ``np.memmap`` itself makes every slice slow.
    """
    empty = path.stat().st_size <= 128  # the header alone
    return np.asarray(np.load(path, mmap_mode=None if empty else "r", allow_pickle=False))


def plain_name(name: str) -> str:
    """Return a name that may be a file's.

    Raises:
        ValueError: it has anything but lower-case letters, figures, ``-`` and ``_``.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a part of a release: want {_NAME.pattern}")
    return name

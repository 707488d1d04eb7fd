"""Which program answered: a hash of the engine's own code and data.

The same release may answer otherwise when the code that reads questions changes. Scores measured
by another program are not reused, and an answer made again by another program is said to be so.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

KINDS = (".py", ".txt", ".tsv", ".json", ".npz")


@lru_cache(maxsize=1)
def program() -> str:
    """Hash of every source and data file of the package, in 12 hexadecimal digits (about 10 ms)."""
    root = Path(__file__).parent
    state = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in KINDS and path.is_file():
            state.update(path.relative_to(root).as_posix().encode() + b"\0")
            state.update(hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()[:12]

"""What every release folder has, whatever it holds; light enough for who only looks at it."""

from __future__ import annotations

import json
from pathlib import Path

FORMAT = 2
MANIFEST = "manifest.json"


def whole(folder: Path) -> bool:
    """Whether a release of our format is there with every file that its manifest names.

    The bytes of the files are not read: ``Release.verify`` does that.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        names = list(manifest["files"])
        return manifest["format"] == FORMAT and all((folder / name).is_file() for name in names)
    except (OSError, ValueError, TypeError, KeyError):
        return False

"""``mlops/pipeline.log``: one file for every process, rotated so that ``tail -F`` follows."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TextIO

from rag.settings import Home

log = logging.getLogger(__name__)

MAX_BYTES = 5_000_000
KEPT = 3  # older files: pipeline.log.1 … .3
OURS = ("rag", "mlops", "app")


class SharedLog(logging.Handler):
    """Appends to a file that several processes share.

    Before each line it looks whether the path still names the file it holds (as the standard
    WatchedFileHandler does) and opens the new one if not; the process that finds the file too long
    renames it under a lock. Nothing is opened before the first line.
    """

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        super().__init__()
        self.path, self.max_bytes, self.kept = path, max_bytes, kept
        self._stream: TextIO | None = None
        self._broken = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; a log that cannot be written says so once and stops nothing."""
        if self._broken:
            return
        try:
            stream = self._current()
            stream.write(self.format(record) + "\n")
            stream.flush()
            if stream.tell() > self.max_bytes:
                self._rotate()
        except OSError as error:
            self._broken = True
            sys.stderr.write(
                f"{self.path} cannot be written ({error}): the log of this run is not kept. "
                f"Run: chmod -R u+rwX {self.path.parent}\n"
            )

    def close(self) -> None:
        """Give the file back."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        super().close()

    def _current(self) -> TextIO:
        if self._stream is not None and not self._still_there(self._stream):
            self._stream.close()
            self._stream = None
        if self._stream is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self.path.open("a", encoding="utf-8")
        return self._stream

    def _still_there(self, stream: TextIO) -> bool:
        import os

        try:
            named, held = self.path.stat(), os.fstat(stream.fileno())
        except FileNotFoundError:
            return False
        return (named.st_ino, named.st_dev) == (held.st_ino, held.st_dev)

    def _rotate(self) -> None:
        from filelock import FileLock

        with FileLock(f"{self.path}.lock"):
            if self.path.stat().st_size <= self.max_bytes:
                return  # another process has just done it
            if self._stream is not None:
                self._stream.close()
                self._stream = None
            try:
                for number in range(self.kept - 1, 0, -1):
                    older = self.path.with_name(f"{self.path.name}.{number}")
                    if older.exists():
                        older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
                self.path.replace(self.path.with_name(f"{self.path.name}.1"))
            except PermissionError:  # Windows: another process holds it open; next time
                log.debug("log not rotated: held by another process")


def configure(home: Home, *, verbose: bool = False) -> None:
    """Send the log of our packages to ``mlops/pipeline.log``; for entry points only.

    Called again, it replaces what it had set. Warnings also go to standard error; with ``verbose``
    every line does.
    """
    keep = SharedLog(home.logs / "pipeline.log")
    keep.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s [%(process)d] %(name)s: %(message)s")
    )
    show = logging.StreamHandler(sys.stderr)
    show.setLevel(logging.INFO if verbose else logging.ERROR)
    show.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    for name in OURS:
        logger = logging.getLogger(name)
        for old in logger.handlers[:]:
            logger.removeHandler(old)
            old.close()
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.addHandler(keep)
        logger.addHandler(show)

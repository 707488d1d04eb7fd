"""Results of stages, kept by the hash of what they were made from: nothing is done twice.

An entry is one file, written beside and renamed. It begins with a checksum, so that a file torn by
a power cut is not read (a cache needs no fsync: what is lost is made again).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

_CHECK = 16  # bytes of checksum before the data
_STAGE = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_KEY = re.compile(r"[a-z0-9][a-z0-9_.-]*/[a-z0-9][a-z0-9_.-]*")


class StageCache:
    """Entries of all stages under one folder, which the first ``put`` makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def key(self, stage: str, version: str, *inputs: object) -> str:
        """Name a result by everything it depends on.

        Args:
            stage: a short name such as ``read-page``; it becomes a folder.
            version: of the code that makes the result.
            inputs: strings, numbers, booleans, None, bytes, or tuples, lists and dicts of those.

        Raises:
            ValueError: the stage's name cannot be a folder.
            TypeError: an input of another kind, which would hash by chance.
        """
        if not _STAGE.fullmatch(stage):
            raise ValueError(f"stage {stage!r}: want lower-case letters, digits, '-', '_' or '.'")
        return f"{stage}/{fingerprint(stage, version, *inputs)}"

    def get(self, key: str) -> bytes | None:
        """The entry, or None when it is absent or torn (a torn one is removed)."""
        path = self._path(key)
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            return None
        data = raw[_CHECK:]
        if len(raw) >= _CHECK and _checksum(data) == raw[:_CHECK]:
            return data
        path.unlink(missing_ok=True)
        return None

    def has(self, key: str) -> bool:
        """Whether there is an entry (it may turn out to be torn)."""
        return self._path(key).is_file()

    def put(self, key: str, data: bytes) -> None:
        """Keep the entry; readers see the old one or the new one, never a part."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
        try:
            beside.write_bytes(_checksum(data) + data)
            beside.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise

    def remove(self, key: str) -> None:
        """Forget one entry; nothing happens when it is not there."""
        self._path(key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key that begins so; ``prefix`` names at least a whole stage, as in ``stage/ab``."""
        stage, slash, start = prefix.partition("/")
        if not slash or not _STAGE.fullmatch(stage):
            raise ValueError(f"prefix {prefix!r}: want 'stage/' and perhaps the start of a name")
        folders = (self.folder / stage).glob(f"{start[:2]}*" if start else "*")
        for folder in sorted(f for f in folders if f.is_dir()):
            for path in sorted(folder.iterdir()):
                if path.name.startswith(start) and not path.name.startswith("."):
                    yield f"{stage}/{path.name}"

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"cache key {key!r}: want one made by StageCache.key")
        stage, _, name = key.partition("/")
        return self.folder / stage / name[:2] / name


def fingerprint(*inputs: object) -> str:
    """A hash of values of plain kinds, each marked with its kind and length (64 hex digits)."""
    digest = hashlib.sha256()
    for part in inputs:
        _feed(digest, part)
    return digest.hexdigest()


def _feed(digest: hashlib._Hash, value: object) -> None:
    """Length first, so that ("ab", "c") and ("a", "bc") differ."""
    if isinstance(value, dict):
        digest.update(b"d%d:" % len(value))
        for name in sorted(value):
            _feed(digest, name)
            _feed(digest, value[name])
        return
    if isinstance(value, (tuple, list)):
        digest.update(b"t%d:" % len(value))
        for item in value:
            _feed(digest, item)
        return
    if isinstance(value, bytes):
        mark, data = b"b", value
    elif isinstance(value, str):
        mark, data = b"s", str(value).encode("utf-8", "surrogatepass")
    elif value is None or isinstance(value, (bool, int, float)):
        mark, data = type(value).__name__.encode(), repr(value).encode()
    else:
        raise TypeError(f"cannot fingerprint a {type(value).__name__}: want plain values")
    digest.update(mark + b"%d:" % len(data) + data)


def _checksum(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_CHECK).digest()

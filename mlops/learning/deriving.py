"""A release with what is in force, made from one that was built from the same documents."""

from __future__ import annotations

from pathlib import Path

from mlops.learning.inforce import Learned, expire, parts
from mlops.serving import embedder_for
from mlops.store import Store
from rag.cache import StageCache
from rag.embed.embedder import Embedder
from rag.index.derive import derive_release
from rag.index.release import Release
from rag.settings import Home, Settings


def derive(
    home: Home,
    settings: Settings,
    store: Store,
    parent: Path,
    learned: Learned,
    *,
    embedder: Embedder | None = None,
    check: bool = True,
) -> Release:
    """Write the release that holds exactly what is in force; nothing else of the parent changes.

    Args:
        home: the collection.
        settings: which embedder.
        store: the record; entries that find no place any more are noted as expired.
        parent: a whole release of the same documents, whatever it had learned.
        learned: in force.
        embedder: of the release, where it is loaded already.
        check: as ``rag.index.derive.derive_release``.

    Raises:
        IndexMismatch: the parent is damaged.
        StoreUnavailable: the folder cannot be written.
    """
    release = Release.open(parent)
    if embedder is None and learned.entries and not release.lexical_only:
        embedder = embedder_for(settings)
    made = parts(learned, release, embedder, StageCache(home.cache))
    expire(store, made.expired)
    path = derive_release(
        home.releases, parent, extras=made.extras, arrays=made.arrays, check=check
    )
    return Release.open(path)

"""Validated answers put into a release, and opened from it; see ``rag.retrieve.memory``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embed.embedder import Embedder
from rag.french.analysis import analyse
from rag.index.release import Release
from rag.retrieve.abstain import ELSEWHERE
from rag.retrieve.memory import ENTRIES, VECTORS, Entry, Memory


def parts(
    entries: Sequence[Entry], embedder: Embedder | None
) -> tuple[list[dict[str, Any]], NDArray[np.float32] | None]:
    """Return the part and the array of a release that hold these entries, in order of their ids.

    Args:
        entries: in force.
        embedder: of the release; None when it ranks by words only.

    Returns:
        Plain values for the part ``ENTRIES``; for the array ``VECTORS`` one unit row a wording, or
        None when there is nothing to embed.
    """
    ordered = sorted(entries, key=lambda entry: entry.entry_id)
    texts = [text for entry in ordered for text in entry.wordings]
    vectors = None
    if embedder is not None and texts:
        vectors = np.array([embedder.query(text) for text in texts], np.float32)
    return [entry.plain() for entry in ordered], vectors


def memory_of(release: Release) -> Memory | None:
    """Open the entries of a release; None when it has none."""
    entries = [Entry.of(data) for data in release.extra(ENTRIES, ())]
    if not entries:
        return None
    vectors, elsewhere = release.array(VECTORS), release.array(ELSEWHERE)
    return Memory(entries, vectors, elsewhere, analyse=analyse, weight=release.bm25.weight)

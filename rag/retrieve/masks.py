"""Which passages may answer: filters on documents, kinds, years, languages and reading quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.french.analysis import fold
from rag.records import Filters, Source

Facts = Mapping[str, Mapping[str, Any]]  # by document id: "year", "language", where known


def documents(filters: Filters, sources: Sequence[Source], facts: Facts) -> NDArray[np.bool_]:
    """Return which documents pass, shape (sources,).

    A year or a language that is asked for leaves out documents of which it is not known.
    """
    names = [fold(name) for name in filters.documents]
    return np.array(
        [
            (not names or any(name in fold(source.name) for name in names))
            and (not filters.kinds or source.kind in filters.kinds)
            and _known(filters, facts.get(source.document_id, {}))
            for source in sources
        ],
        np.bool_,
    )


def _known(filters: Filters, facts: Mapping[str, Any]) -> bool:
    year = facts.get("year")
    if filters.years is not None and not (
        isinstance(year, int) and filters.years[0] <= year <= filters.years[1]
    ):
        return False
    return not filters.languages or facts.get("language") in filters.languages

"""Which remarks speak of documents that were deleted: deleted means gone, from examples too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mlops.deletion import removed_in
from mlops.store import Store


class Gone:
    """The documents that must not be spoken of any more, as remarks may name them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        ids = removed_in(store)
        rows = store.sources(present=False) if ids else []
        self._names = ids | {
            name for row in rows if row.document_id in ids for name in (row.name, row.path)
        }

    def spoken_of(
        self,
        answer_id: str | None,
        marks: Iterable[Mapping[str, Any]],
        sources: Iterable[object] = (),
    ) -> bool:
        """Whether the answer cites one of them, or a mark or a source of the remark names one.

        Args:
            answer_id: of the answer that the remark is about.
            marks: of pages, as the table keeps them.
            sources: as they were given: names, or objects that hold them.
        """
        if not self._names:
            return False
        named = {str(mark.get("document_id")) for mark in marks}
        for source in sources:
            values = source.values() if isinstance(source, Mapping) else (source,)
            named |= {str(value) for value in values}
        return bool(self._names & (named | self._cited(answer_id)))

    def _cited(self, answer_id: str | None) -> set[str]:
        about = self._store.answer(answer_id) if answer_id else None
        sentences = (about or {}).get("sentences") or ()
        return {str(c["document_id"]) for sentence in sentences for c in sentence["citations"]}

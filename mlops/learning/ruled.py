"""Rules of pages in force, as stages 2 and 4 follow them.

A document without rules keeps the digest and the cache entries that it had, so that a rule taken
back leaves the release that there was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from mlops.learning.rules import JOIN, READING, in_force, note_places
from mlops.store import Store
from rag import codec
from rag.cache import StageCache, fingerprint
from rag.chunking import Together
from rag.reading import DocumentReading, HowToRead
from rag.records import PageResult, PageStatus
from rag.rereading import Way, read_again

log = logging.getLogger(__name__)

VERSION: Final = "1"  # of this module: how rules are followed


def otherwise(
    readings: Iterable[DocumentReading],
    rules: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    folder: Path,
    cache: StageCache,
    how: HowToRead,
) -> Iterator[DocumentReading]:
    """The readings of documents, with the pages that are to be read otherwise read so.

    Args:
        readings: as stage 2 made them.
        rules: in force, by document.
        folder: of the documents.
        cache: keeps what was read again.
        how: bounds of a reading.
    """
    for reading in readings:
        mine = rules.get(reading.source.document_id)
        yield reading if not mine else _Otherwise(reading, mine, folder, cache, how)


class _Otherwise(DocumentReading):
    """A document some pages of which were read in another way; the same face."""

    def __init__(
        self,
        base: DocumentReading,
        rules: Sequence[Mapping[str, Any]],
        folder: Path,
        cache: StageCache,
        how: HowToRead,
    ) -> None:
        self.source = base.source
        self.pages_read, self.pages_cached = base.pages_read, base.pages_cached
        self._base, self._pages = base, dict[int, PageResult]()
        for rule in rules:
            index, what = int(rule["page_index"]), rule["what"]
            way = Way(str(what["engine"]), float(what["scale"]))
            (again,) = read_again(base.source, folder, index, [way], how=how, cache=cache)
            if again.page is None:  # what was read before is better than nothing
                log.warning(
                    "page %d of %s cannot be read as rule %s says (%s): it stays as it was",
                    index + 1, base.source.name, rule["rule_id"], again.reason,
                )  # fmt: skip
                continue
            low = again.page.confidence < how.low_confidence
            status = PageStatus.LOW_CONFIDENCE if low else PageStatus.OK
            before = base.results[index]
            self._pages[index] = replace(
                before, status=status, reason="low_confidence" if low else "", page=again.page
            )
        parts = [codec.dumps(replace(one, seconds=0.0)) for _, one in sorted(self._pages.items())]
        self.digest = fingerprint(base.digest, VERSION, parts) if parts else base.digest
        self.statuses = tuple(
            (self._pages[n].status, self._pages[n].reason) if n in self._pages else status
            for n, status in enumerate(base.statuses)
        )

    @property
    def results(self) -> tuple[PageResult, ...]:
        """One account a page, by index."""
        return tuple(self._pages.get(n, one) for n, one in enumerate(self._base.results))


def readings_in_force(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Document id → how some of its pages are to be read."""
    rules = in_force(store, READING)
    return {document: [r for r in rows if r["state"] == "validated"]
            for document, rows in rules.items()}  # fmt: skip


class Joins:
    """The words that are to be kept in one passage, by document."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rules = in_force(store, JOIN)

    def of(self, document_id: str, keys: Callable[[], Mapping[int, str]]) -> tuple[Together, ...]:
        """Those of a document; one that counts words of a page read otherwise now expires.

        Args:
            document_id: of the document.
            keys: fingerprint of each of its pages as read (``pagekeys``); asked for where there is
                a rule only.
        """
        rows = self._rules.get(document_id, ())
        if not rows:
            return ()
        known = keys()
        good = [row for row in rows if known.get(row["page_index"]) == row["page_key"]]
        note_places(self._store, rows, {str(row["rule_id"]) for row in good})
        return tuple(
            Together(int(row["page_index"]), int(row["what"]["first"]), int(row["what"]["last"]))
            for row in good
        )

"""Corrected words in force, as stage 3 lays them over the pages; and what the corrector learns.

A document without corrected words keeps the cache entry that it had. What is learned is made again
from the words in force at each run, so that one taken back leaves nothing behind.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.learning.entries import note_review
from mlops.learning.pagekeys import key_of
from mlops.learning.words import KIND
from mlops.runs import Job
from mlops.stage_results import ReadPages, readings
from mlops.store import Store
from rag import layout
from rag.cache import StageCache, fingerprint
from rag.correct.confusions import Costs
from rag.correct.learned import Lesson, candidates, learn, own_words, summary
from rag.correct.overlay import WordFix, overlay
from rag.french.lexicon import VERSION as LEXICON_VERSION
from rag.french.lexicon import Lexicon
from rag.records import CorrectedPage, Page

log = logging.getLogger(__name__)

VERSION: Final = "1"  # of this module: how fixes are laid over pages
CHANGED: Final = "page_changed"

Pages = Callable[[str], Sequence[Page]]  # of a document, as read, in the layout's order


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the run, by what was read of it."""

    document_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Repairs:
    """What people said of the words of a collection, and the costs that this taught."""

    fixes: Mapping[str, Mapping[int, tuple[WordFix, ...]]]  # document → page index → its fixes
    costs: Costs

    def key(self, document_id: str) -> str:
        """Names the fixes of a document; "" when it has none."""
        of_pages = self.fixes.get(document_id)
        if not of_pages:
            return ""
        rows = [
            [index, fix.first, fix.last, fix.before, fix.after]
            for index, fixes in sorted(of_pages.items())
            for fix in fixes
        ]
        return fingerprint(VERSION, rows)

    def laid(self, document_id: str, pages: Iterable[CorrectedPage]) -> tuple[CorrectedPage, ...]:
        """The pages of a document with its fixes; the others are the same objects."""
        of_pages = self.fixes.get(document_id, {})
        return tuple(overlay(done, of_pages.get(done.page.index, ())) for done in pages)


def repairs_of(job: Job, read: ReadPages) -> Repairs:
    """What is in force for the documents of a run."""
    from rag.correct.confusions import load_costs
    from rag.french.lexicon import load_lexicon

    sources = {source.document_id: source for source in read.collected.sources}

    def pages(document_id: str) -> list[Page]:
        found = next(iter(readings(job, read.collected, None, only=[sources[document_id]])))
        return [layout.arrange(r.page) for r in found.results if r.page is not None]

    digests = zip(sources, read.digests, strict=True)
    with Store(job.home) as store:
        return repairs(
            store,
            [Document(document_id, digest) for document_id, digest in digests],
            pages,
            cache=StageCache(job.home.cache),
            base=load_costs(),
            lexicon=load_lexicon,
        )


def repairs(
    store: Store,
    documents: Sequence[Document],
    pages: Pages,
    *,
    cache: StageCache,
    base: Costs,
    lexicon: Callable[[], Lexicon],
) -> Repairs:
    """What is in force for these documents; fixes of pages read otherwise now are expired.

    Args:
        store: the record; fixes that expire, or that are about a page again, are noted there.
        documents: of the run, without the deleted: these teach nothing.
        pages: opens what was read of one of them.
        cache: keeps page keys and words by what was read.
        base: the package's costs.
        lexicon: loads it, when something is to be learned.
    """
    by_id = {document.document_id: document for document in documents}
    rows = [row for row in _standing(store) if row["document_id"] in by_id]
    if not rows:
        return Repairs({}, base)
    keys = {
        document_id: _page_keys(by_id[document_id], pages, cache)
        for document_id in dict.fromkeys(str(row["document_id"]) for row in rows)
    }
    good = [r for r in rows if keys[r["document_id"]].get(r["page_index"]) == r["page_key"]]
    _note(store, rows, {str(row["fix_id"]) for row in good})
    fixes: dict[str, dict[int, list[WordFix]]] = {}
    for row in good:
        fix = WordFix(row["first"], row["last"], row["before"], row["after"])
        fixes.setdefault(row["document_id"], {}).setdefault(row["page_index"], []).append(fix)
    costs = _learned(good, documents, pages, cache, base, lexicon())
    placed = {
        document: {index: tuple(of_page) for index, of_page in of_pages.items()}
        for document, of_pages in fixes.items()
    }
    log.info("%d corrected words in force, learned: %s", len(good), dict(summary(costs)))
    return Repairs(placed, costs)


def _standing(store: Store) -> list[dict[str, Any]]:
    """Fixes that were validated, those that expired with their page among them, in page order."""
    fixes = t.word_fixes.c
    query = (
        sa.select(t.word_fixes)
        .where(
            (fixes.state == "validated") | ((fixes.state == "expired") & (fixes.reason == CHANGED))
        )
        .order_by(fixes.document_id, fixes.page_index, fixes.first, fixes.last, fixes.fix_id)
    )
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _note(store: Store, rows: Sequence[Mapping[str, Any]], good: set[str]) -> None:
    """Keep what expired, and what a page that is read again as it was brings back."""
    for row in rows:
        state = "validated" if row["fix_id"] in good else "expired"
        if row["state"] == state:
            continue
        reason = "" if state == "validated" else CHANGED
        with store.write() as connection:
            connection.execute(
                sa.update(t.word_fixes)
                .where(t.word_fixes.c.fix_id == row["fix_id"])
                .values(state=state, reason=reason)
            )
            note_review(connection, KIND, row["fix_id"], "", state, reason)
        log.info("corrected word %s: %s", row["fix_id"], state)


def _page_keys(document: Document, pages: Pages, cache: StageCache) -> dict[int, str]:
    """Key of each page of a document as it is read now."""
    name = cache.key("page-keys", layout.VERSION, document.digest)
    data = cache.get(name)
    if data is None:
        found = [[page.index, key_of(page)] for page in pages(document.document_id)]
        data = json.dumps(found).encode()
        cache.put(name, data)
    return {int(index): str(key) for index, key in json.loads(data)}


def _learned(
    rows: Sequence[Mapping[str, Any]],
    documents: Sequence[Document],
    pages: Pages,
    cache: StageCache,
    base: Costs,
    lexicon: Lexicon,
) -> Costs:
    """The costs that these rows teach; the collection is looked through for new words only."""
    lessons = [
        Lesson(row["before"], row["after"], f"{row['document_id']}/{row['page_index']}")
        for row in rows
    ]
    new = candidates(lessons, lexicon.knows)
    seen: set[str] = set()
    for document in documents if new else ():
        seen |= new & _own_words(document, pages, cache, lexicon)
    return learn(lessons, base, lexicon.knows, seen.__contains__)


def _own_words(
    document: Document, pages: Pages, cache: StageCache, lexicon: Lexicon
) -> frozenset[str]:
    """Words of a document that no list has, read with confidence."""
    name = cache.key("own-words", LEXICON_VERSION, document.digest)
    data = cache.get(name)
    if data is None:
        found = sorted(own_words(pages(document.document_id), lexicon.knows))
        data = json.dumps(found).encode()
        cache.put(name, data)
    return frozenset(json.loads(data))

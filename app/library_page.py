"""What the library's page draws: a row a document, with the strip of how its pages were read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from app import messages
from app.library_schemas import page_words
from app.library_work import LOST
from app.service import Service
from rag.index.content import PageAccount
from rag.records import PageStatus, Source

CELLS = 120  # of a strip, at most: a book of 600 pages has five a cell
WIDTH = 600  # of a strip, in its own units
LEVELS = ((0.97, "h4"), (0.92, "h3"), (0.85, "h2"), (0.0, "h1"))  # mean confidence -> class
SHOWN_FAILURES = 20  # of one document, on the page
KEPT = 5000  # rows kept between two visits


@dataclass(frozen=True, slots=True)
class Bar:
    """Cells of a strip that look the same."""

    x: float
    width: float
    look: str  # a class of library.css


@dataclass(frozen=True, slots=True)
class Lost:
    """A page without text."""

    page: int  # from 1
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One document of the table."""

    source: Source
    counts: tuple[tuple[str, int], ...]  # pages by status
    well_read: float | None  # 0..1: mean over pages that are not blank; None when all are
    bars: tuple[Bar, ...]
    lost: tuple[Lost, ...]
    lost_count: int

    def words(self, language: messages.Language) -> str:
        """What the strip shows, for who does not see it."""
        counts = ", ".join(
            f"{messages.number(count, language)} "
            + messages.text(f"statuses.{'one.' if count == 1 else ''}{status}", language)
            for status, count in self.counts
        )
        pages = self.pages(language)
        return messages.text("library.strip", language, pages=pages, statuses=counts)

    def pages(self, language: messages.Language) -> str:
        """How many pages it has."""
        return pages_words(self.source.pages, language)

    def failures(self, language: messages.Language) -> list[tuple[int, str]]:
        """Page and remedy, of the first pages without text."""
        return [(lost.page, page_words(lost.reason, language)) for lost in self.lost]


def pages_words(count: int, language: messages.Language) -> str:
    """A number of pages: « 1 page », « 412 pages »."""
    if count == 1:
        return messages.text("library.count_one", language)
    return messages.text("library.count", language, pages=messages.number(count, language))


_rows: dict[tuple[str, str], Row] = {}  # of (release, document): a release never changes


def rows_of(service: Service, sources: Sequence[Source]) -> list[Row]:
    """A row for each of these documents of the release in service."""
    release = service.release
    if len(_rows) > KEPT:
        _rows.clear()
    found = []
    for source in sources:
        key = (release.id, source.document_id)
        if (row := _rows.get(key)) is None:
            row = _rows[key] = _row(source, _accounts(release.page_statuses, source))
        found.append(row)
    return found


def _accounts(rows: Sequence[PageAccount], source: Source) -> list[PageAccount]:
    """The pages of a document: the accounts are in order of document and page."""
    first = bisect_left(rows, (source.document_id, 0), key=lambda r: (r.document_id, r.index))
    pages = rows[first : first + source.pages]
    return [page for page in pages if page.document_id == source.document_id]


def _row(source: Source, pages: Sequence[PageAccount]) -> Row:
    counts: dict[str, int] = {}
    for page in pages:
        counts[page.status.value] = counts.get(page.status.value, 0) + 1
    sure = [_sureness(page) for page in pages if page.status is not PageStatus.BLANK]
    lost = [Lost(page.index + 1, page.reason) for page in pages if page.status in LOST]
    return Row(
        source,
        tuple(counts.items()),
        sum(sure) / len(sure) if sure else None,
        tuple(strip(pages)),
        tuple(lost[:SHOWN_FAILURES]),
        len(lost),
    )


def _sureness(page: PageAccount) -> float:
    return 0.0 if page.status in LOST else page.confidence


def strip(pages: Sequence[PageAccount]) -> list[Bar]:
    """The pages from left to right, as bars of one look each."""
    if not pages:
        return []
    cells = min(CELLS, len(pages))
    edges = [number * len(pages) // cells for number in range(cells + 1)]
    looks = [_look(pages[first:last]) for first, last in pairwise(edges)]
    bars, at = [], 0
    for look, same in groupby(looks):
        count = len(list(same))
        bars.append(Bar(round(at * WIDTH / cells, 1), round(count * WIDTH / cells, 1), look))
        at += count
    return bars


def _look(pages: Sequence[PageAccount]) -> str:
    """One failed page shows, however many good ones stand beside it."""
    if any(page.status in LOST for page in pages):
        return "hf"
    sure = [page.confidence for page in pages if page.status is not PageStatus.BLANK]
    if not sure:
        return "hb"
    mean = sum(sure) / len(sure)
    return next(look for floor, look in LEVELS if mean >= floor)

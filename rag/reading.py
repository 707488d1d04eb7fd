"""Every page of every source is read once and accounted for: the parent's side of ``rag.reader``.

Each page is kept the moment it is read, under its document and what it was read with; a list of all
pages is kept when the document is complete. So an unchanged document costs one look-up, an
interrupted run goes on at the page where it stopped, and a changed page is the only one read again
(``rag.reader`` knows the pixels of the others).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import codec
from rag.cache import StageCache, fingerprint
from rag.collect import PAGED_KINDS, hash_file
from rag.errors import StoreUnavailable
from rag.formats import VERSION as FORMATS_VERSION
from rag.ocr.layer import VERSION as LAYER_VERSION
from rag.progress import Progress, Silent
from rag.reader import VERSION as READER_VERSION
from rag.reader import Kept, PageJob
from rag.records import PageResult, PageStatus, Source
from rag.render import VERSION as RENDER_VERSION
from rag.workers import Outcome, Pool

if TYPE_CHECKING:
    from rag.settings import Settings

VERSION = f"{READER_VERSION}.{RENDER_VERSION}.{LAYER_VERSION}.{FORMATS_VERSION}"
AGAIN = "read-again"  # in the cache: pages read in another way (``rag.rereading``)
_PACKAGES = {  # whose version decides what an engine reads
    "rapidocr": ("rapidocr",),
    "tesseract": ("tesserocr",),
    "both": ("rapidocr", "tesserocr"),
}


@dataclass(frozen=True, slots=True)
class HowToRead:
    """What is read with, and within which bounds; the first two change what is read."""

    engine: str = "rapidocr"
    low_confidence: float = 0.80
    max_megapixels: int = 80
    workers: int = 1
    timeout_s: float = 120.0  # of one page
    memory_mb: int = 4000  # of one child

    @classmethod
    def of(cls, settings: Settings) -> HowToRead:
        """The part of the settings that reading needs."""
        return cls(
            settings.ocr_engine,
            settings.low_confidence,
            settings.max_page_megapixels,
            settings.workers,
            settings.page_timeout_s,
            settings.worker_memory_mb,
        )

    @property
    def mark(self) -> str:
        """Two readings with the same mark are the same."""
        return fingerprint(VERSION, self.engine, engine_version(self.engine), self.low_confidence)[
            :16
        ]


@dataclass(frozen=True, slots=True)
class _List:
    """All pages of a complete document, and the bounds that the failed ones failed under."""

    statuses: tuple[tuple[PageStatus, str], ...]
    digest: str
    timeout_s: float
    memory_mb: int


class DocumentReading:
    """What was read of one source; the pages themselves are loaded when they are asked for."""

    def __init__(
        self, source: Source, pages: _List, pages_read: int, cache: StageCache, mark: str
    ) -> None:
        self.source = source
        self.statuses = pages.statuses  # (status, reason) of each page, by index
        self.digest = pages.digest  # of all that was read: the key of the stages that follow
        self.pages_read = pages_read  # really, in this run
        self.pages_cached = len(pages.statuses) - pages_read
        self._cache = cache
        self._mark = mark

    @cached_property
    def results(self) -> tuple[PageResult, ...]:
        """One account a page, by index.

        Raises:
            StoreUnavailable: an entry of the cache is damaged; the next run reads that page again.
        """
        return tuple(self._result(index) for index in range(len(self.statuses)))

    def _result(self, index: int) -> PageResult:
        data = self._cache.get(_page_key(self.source.document_id, self._mark, index))
        if data is not None:
            kept: Kept = codec.loads(Kept, data)
            return kept.result
        status, reason = self.statuses[index]
        if status is PageStatus.FAILED:
            return PageResult(self.source.document_id, index, status, reason, None, None, 0.0)
        raise StoreUnavailable(
            f"page {index + 1} of {self.source.name} is not in the cache {self._cache.folder} "
            "any more. Run again: ragphoto ingest",
            code="cache_damaged",
        )


def read_documents(
    sources: Sequence[Source],
    folder: Path,
    *,
    cache: StageCache,
    how: HowToRead,
    progress: Progress | None = None,
    retry_failed: bool = False,
) -> Iterator[DocumentReading]:
    """Read what is not read yet; yield every document, in the order given, when it is complete.

    Children start only when a page must be read. A page that killed its child is FAILED and stays
    so, until ``retry_failed``, or until it may have more time or memory.

    Args:
        sources: of ``rag.collect``.
        folder: that their paths start from.
        cache: where pages are kept, each the moment it is read.
        how: the engine and the bounds.
        progress: told of the pages that must be read, stage ``read``.
        retry_failed: read failed pages again.

    Raises:
        NotInstalled, SettingsError: the engine cannot be had.
    """
    progress = progress or Silent()
    plans = [_Plan(source, folder, cache, how, retry_failed) for source in sources]
    by_document = {plan.source.document_id: plan for plan in plans}
    progress.start("read", sum(len(plan.missing) for plan in plans))
    scratch = tempfile.mkdtemp(prefix="ragphoto-")
    try:
        with Pool(how.workers, timeout_s=how.timeout_s, memory_mb=how.memory_mb) as pool:
            jobs = (job for plan in plans for job in plan.jobs(scratch))
            outcomes = pool.run("rag.reader:read_job", jobs)
            for plan in plans:
                while plan.missing and not plan.changed:
                    outcome = next(outcomes, None)
                    if outcome is None:
                        break
                    done = by_document[outcome.payload["document_id"]].take(outcome)
                    progress.advance(done)
                yield plan.finish()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        progress.finish()


def read_source(
    source: Source,
    folder: Path,
    *,
    how: HowToRead,
    indexes: Sequence[int] | None = None,
    progress: Progress | None = None,
) -> tuple[PageResult, ...]:
    """Read some pages (all, when None) of one file now, keeping nothing; in order of pages.

    Raises:
        NotInstalled, SettingsError: the engine cannot be had.
    """
    progress = progress or Silent()
    wanted = sorted(set(range(source.pages) if indexes is None else indexes))
    path = str(folder / source.path)
    results: dict[int, PageResult] = {}
    progress.start("read", len(wanted))
    with (
        tempfile.TemporaryDirectory(prefix="ragphoto-") as scratch,
        Pool(how.workers, timeout_s=how.timeout_s, memory_mb=how.memory_mb) as pool,
    ):
        paged = source.kind in PAGED_KINDS
        jobs = [_job(source, path, i, how, scratch, None) for i in (wanted if paged else [0])]
        for outcome in pool.run("rag.reader:read_job", jobs):
            for kept in _kept(source, outcome, wanted):
                results[kept.result.index] = kept.result
                progress.advance()
    progress.finish()
    return tuple(results[i] for i in wanted if i in results)


def forget(document_id: str, cache: StageCache) -> int:
    """Remove every reading of a document from the cache; return how many entries went."""
    gone = 0
    for key in list(cache.keys(f"read-page/{document_id}-")):
        data = cache.get(key)
        if data is not None and (reading := codec.loads(Kept, data).reading):
            gone += cache.has(reading)
            cache.remove(reading)
        cache.remove(key)
        gone += 1
    for stage in ("read-document", AGAIN):
        for key in list(cache.keys(f"{stage}/{document_id}-")):
            cache.remove(key)
            gone += 1
    return gone


def engine_version(engine: str) -> str:
    """Versions of the packages that an engine reads with, without loading it."""
    found = []
    for package in _PACKAGES.get(engine, ()):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} absent")
    return ", ".join(found)


class _Plan:
    """One document on its way: which pages are missing, and what came of them."""

    def __init__(
        self, source: Source, folder: Path, cache: StageCache, how: HowToRead, retry: bool
    ) -> None:
        self.source = source
        self.changed = False
        self._path = folder / source.path
        self._cache = cache
        self._how = how
        self._mark = how.mark
        self._state: tuple[int, int] | None = None  # of the file when its reading began
        self._read = 0
        self._failed: dict[int, str] = {}
        self._list = self._known_list(retry)
        self.missing = set() if self._list else self._absent(retry)

    def jobs(self, scratch: str) -> Iterator[Any]:
        """What children must do; asked for when the first of them is free."""
        if not self.missing:
            return
        if not self._is_as_collected():
            self.changed = True
            return
        indexes = sorted(self.missing) if self.source.kind in PAGED_KINDS else [0]
        for index in indexes:
            yield _job(self.source, str(self._path), index, self._how, scratch, self._cache.folder)

    def take(self, outcome: Outcome) -> int:
        """Keep what a child brought; return how many pages that makes."""
        before = len(self.missing)
        for kept in _kept(self.source, outcome, sorted(self.missing)):
            index = kept.result.index
            if outcome.reason:
                self._failed[index] = outcome.reason
            else:
                self._cache.put(self._key(index), codec.dumps(kept))
            self._read += kept.fresh
            self.missing.discard(index)
        return before - len(self.missing)

    def finish(self) -> DocumentReading:
        """The document, complete: what is still missing failed."""
        if self._list is None:
            if self.changed or (self._state and self._state != self._now()):
                self._spoil()
            self._list = self._summed_up()
            if not self.changed:
                self._cache.put(self._list_key, codec.dumps(self._list))
        return DocumentReading(self.source, self._list, self._read, self._cache, self._mark)

    @property
    def _list_key(self) -> str:
        return f"read-document/{self.source.document_id}-{self._mark}"

    def _key(self, index: int) -> str:
        return _page_key(self.source.document_id, self._mark, index)

    def _known_list(self, retry: bool) -> _List | None:
        """The list of a document that needs nothing."""
        data = self._cache.get(self._list_key)
        if data is None:
            return None
        found: _List = codec.loads(_List, data)
        if len(found.statuses) != self.source.pages:
            return None
        more = self._how.timeout_s > found.timeout_s or self._how.memory_mb > found.memory_mb
        for index, (status, reason) in enumerate(found.statuses):
            if status is PageStatus.FAILED:
                if retry or (more and reason in ("timeout", "memory", "crashed")):
                    return None
            elif not self._cache.has(self._key(index)):
                return None
        return found

    def _absent(self, retry: bool) -> set[int]:
        """Pages that no earlier run kept."""
        missing = set()
        for index in range(self.source.pages):
            data = self._cache.get(self._key(index))
            if data is None or (
                retry and codec.loads(Kept, data).result.status is PageStatus.FAILED
            ):
                missing.add(index)
        return missing

    def _now(self) -> tuple[int, int]:
        try:
            state = self._path.stat()
        except OSError:
            return (0, 0)
        return (state.st_size, state.st_mtime_ns)

    def _is_as_collected(self) -> bool:
        """Whether the bytes are still those that the source's hash names."""
        self._state = self._now()
        try:
            return hash_file(self._path) == self.source.document_id
        except OSError:
            return False

    def _spoil(self) -> None:
        """The file changed under our hands: nothing read of it can be tied to its hash."""
        self.changed = True
        forget(self.source.document_id, self._cache)
        self._failed = dict.fromkeys(range(self.source.pages), "changed")
        self._read = 0

    def _summed_up(self) -> _List:
        statuses, parts = [], []
        for index in range(self.source.pages):
            data = None if index in self._failed else self._cache.get(self._key(index))
            if data is None:
                reason = self._failed.get(index, "changed")
                statuses.append((PageStatus.FAILED, reason))
                parts.append(reason.encode())
                continue
            result: PageResult = codec.loads(Kept, data).result
            statuses.append((result.status, result.reason))
            parts.append(codec.dumps(replace(result, seconds=0.0)))
        digest = fingerprint(self.source.document_id, VERSION, parts)
        return _List(tuple(statuses), digest, self._how.timeout_s, self._how.memory_mb)


def _page_key(document_id: str, mark: str, index: int) -> str:
    return f"read-page/{document_id}-{mark}-{index}"


def _job(
    source: Source, path: str, index: int, how: HowToRead, scratch: str, cache: Path | None
) -> Any:
    job = PageJob(
        path,
        source.document_id,
        source.name,
        source.kind,
        index,
        how.engine,
        engine_version(how.engine),
        how.low_confidence,
        how.max_megapixels,
        scratch,
        str(cache) if cache else None,
    )
    return codec.to_json(job)


def _kept(source: Source, outcome: Outcome, wanted: Sequence[int]) -> list[Kept]:
    """One account for each page that this outcome speaks of, failed ones included."""
    paged = source.kind in PAGED_KINDS
    indexes = [outcome.payload["index"]] if paged else list(wanted)
    if outcome.reason:
        return [_lost(source, index, outcome.reason, outcome.seconds) for index in indexes]
    found = {k.result.index: k for k in codec.from_json(tuple[Kept, ...], outcome.result)}
    if not paged and (first := found.get(0)) and first.result.status is PageStatus.FAILED:
        return [_lost(source, index, first.result.reason, 0.0) for index in indexes]
    return [found.get(index) or _lost(source, index, "changed", 0.0) for index in indexes]


def _lost(source: Source, index: int, reason: str, seconds: float) -> Kept:
    failed = PageStatus.FAILED
    return Kept(
        PageResult(source.document_id, index, failed, reason, None, None, seconds), "", True
    )

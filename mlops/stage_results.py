"""What the stages hand to each other: small references; the substance lies in the cache."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops.runs import Job
from mlops.store import Store
from rag.cache import StageCache
from rag.codec import loads
from rag.errors import StoreUnavailable
from rag.progress import Progress
from rag.records import CorrectedPage, PageStatus, Refusal, Section, Source
from rag.settings import Home, Settings

if TYPE_CHECKING:
    from rag.correct.confusions import Costs
    from rag.reading import DocumentReading

READ = (PageStatus.OK, PageStatus.LOW_CONFIDENCE, PageStatus.BLANK)  # pages that did not fail


@dataclass(frozen=True, slots=True)
class Collected:
    """Stage 1: the documents to read, and what was noticed on the way."""

    folder: Path
    sources: tuple[Source, ...]  # without the deleted
    refusals: tuple[Refusal, ...]
    vanished: tuple[str, ...]
    uses_sample: bool


@dataclass(frozen=True, slots=True)
class ReadPages:
    """Stage 2: per document, the digest of everything read on its pages."""

    collected: Collected
    digests: tuple[str, ...]  # parallel to the sources
    pages_read: int  # really, in this run
    pages_by_status: tuple[tuple[str, int], ...]
    mean_confidence: float | None


@dataclass(frozen=True, slots=True)
class PostProcessed:
    """Stage 3: per document, the cache key of its corrected pages."""

    read: ReadPages
    keys: tuple[str, ...]
    costs: str = ""  # cache key of the corrector's costs, when readers taught it some


@dataclass(frozen=True, slots=True)
class Chunked:
    """Stage 4: per document, the cache key of its chunks."""

    processed: PostProcessed
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmbeddingResults:
    """Stage 5: the release that was built (or found), not yet in service."""

    home: Home
    settings: Settings
    release_id: str
    documents: int
    pages: int
    chunks: int
    chunks_embedded: int  # really, in this run
    lexical_only: bool

    @property
    def release(self) -> Path:
        """The folder of the release."""
        return self.home.releases / self.release_id


def readings(
    job: Job, collected: Collected, progress: Progress | None, only: Sequence[Source] | None = None
) -> Iterator[DocumentReading]:
    """What was read of each document (of ``only``, when given); reads what is missing.

    Pages that an editor wants read otherwise are read so (``mlops.learning.rules``).
    """
    from mlops.learning.ruled import otherwise, readings_in_force
    from rag.reading import HowToRead, read_documents

    sources = collected.sources if only is None else only
    cache, how = StageCache(job.home.cache), HowToRead.of(job.settings)
    with Store(job.home) as store:
        rules = readings_in_force(store)
    made = read_documents(sources, collected.folder, cache=cache, how=how, progress=progress)
    return otherwise(made, rules, folder=collected.folder, cache=cache, how=how)


def corrected_of(cache: StageCache, key: str) -> tuple[CorrectedPage, ...]:
    """The corrected pages that stage 3 kept under ``key``."""
    pages: tuple[CorrectedPage, ...] = loads(tuple[CorrectedPage, ...], cache.get(key) or b"[]")
    return pages


def kept_costs(cache: StageCache, costs: Costs) -> str:
    """Keep what the corrector learned, for its release; "" for the package's own costs."""
    from rag.correct.confusions import load_costs

    if costs == load_costs():
        return ""
    data = costs.to_dict()
    key = cache.key("costs", costs.version, data)
    cache.put(key, json.dumps(data).encode())
    return key


def costs_of(cache: StageCache, processed: PostProcessed) -> dict[str, Any]:
    """The costs that the pages were corrected with, as plain data.

    Raises:
        StoreUnavailable: what was learned is not in the cache any more.
    """
    from rag.correct.confusions import load_costs

    if not processed.costs:
        return load_costs().to_dict()
    if (data := cache.get(processed.costs)) is None:
        raise StoreUnavailable(
            f"the corrector's costs are not in the cache {cache.folder} any more. "
            "Run again: ragphoto ingest",
            code="cache_damaged",
        )
    return dict(json.loads(data))


def sections_of(job: Job, read: ReadPages, source: Source) -> tuple[Section, ...]:
    """The sections of one document: its text where it has no page image."""
    reading = next(iter(readings(job, read.collected, None, only=[source])))
    return tuple(r.section for r in reading.results if r.section is not None)

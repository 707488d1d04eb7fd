"""One page: drawn, its text layer judged, read by OCR when that is needed. Runs in a child.

What was seen is kept under the hash of the pixels (and of the layer), so that a page which did not
change is not read again when its file did.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import codec
from rag.cache import StageCache, fingerprint
from rag.errors import BlankPage, DocumentRefused, NotInstalled, PageFailed, SettingsError
from rag.records import Page, PageResult, PageStatus, Section

if TYPE_CHECKING:
    from PIL import Image

    from rag.ocr.engine import OcrEngine
    from rag.ocr.layer import Layer

log = logging.getLogger(__name__)

VERSION = "1"  # raise it when the same page would be read otherwise: every page is read again


@dataclass(frozen=True, slots=True)
class PageJob:
    """Everything a child needs to read one page (or all sections of a file, by index 0)."""

    path: str
    document_id: str
    name: str
    kind: str
    index: int
    engine: str
    engine_version: str
    low_confidence: float
    max_megapixels: int
    scratch: str  # folder for the PNG that the engine reads
    cache: str | None  # folder, or None to keep nothing


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands on some pixels: both readings, where both were made, and the one chosen."""

    seen: Page | None  # by OCR
    layer: Page | None
    page: Page | None  # None: blank


@dataclass(frozen=True, slots=True)
class Kept:
    """A page's account, and where its readings are kept."""

    result: PageResult
    reading: str  # key of the Reading; "" when none was kept
    fresh: bool  # really read now


def read_job(data: Any) -> Any:
    """The task of ``rag.workers``: a PageJob in JSON to a list of Kept in JSON."""
    return codec.to_json(read_pages(codec.from_json(PageJob, data)))


def read_pages(job: PageJob) -> tuple[Kept, ...]:
    """The page of a file that has images of pages; every section of one that has none.

    Raises:
        NotInstalled, SettingsError: the engine cannot be had.
    """
    if job.kind in ("pdf", "image", "photo"):
        return (read_page(job),)
    return _read_sections(job)


def read_page(job: PageJob) -> Kept:
    """Account for one page; whatever goes wrong with it is its status.

    Raises:
        NotInstalled, SettingsError: the engine cannot be had, for this page or any other.
    """
    from rag.render import render_page

    began = time.monotonic()
    section = None
    try:
        if job.kind == "photo":
            section = _notes(job)
        image = render_page(Path(job.path), job.kind, job.index, max_megapixels=job.max_megapixels)
        reading, key, fresh = _reading(job, image)
    except PageFailed as error:
        log.debug("page %d of %s failed: %s", job.index + 1, job.name, error)
        failed = PageStatus.OK if section else PageStatus.FAILED
        result = _result(job, failed, "" if section else error.code, None, section, began)
        return Kept(result, "", True)
    page = reading.page
    if page and job.kind == "photo" and not _has_print(page):
        page = None
    status, reason = _status(page, section, job.low_confidence)
    return Kept(_result(job, status, reason, page, section, began), key, fresh)


def _status(
    page: Page | None, section: Section | None, low_confidence: float
) -> tuple[PageStatus, str]:
    if page is None:
        return (PageStatus.OK if section else PageStatus.BLANK), ""
    if page.confidence < low_confidence:
        return PageStatus.LOW_CONFIDENCE, "low_confidence"
    return PageStatus.OK, ""


def _result(
    job: PageJob,
    status: PageStatus,
    reason: str,
    page: Page | None,
    section: Section | None,
    began: float,
) -> PageResult:
    seconds = round(time.monotonic() - began, 3)
    return PageResult(job.document_id, job.index, status, reason, page, section, seconds)


def _reading(job: PageJob, image: Image.Image) -> tuple[Reading, str, bool]:
    """What stands on the page, from the cache where these pixels were read before."""
    layer = _layer(job, image)
    store = StageCache(Path(job.cache)) if job.cache else None
    inputs = (hashlib.sha256(image.tobytes()).hexdigest(), *image.size, job.kind == "pdf")
    text = _fingerprint(layer.page) if layer else ""
    key = StageCache(Path()).key(
        "read-pixels", VERSION, *inputs, text, job.engine, job.engine_version
    )
    if store and (data := store.get(key)) is not None:
        found: Reading = codec.loads(Reading, data)
        return _named(found, job), key, False
    reading = _look(job, image, layer)
    if store:
        store.put(key, codec.dumps(reading))
    return reading, key if store else "", True


def _fingerprint(page: Page | None) -> str:
    """Of what a layer says, whichever document says it."""
    if page is None:
        return ""
    return fingerprint(page.text, [list(codec.to_json(word.box)) for word in page.words])


def _named(reading: Reading, job: PageJob) -> Reading:
    """The same pixels may stand in another document, or at another place."""

    def own(page: Page | None) -> Page | None:
        return page and replace(page, document_id=job.document_id, index=job.index)

    return Reading(own(reading.seen), own(reading.layer), own(reading.page))


def _layer(job: PageJob, image: Image.Image) -> Layer | None:
    if job.kind != "pdf":
        return None
    from rag.ocr.layer import read_layer
    from rag.render import dpi_of

    width, height = image.size
    try:
        return read_layer(
            Path(job.path),
            job.index,
            document_id=job.document_id,
            width_px=width,
            height_px=height,
            dpi=dpi_of(image),
        )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  a broken layer is no layer: the page is still seen
        log.warning("text layer of page %d of %s: %r", job.index + 1, job.name, error)
        return None


def _look(job: PageJob, image: Image.Image, layer: Layer | None) -> Reading:
    """Trust the layer, or read with OCR and let the better win."""
    import numpy as np

    from rag.ocr.layer import judge, trusted

    text = layer.page if layer else None
    if layer and text:
        grey = np.asarray(image.convert("L"))
        if trusted(layer, grey, _known()):
            return Reading(None, text, text)
    try:
        seen: Page | None = _ocr(job, image)
    except BlankPage:
        seen = None
        if layer and layer.hidden_share > 0.5:
            text = None  # words that nobody can see on an empty page prove nothing
    try:
        return Reading(seen, text, judge(text, seen, _known()))
    except BlankPage:
        return Reading(None, text, None)


def _ocr(job: PageJob, image: Image.Image) -> Page:
    """Hand the page to the engine as a PNG file, and note the resolution that it was drawn at.

    Raises:
        BlankPage: nothing is on it.
        PageFailed: ``ocr_failed``, or what the engine says.
    """
    from rag.render import dpi_of

    engine = _engine(job.engine)
    png = Path(job.scratch) / f"page-{os.getpid()}.png"
    image.save(png, "PNG", compress_level=1, dpi=image.info["dpi"])
    try:
        page = engine.read(png, document_id=job.document_id, index=job.index)
    except (PageFailed, MemoryError, NotInstalled, SettingsError):
        raise
    except Exception as error:  # an engine's libraries raise anything
        raise PageFailed(f"{engine.name}: {error!r}", code="ocr_failed") from error
    return replace(page, dpi=dpi_of(image))


@cache
def _engine(name: str) -> OcrEngine:
    """Loaded once in a process."""
    from rag.ocr.engine import load_engine

    return load_engine(name)


@cache
def _known() -> Callable[[str], bool]:
    from rag.french.lexicon import load_lexicon

    return load_lexicon().knows


def _has_print(page: Page) -> bool:
    """Tell a sign or a page in a photo from leaves and bricks read as letters."""
    from rag.ocr.layer import measure

    quality = measure(page, _known())
    return quality.letters >= 4 and quality.hits >= 0.5


def _notes(job: PageJob) -> Section | None:
    """What the photo says about itself, as a section; a page without notes has none."""
    from rag.exif import photo_metadata

    try:
        text = photo_metadata(Path(job.path))
    except (OSError, SyntaxError, ValueError, PageFailed) as error:
        log.warning("notes of the photo %s: %r", job.name, error)
        return None
    return Section(job.document_id, job.index, job.name, text) if text else None


def _read_sections(job: PageJob) -> tuple[Kept, ...]:
    from rag.formats import read_sections

    began = time.monotonic()
    try:
        sections = read_sections(
            Path(job.path), job.kind, document_id=job.document_id, name=job.name
        )
    except DocumentRefused as error:
        return (Kept(_result(job, PageStatus.FAILED, error.code, None, None, began), "", True),)
    return tuple(
        Kept(_result(replace(job, index=s.index), PageStatus.OK, "", None, s, began), "", True)
        for s in sections
    )

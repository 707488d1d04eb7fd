"""A page read again, with another engine or at another scale: what its image holds all the same.

The reading of the collection stays what it is; this one is asked for by a diagnosis, or by what an
editor accepted (``mlops.learning.rules``). It is made in a child like any reading, bounded in time,
and kept under the file's hash, the page, the engine with its version, and the scale: the same
question of the same image costs nothing twice and gets the same answer.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rag import codec
from rag.cache import StageCache, fingerprint
from rag.collect import PAGED_KINDS, hash_file
from rag.errors import BlankPage, NotInstalled, PageFailed, SettingsError
from rag.reading import AGAIN, HowToRead, engine_version
from rag.records import Box, Page, Source
from rag.render import VERSION as RENDER_VERSION
from rag.workers import Pool

if TYPE_CHECKING:
    from PIL import Image

    from rag.ocr.engine import OcrEngine

VERSION: Final = "1"  # of this module: raise it when the same page would be read otherwise
LARGER, SMALLER = 2.0, 0.5
LONGEST_PX = 4000  # of a side to read (``rag.ocr.paddle.MAX_SIDE``): beyond, smaller is "another"
WAIT_S = 60.0  # of one reading, however patient the settings are
OTHERS = {"rapidocr": "tesseract", "tesseract": "rapidocr", "both": "tesseract"}
_NEEDS = {"tesseract": "tesserocr", "both": "tesserocr", "rapidocr": "rapidocr"}


@dataclass(frozen=True, slots=True)
class Way:
    """An engine of the registry, and how much larger than usual (1.0) the page is drawn for it."""

    engine: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Again:
    """A page read again; ``reason`` says why there is no page.

    Attributes:
        page: what the engine saw, boxes in pixels of the page as it is drawn usually.
        reason: "" when it was read; "blank", "gone" (no such file any more), "changed" (the file is
            another), "not_installed", "no_image", or as in ``PageResult.reason``.
    """

    way: Way
    page: Page | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgainJob:
    """Everything a child needs."""

    path: str
    document_id: str
    kind: str
    index: int
    engine: str
    scale: float
    max_megapixels: int
    scratch: str


def ways(engine: str, longest_px: int = 0) -> tuple[Way, ...]:
    """How a page that one engine read may be read otherwise, the quicker first.

    Args:
        engine: that read it.
        longest_px: longer side of the page as it was read; 0 when it is not known.
    """
    scale = SMALLER if longest_px * LARGER > LONGEST_PX else LARGER
    other = OTHERS.get(engine)
    installed = other is not None and find_spec(_NEEDS[other]) is not None
    return (*((Way(str(other)),) if installed else ()), Way(engine, scale))


def pool_for(how: HowToRead) -> Pool:
    """One child that reads pages again, within the bounds of a reading; close it after use."""
    return Pool(1, timeout_s=min(WAIT_S, how.timeout_s), memory_mb=how.memory_mb, retries=0)


def read_again(
    source: Source,
    folder: Path,
    index: int,
    wanted: Sequence[Way],
    *,
    how: HowToRead,
    cache: StageCache,
    pool: Pool | None = None,
) -> tuple[Again, ...]:
    """Read one page in each of these ways; what was read so before is not read again.

    Args:
        source: the document.
        folder: of the documents.
        index: of the page, from 0.
        wanted: the ways, in order.
        how: bounds of a reading; its engine is not looked at.
        cache: keeps what was read; a failure is not kept.
        pool: of ``pool_for``, where several pages are read; one of its own otherwise.

    Returns:
        One account for each way, in order. Nothing is raised for a page that cannot be read.
    """
    kept = {way: _kept(cache, source.document_id, index, way, how) for way in wanted}
    missing = [way for way, found in kept.items() if found is None]
    fresh: dict[Way, Again] = {}
    if missing and pool is not None:
        fresh = _read(source, folder, index, missing, how, pool)
    elif missing:
        with pool_for(how) as own:
            fresh = _read(source, folder, index, missing, how, own)
    for way, made in fresh.items():
        if made.reason in ("", "blank"):
            cache.put(key_of(source.document_id, index, way, how), codec.dumps(made))
    return tuple(kept[way] or fresh[way] for way in wanted)


def key_of(document_id: str, index: int, way: Way, how: HowToRead) -> str:
    """Where a reading is kept: everything that it depends on."""
    made = fingerprint(
        VERSION, RENDER_VERSION, way.engine, engine_version(way.engine), way.scale,
        how.max_megapixels,
    )  # fmt: skip
    return f"{AGAIN}/{document_id}-{made[:16]}-{index}"


def _kept(
    cache: StageCache, document_id: str, index: int, way: Way, how: HowToRead
) -> Again | None:
    data = cache.get(key_of(document_id, index, way, how))
    if data is None:
        return None
    found: Again = codec.loads(Again, data)
    return found


def _read(
    source: Source, folder: Path, index: int, wanted: Sequence[Way], how: HowToRead, pool: Pool
) -> dict[Way, Again]:
    """The readings that were never made, each in the same child."""
    path = folder / source.path
    if (reason := _unreadable(source, path)) != "":
        return {way: Again(way, None, reason) for way in wanted}
    found: dict[Way, Again] = {}
    with tempfile.TemporaryDirectory(prefix="ragphoto-") as scratch:
        for way in wanted:
            job = AgainJob(
                str(path), source.document_id, source.kind, index, way.engine, way.scale,
                how.max_megapixels, scratch,
            )  # fmt: skip
            try:
                given = pool.call("rag.rereading:read_job", codec.to_json(job))
                found[way] = replace(codec.from_json(Again, given), way=way)
            except PageFailed as error:
                found[way] = Again(way, None, error.code)
            except (NotInstalled, SettingsError):
                found[way] = Again(way, None, "not_installed")
    return found


def _unreadable(source: Source, path: Path) -> str:
    """Why no image of this document can be looked at; "" when one can."""
    if source.kind not in PAGED_KINDS:
        return "no_image"
    try:
        return "" if hash_file(path) == source.document_id else "changed"
    except OSError:
        return "gone"


# --- in the child ---------------------------------------------------------------------------------


def read_job(data: Any) -> Any:
    """The task of ``rag.workers``: an AgainJob in JSON to an Again in JSON."""
    return codec.to_json(look(codec.from_json(AgainJob, data)))


def look(job: AgainJob) -> Again:
    """Draw the page, enlarge it, read it, and bring its boxes back to the usual size.

    Raises:
        NotInstalled, SettingsError: the engine cannot be had.
    """
    from rag.render import dpi_of, render_page

    way = Way(job.engine, job.scale)
    try:
        image = render_page(Path(job.path), job.kind, job.index, max_megapixels=job.max_megapixels)
        png = Path(job.scratch) / f"again-{time.monotonic_ns()}.png"
        _sized(image, job.scale).save(png, "PNG", compress_level=1)
        page = _engine(job.engine).read(png, document_id=job.document_id, index=job.index)
    except BlankPage:
        return Again(way, None, "blank")
    except PageFailed as error:
        return Again(way, None, error.code)
    return Again(way, _back(page, image.size, dpi_of(image), job.scale))


@cache
def _engine(name: str) -> OcrEngine:
    """Loaded once in a child."""
    from rag.ocr.engine import load_engine

    return load_engine(name)


def _sized(image: Image.Image, scale: float) -> Image.Image:
    from PIL import Image as Pillow

    if scale == 1:
        sized = image
    else:
        size = tuple(max(8, round(side * scale)) for side in image.size)
        how = Pillow.Resampling.BICUBIC if scale > 1 else Pillow.Resampling.BOX
        sized = image.resize((size[0], size[1]), how)
    dpi = image.info["dpi"][0] * scale
    sized.info = {**image.info, "dpi": (dpi, dpi)}
    return sized


def _back(page: Page, size: tuple[int, int], dpi: int, scale: float) -> Page:
    """The page with its boxes in pixels of the image as it is drawn usually."""
    width, height = size
    words = tuple(
        replace(word, box=_smaller(word.box, scale, width, height)) for word in page.words
    )
    name = page.engine if scale == 1 else f"{page.engine} ×{scale:g}"
    return replace(page, width_px=width, height_px=height, dpi=dpi, words=words, engine=name)


def _smaller(box: Box, scale: float, width: int, height: int) -> Box:
    left, top = min(width - 1, int(box.left / scale)), min(height - 1, int(box.top / scale))
    right = min(width, max(left + 1, round(box.right / scale)))
    bottom = min(height, max(top + 1, round(box.bottom / scale)))
    return Box(left, top, right, bottom)

"""The image of a page, drawn from the very bytes that were read, kept, and marked on request.

The file is opened by a child process (``rag.render`` in ``rag.workers``), since it may be hostile.
"""

from __future__ import annotations

import hashlib
import io
import logging
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.records import Box, Page, Source
from rag.settings import Home, Settings

if TYPE_CHECKING:
    from PIL import Image

    from rag.workers import Pool

log = logging.getLogger(__name__)

VERSION = "1"  # of the drawing: part of file names and ETags
HIGHLIGHT = (255, 226, 64)  # the yellow of a highlighter; multiplied, so that ink stays black
MARGIN = 0.6  # around a crop, in heights of its highest line
CROP_WIDTH = 1600  # pixels, at most, of either side
QUALITY = 88  # of the JPEG; a page of 1000 × 1600 pixels weighs about 250 kB


class FileChanged(Exception):
    """The file on disk is not the one that was read, or is not there any more."""


def boxes_of(page: Page, first: int, last: int) -> tuple[Box, ...]:
    """The rectangles of words[first:last], one per printed line; empty when there is no such word.

    Ends outside the page are cut back to it.
    """
    ends = (*page.line_starts[1:], len(page.words))
    found = []
    for start, end in zip(page.line_starts, ends, strict=True):
        words = page.words[max(start, first) : min(end, last)] if first < last else ()
        if words:
            box = words[0].box
            for word in words[1:]:
                box = box.union(word.box)
            found.append(box)
    return tuple(found)


def _highlighted(image: Image.Image, boxes: Iterable[Box], x: float, y: float) -> Image.Image:
    """The image with rectangles under a highlighter; ``x`` and ``y`` lead from boxes to pixels."""
    from PIL import Image, ImageChops, ImageDraw

    ink = Image.new("RGB", image.size, "white")
    pen = ImageDraw.Draw(ink)
    for box in boxes:
        pen.rounded_rectangle(
            (box.left * x - 3, box.top * y - 2, box.right * x + 3, box.bottom * y + 2),
            radius=3,
            fill=HIGHLIGHT,
        )
    return ImageChops.multiply(image, ink)


class PageImages:
    """Draws, keeps and marks page images; one child process, started at the first page."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self._shelves = home.shelves
        self._folder = home.cache / "images"
        self._settings = settings
        self._lock = threading.Lock()
        self._pool: Pool | None = None
        self._verified: dict[Path, tuple[tuple[int, int, int], str]] = {}

    def close(self) -> None:
        """Stop the child process."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
            self._pool = None

    def etag(self, source: Source, index: int, marks: str = "") -> str:
        """Changes when the bytes, the page, the drawing or the marks change."""
        key = f"{source.document_id}/{index}/{VERSION}/{marks}"
        return '"' + hashlib.sha256(key.encode()).hexdigest()[:32] + '"'

    def draw(self, source: Source, index: int) -> Path:
        """The page as a JPEG file.

        Raises:
            FileChanged: the file is not the one that was read.
            PageFailed: the page cannot be drawn (or its child died).
        """
        kept = self._folder / source.document_id / f"{index + 1:05d}-v{VERSION}.jpg"
        if kept.is_file():
            return kept
        with self._lock:
            if not kept.is_file():
                self._draw(self._file(source), source, index, kept)
        return kept

    def small(self, source: Source, index: int, width: int) -> Path:
        """The page as a JPEG file at most ``width`` pixels wide and twice as high, kept.

        Raises:
            FileChanged: the file is not the one that was read.
            PageFailed: the page cannot be drawn (or its child died).
        """
        from PIL import Image

        page = self.draw(source, index)
        kept = page.with_name(f"{page.stem}-w{width}.jpg")
        if not kept.is_file():
            beside = kept.with_suffix(f".{threading.get_ident()}.part")
            with Image.open(page) as drawn:
                image = drawn.convert("RGB")
            image.thumbnail((width, 2 * width))
            image.save(beside, "JPEG", quality=QUALITY)
            beside.replace(kept)
        return kept

    def cropped(
        self, source: Source, index: int, boxes: Sequence[Box], size: Sequence[int],
        *, mark: bool = False,
    ) -> bytes:  # fmt: skip
        """The rectangle around some boxes (pixels of an image of ``size``), with a margin.

        ``mark`` highlights the boxes, as ``marked`` does.
        """
        from PIL import Image

        with Image.open(self.draw(source, index)) as drawn:
            image = drawn.convert("RGB")
        x, y = image.width / size[0], image.height / size[1]
        if mark:
            image = _highlighted(image, boxes, x, y)
        around = boxes[0]
        for box in boxes[1:]:
            around = around.union(box)
        margin = max(box.height for box in boxes) * MARGIN
        cut = image.crop(
            (
                max(0, round((around.left - margin) * x)),
                max(0, round((around.top - margin) * y)),
                min(image.width, round((around.right + margin) * x)),
                min(image.height, round((around.bottom + margin) * y)),
            )
        )
        cut.thumbnail((CROP_WIDTH, CROP_WIDTH))
        out = io.BytesIO()
        cut.save(out, "JPEG", quality=QUALITY)
        return out.getvalue()

    def marked(
        self, source: Source, index: int, boxes: Iterable[Box], size: Sequence[int]
    ) -> bytes:
        """The page as JPEG bytes with rectangles (pixels of an image of ``size``) highlighted."""
        from PIL import Image

        with Image.open(self.draw(source, index)) as drawn:
            image = drawn.convert("RGB")
        x, y = image.width / size[0], image.height / size[1]
        out = io.BytesIO()
        _highlighted(image, boxes, x, y).save(out, "JPEG", quality=QUALITY)
        return out.getvalue()

    def _file(self, source: Source) -> Path:
        """The file of a document, checked to be inside the collection and to hold those bytes."""
        for root in (shelf.resolve() for shelf in self._shelves):
            for name in (source.path, *source.also_at):
                path = (root / name).resolve()
                if path.is_relative_to(root) and self._hash(path) == source.document_id:
                    return path
        raise FileChanged(source.name)

    def _hash(self, path: Path) -> str:
        """SHA-256 of a file, remembered while size and times do not change; "" when absent."""
        try:
            state = path.stat()
            stamp = (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
            known = self._verified.get(path)
            if known is None or known[0] != stamp:
                with path.open("rb") as file:
                    known = (stamp, hashlib.file_digest(file, "sha256").hexdigest())
                self._verified[path] = known
        except OSError:
            return ""
        return known[1]

    def _draw(self, file: Path, source: Source, index: int, kept: Path) -> None:
        from PIL import Image

        kept.parent.mkdir(parents=True, exist_ok=True)
        drawn = kept.with_suffix(".png")
        beside = kept.with_suffix(".part")
        try:
            self._child().call(
                "rag.render:save_page",
                {
                    "path": str(file),
                    "kind": source.kind,
                    "index": index,
                    "out": str(drawn),
                    "dpi": None,
                    "max_megapixels": self._settings.max_page_megapixels,
                    "document_id": source.document_id,
                },
            )
            with Image.open(drawn) as image:
                image.convert("RGB").save(beside, "JPEG", quality=QUALITY)
            beside.replace(kept)
        finally:
            drawn.unlink(missing_ok=True)
            beside.unlink(missing_ok=True)

    def _child(self) -> Pool:
        from rag.workers import Pool

        if self._pool is None:
            self._pool = Pool(1, timeout_s=30, memory_mb=2000)
        return self._pool

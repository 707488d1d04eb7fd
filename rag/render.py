"""A page of a document as pixels: what OCR reads and what the viewer shows.

Scans are drawn at the resolution of the scan itself, whatever the file declares: the
largest image on the page gives the scale (the two old books: 144 dpi, 605 × 998 px of print).
Born-digital pages are drawn at 144 dpi (A4: 1191 × 1684 px). No side is longer than ``LONGEST_PX``.
Enlarging for small print is the OCR engine's business.

These functions open untrusted files: outside tests they run in a child (``rag.workers``).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import PageFailed
from rag.records import PageImage

if TYPE_CHECKING:
    from PIL import Image

VERSION = "1"
DPI = 144  # of a page that has no resolution of its own
LONGEST_PX = 3508  # A4 at 300 dpi; more only costs time
_SCAN_SHARE = 0.3  # an image that covers less of the page does not set its scale
_MIN_LONG_PX = 800  # a "scan" coarser than this is a decoration: 144 dpi instead


def render_page(
    path: Path, kind: str, index: int, *, dpi: int | None = None, max_megapixels: int = 80
) -> Image.Image:
    """Draw one page.

    Args:
        path: the file.
        kind: ``pdf``, ``image`` or ``photo``.
        index: page or frame, from 0.
        dpi: of the drawing; None chooses (see above). Sizes stay within ``LONGEST_PX``.
        max_megapixels: an image file with more is refused, a drawing is made smaller.

    Returns:
        An RGB image, upright; ``.info["dpi"]`` is the pair that it was drawn at.

    Raises:
        PageFailed: ``too_many_pixels``, ``no_such_page`` or ``render_failed``.
    """
    try:
        if kind == "pdf":
            return _draw_pdf(path, index, dpi, max_megapixels)
        return _draw_image(path, index, dpi, max_megapixels)
    except (PageFailed, MemoryError):
        raise
    except Exception as error:  # libraries raise anything on a bad file
        raise PageFailed(f"page {index + 1} of {path.name}: {error!r}", code="render_failed") from (
            error
        )


def draw_page(
    path: Path,
    kind: str,
    index: int,
    out: Path,
    *,
    document_id: str = "",
    dpi: int | None = None,
    max_megapixels: int = 80,
) -> PageImage:
    """Draw one page into the PNG file ``out``, replaced atomically.

    Raises:
        PageFailed: as ``render_page``.
    """
    image = render_page(path, kind, index, dpi=dpi, max_megapixels=max_megapixels)
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    image.save(beside, "PNG", compress_level=1)
    beside.replace(out)
    return PageImage(document_id, index, out, *image.size, dpi_of(image))


def save_page(job: dict[str, Any]) -> dict[str, int]:
    """``draw_page`` as a job for ``rag.workers``: the same names, paths as strings."""
    job = dict(job)
    path, out = Path(job.pop("path")), Path(job.pop("out"))
    drawn = draw_page(path, job.pop("kind"), job.pop("index"), out, **job)
    return {"width_px": drawn.width_px, "height_px": drawn.height_px, "dpi": drawn.dpi}


def dpi_of(image: Image.Image) -> int:
    """The resolution that ``render_page`` noted."""
    across: float = image.info["dpi"][0]
    return round(across)


def open_image(path: Path, max_megapixels: int) -> Image.Image:
    """Open an image file without decoding it, its size checked first.

    Raises:
        PageFailed: ``too_many_pixels``.
        OSError: Pillow does not know it.
    """
    from PIL import Image

    _know_heic()
    Image.MAX_IMAGE_PIXELS = None  # our own limit, below, refuses instead of warning
    image = Image.open(path)
    check_pixels(image, max_megapixels)
    return image


def check_pixels(image: Image.Image, max_megapixels: int) -> None:
    """Refuse a frame that would be too large to decode.

    Raises:
        PageFailed: ``too_many_pixels``.
    """
    width, height = image.size
    if width * height > max_megapixels * 1_000_000:
        raise PageFailed(
            f"{width} × {height} px is more than {max_megapixels} megapixels "
            "(RAG_MAX_PAGE_MEGAPIXELS): make it smaller or raise the limit",
            code="too_many_pixels",
        )


def _draw_pdf(path: Path, index: int, dpi: int | None, max_megapixels: int) -> Image.Image:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        if not 0 <= index < len(document):
            raise PageFailed(f"{path.name} has {len(document)} pages", code="no_such_page")
        page = document[index]
        width, height = page.get_size()
        scale = (dpi or page_dpi(page)) / 72
        scale = min(scale, LONGEST_PX / max(width, height, 1))
        scale = min(scale, (max_megapixels * 1e6 / max(width * height, 1)) ** 0.5)
        image: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    image.info["dpi"] = (scale * 72, scale * 72)
    return image


def page_dpi(page: Any) -> float:
    """The resolution of the largest image of a PDF page, or 144 where there is no scan."""
    import pypdfium2.raw as raw

    width, height = page.get_size()
    best, largest = float(DPI), _SCAN_SHARE * width * height
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = item.get_bounds()
        area = (right - left) * (top - bottom)
        if area <= largest:
            continue
        pixels = item.get_px_size()
        largest, best = area, 72 * (pixels[0] * pixels[1] / area) ** 0.5
    best = float(round(best))  # 143.94 is 144
    return best if best * max(width, height) / 72 >= _MIN_LONG_PX else float(DPI)


def _draw_image(path: Path, index: int, dpi: int | None, max_megapixels: int) -> Image.Image:
    from PIL import ImageOps

    with open_image(path, max_megapixels) as image:
        if not 0 <= index < getattr(image, "n_frames", 1):
            raise PageFailed(f"{path.name} has no frame {index + 1}", code="no_such_page")
        if index:
            image.seek(index)
            check_pixels(image, max_megapixels)
        declared = _declared_dpi(image.info.get("dpi"))
        upright = ImageOps.exif_transpose(_flat(image))
    scale = min(1.0, LONGEST_PX / max(upright.size))
    if dpi:
        scale = min(scale, dpi / declared)
    if scale < 1:
        upright = upright.resize([max(1, round(side * scale)) for side in upright.size])
    upright.info = {"dpi": (declared * scale, declared * scale)}
    return upright


def _flat(image: Image.Image) -> Image.Image:
    """RGB over white, whatever the mode, EXIF kept for the orientation."""
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits a sample: keep the high byte
        image = image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        flat = Image.alpha_composite(white, clear).convert("RGB")
    else:
        flat = image.convert("RGB")
    flat.info = dict(image.info)
    if orientation := image.getexif().get(0x0112):
        flat.getexif()[0x0112] = orientation
    return flat


def _declared_dpi(value: Any) -> float:
    """What the file says, when it can be true."""
    try:
        said = float(value[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return float(DPI)
    return said if 50 <= said <= 2400 else float(DPI)


def _know_heic() -> None:
    """Let Pillow read HEIC where ``pillow-heif`` is installed."""
    try:
        from pillow_heif import register_heif_opener  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return
    register_heif_opener()

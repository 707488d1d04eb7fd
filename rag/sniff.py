"""What a file is, by its content, and how many pages it has: run in a child (``rag.workers``)."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from rag.errors import DocumentRefused, PageFailed

IMAGES = {  # first bytes -> what people call it
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
}
TEXTS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".csv": "csv",
    ".tsv": "csv",
    ".eml": "eml",
}
OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_NOT_TEXT = re.compile(  # extensions that promise something else than text
    r"\.(pdf|png|jpe?g|tiff?|gif|bmp|webp|heic|jp2|docx?|xlsx?|pptx?|od[tsp]|epub|zip)",
    re.IGNORECASE,
)


def inspect(job: dict[str, Any]) -> dict[str, Any]:
    """Tell what a file is: a job for ``rag.workers``.

    Args:
        job: ``path``, ``max_pages``, ``max_page_megapixels``.

    Returns:
        ``kind`` and ``pages``; or ``code`` and ``detail`` when the file is refused.
    """
    path = Path(job["path"])
    try:
        kind = sniff(path)
        kind, pages = count_pages(path, kind, job["max_page_megapixels"])
    except (DocumentRefused, PageFailed) as error:
        return {"code": error.code, "detail": str(error)}
    if pages > job["max_pages"]:
        detail = f"{pages} pages, more than {job['max_pages']} (RAG_MAX_PAGES): split the file"
        return {"code": "too_many_pages", "detail": detail}
    return {"kind": kind, "pages": pages}


def sniff(path: Path) -> str:
    """The kind of a file from its first bytes; its extension only tells texts apart.

    Raises:
        DocumentRefused: ``wrong_type``, ``unsupported``, ``password`` or ``empty``.
    """
    with path.open("rb") as stream:
        head = stream.read(8192)
    if not head:
        raise DocumentRefused("the file has no bytes", code="empty")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if any(head.startswith(magic) for magic in IMAGES) or head[:4] == b"RIFF":
        if head[:4] == b"RIFF" and head[8:12] != b"WEBP":
            raise DocumentRefused("a sound or film", code="unsupported")
        return "image"
    if head[4:8] == b"ftyp":
        return _sniff_ftyp(head)
    if head.startswith(b"PK"):
        return _sniff_zip(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _sniff_ole(path)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    return _sniff_text(path, head)


def _refuse(path: Path, what: str) -> DocumentRefused:
    """Content nobody reads: ``wrong_type`` when the name promised a document, else unsupported."""
    if _NOT_TEXT.fullmatch(path.suffix):
        return DocumentRefused(
            f"named {path.suffix} but holds {what}: give it its true name, or export it again",
            code="wrong_type",
        )
    return DocumentRefused(f"{what}: export it as PDF, text or an image", code="unsupported")


def _sniff_ftyp(head: bytes) -> str:
    brand = head[8:12]
    if brand in (b"avif", b"avis"):
        return "image"
    if brand in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis"):
        try:
            import pillow_heif  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
        except ImportError:
            raise DocumentRefused(
                "a HEIC photo: run pip install pillow-heif, or export it as JPEG",
                code="unsupported",
            ) from None
        return "image"
    raise DocumentRefused("a film", code="unsupported")


def _sniff_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[:20_000])
            mimetype = b""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                mimetype = archive.read("mimetype").strip()
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        if path.suffix.lower() in (".docx", ".xlsx", ".pptx", ".odt", ".epub", ".zip"):
            raise DocumentRefused(f"a damaged archive: {error}", code="truncated") from error
        raise _refuse(path, "a damaged archive") from error
    if mimetype == b"application/epub+zip":
        return "epub"
    if mimetype == b"application/vnd.oasis.opendocument.text":
        return "odt"
    if "[Content_Types].xml" in names:
        for folder, kind in OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
    raise _refuse(path, "an archive")


def _sniff_ole(path: Path) -> str:
    """Microsoft's old container; an encrypted DOCX is one too."""
    with path.open("rb") as stream:
        if "EncryptedPackage".encode("utf-16-le") in stream.read(2**22):
            raise DocumentRefused("protected by a password: save it without one", code="password")
    raise DocumentRefused(
        "an Office file of before 2007: save it as DOCX or PDF", code="unsupported"
    )


def _sniff_text(path: Path, head: bytes) -> str:
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    if not wide and (b"\0" in head or controls > len(head) / 100):
        raise _refuse(path, "bytes of no known format")
    if _NOT_TEXT.fullmatch(path.suffix):
        raise _refuse(path, "plain text")
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")) or (
        start.startswith(b"<?xml") and b"<html" in start
    ):
        return "html"
    if path.suffix.lower() in (".html", ".htm", ".xhtml") and start.startswith(b"<"):
        return "html"
    return TEXTS.get(path.suffix.lower(), "text")


# --- pages ----------------------------------------------------------------------------------------


def count_pages(path: Path, kind: str, max_page_megapixels: int) -> tuple[str, int]:
    """The final kind (an image may be a photo) and the number of pages, frames or sections.

    Raises:
        DocumentRefused: ``password``, ``truncated``, ``unreadable`` or ``empty``.
        PageFailed: ``too_many_pixels``.
    """
    if kind == "pdf":
        return kind, _pdf_pages(path)
    if kind == "image":
        return _image_frames(path, max_page_megapixels)
    from rag.formats import read_sections

    return kind, len(read_sections(path, kind))


def _pdf_pages(path: Path) -> int:
    import pypdfium2

    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 4096))
        cut = b"startxref" not in stream.read()
    try:
        with pypdfium2.PdfDocument(path) as document:
            pages = len(document)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise DocumentRefused(
                "protected by a password: save it without one", code="password"
            ) from error
        code = "truncated" if cut else "unreadable"
        raise DocumentRefused(f"cannot be opened ({error}): copy it again", code=code) from error
    if cut:  # pdfium mends such files silently, without the pages that are missing
        raise DocumentRefused("the end of the file is missing: copy it again", code="truncated")
    if not pages:
        raise DocumentRefused("a PDF without pages", code="empty")
    return pages


def _image_frames(path: Path, max_page_megapixels: int) -> tuple[str, int]:
    from rag.exif import taken_by_camera
    from rag.render import check_pixels, open_image

    try:
        with open_image(path, max_page_megapixels) as image:
            frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            for index in range(frames):
                image.seek(index)
                check_pixels(image, max_page_megapixels)
                image.load()
            image.seek(0)
            return ("photo" if taken_by_camera(image) else "image"), frames
    except (OSError, SyntaxError, EOFError, ValueError) as error:
        code = "truncated" if "truncated" in str(error).lower() else "unreadable"
        raise DocumentRefused(f"a damaged image ({error}): copy it again", code=code) from error

"""Documents, and their pages: image, words, text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response

from app.page_images import FileChanged, boxes_of
from app.problems import Problem
from app.routes.parts import DocumentId, Limit, Offset, PageNumber, ServicePart, ranges, shown
from app.security import may_read
from app.service import Service
from rag.errors import PageFailed
from rag.index.accounts import account_of
from rag.records import Source

router = APIRouter(prefix="/documents", tags=["documents"], dependencies=[Depends(may_read)])

IMAGE_KINDS = frozenset({"pdf", "image", "photo"})
# Asked again at every view (and answered 304): a deleted document must be gone at once.
CACHE = "private, no-cache"


@router.get("")
def listing(service: ServicePart, limit: Limit = 200, offset: Offset = 0) -> dict[str, Any]:
    """The documents that can be cited, with how their pages were read; ``total`` of them."""
    sources = service.sources()
    statuses: dict[str, dict[str, int]] = {}
    for account in service.release.page_statuses:
        count = statuses.setdefault(account.document_id, {})
        count[account.status.value] = count.get(account.status.value, 0) + 1
    return {
        "release": service.release.id,
        "sample": service.home.uses_sample,
        "total": len(sources),
        "documents": [
            {
                "document_id": source.document_id,
                "name": source.name,
                "kind": source.kind,
                "pages": source.pages,
                "size_bytes": source.size_bytes,
                "statuses": statuses.get(source.document_id, {}),
            }
            for source in sources[offset : offset + limit]
        ],
    }


@router.get("/{document_id}/pages/{page}/image", response_class=Response)
@router.head("/{document_id}/pages/{page}/image", include_in_schema=False)
def image(
    request: Request,
    service: ServicePart,
    document_id: DocumentId,
    page: PageNumber,
    words: Annotated[str, Query(description="first-last,first-last: words to mark")] = "",
) -> Response:
    """The page as a JPEG, drawn from the bytes that were read, with the cited words marked."""
    source = pictured(service, document_id, page)
    marks = ranges(words)
    etag = service.images.etag(source, page - 1, words)
    headers = {"etag": etag, "cache-control": CACHE}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    read = service.page(document_id, page - 1) if marks else None
    with drawing():
        if read is None:
            path = service.images.draw(source, page - 1)
            return FileResponse(path, media_type="image/jpeg", headers=headers)
        boxes = [box for first, last in marks for box in boxes_of(read.page, first, last)]
        size = (read.page.width_px, read.page.height_px)
        drawn = service.images.marked(source, page - 1, boxes, size)
    return Response(drawn, media_type="image/jpeg", headers=headers)


@router.get("/{document_id}/pages/{page}/thumbnail", response_class=Response)
@router.head("/{document_id}/pages/{page}/thumbnail", include_in_schema=False)
def thumbnail(
    request: Request,
    service: ServicePart,
    document_id: DocumentId,
    page: PageNumber,
    size: Annotated[Literal["160", "320", "640"], Query(description="pixels wide")] = "320",
) -> Response:
    """The page as a small JPEG, at most ``size`` pixels wide and twice as high."""
    source = pictured(service, document_id, page)
    headers = {"etag": service.images.etag(source, page - 1, f"w{size}"), "cache-control": CACHE}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    with drawing():
        path = service.images.small(source, page - 1, int(size))
    return FileResponse(path, media_type="image/jpeg", headers=headers)


@router.get("/{document_id}/pages/{page}/crop", response_class=Response)
@router.head("/{document_id}/pages/{page}/crop", include_in_schema=False)
def crop(
    request: Request,
    service: ServicePart,
    document_id: DocumentId,
    page: PageNumber,
    words: Annotated[str, Query(description="first-last: words to cut out", min_length=1)],
    release: Annotated[str, Query(max_length=80, description="release of the citation")] = "",
) -> Response:
    """The cited words alone, as they are printed, with a margin."""
    source = pictured(service, document_id, page)
    if not service.same_reading(release):
        raise Problem(404, "http.no_words")
    marks = ranges(words)
    etag = service.images.etag(source, page - 1, f"crop {words} {release or service.release.id}")
    headers = {"etag": etag, "cache-control": CACHE}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    read = service.page(document_id, page - 1, release)
    boxes = [b for first, last in marks for b in boxes_of(read.page, first, last)] if read else []
    if read is None or not boxes:
        raise Problem(404, "http.no_words")
    with drawing():
        cut = service.images.cropped(
            source, page - 1, boxes, (read.page.width_px, read.page.height_px)
        )
    return Response(cut, media_type="image/jpeg", headers=headers)


def pictured(service: Service, document_id: str, page: int) -> Source:
    """The document of an address that has images of pages.

    Raises:
        Problem: 404 when it is unknown or deleted, or has no such page, or no images.
    """
    source = shown(service, document_id, page)
    if source.kind not in IMAGE_KINDS:
        raise Problem(404, "http.no_image")
    return source


@contextmanager
def drawing() -> Iterator[None]:
    """What keeps a page from being drawn, as a problem of ours."""
    try:
        yield
    except FileChanged as error:
        raise Problem(409, "http.changed") from error
    except PageFailed as error:
        raise Problem(502, "http.undrawable") from error


@router.get("/{document_id}/pages/{page}/words")
def words(service: ServicePart, document_id: DocumentId, page: PageNumber) -> dict[str, Any]:
    """What was read on a page: its words with boxes and confidence, or the text of a section."""
    source = shown(service, document_id, page)
    found: dict[str, Any] = {"document": source.name, "document_id": document_id, "page": page}
    if read := service.page(document_id, page - 1):
        found |= {
            "width": read.page.width_px,
            "height": read.page.height_px,
            "engine": read.page.engine,
            "text": read.printed,
            "words": [
                {
                    "text": w.text,
                    "box": [w.box.left, w.box.top, w.box.right, w.box.bottom],
                    "confidence": round(w.confidence, 4),
                }
                for w in read.page.words
            ],
        }
    if section := service.section(document_id, page - 1):
        found["section"] = {"title": section.title, "text": section.text}
    return found


@router.get("/{document_id}/pages/{page}/text", response_class=PlainTextResponse)
def text(service: ServicePart, document_id: DocumentId, page: PageNumber) -> PlainTextResponse:
    """The text of a page as it answers: corrected, or that of its section; empty when it has none.

    ``X-Page-Status`` says what became of the page: ok, low_confidence, blank, failed, unsupported.
    """
    shown(service, document_id, page)
    read, section = service.page(document_id, page - 1), service.section(document_id, page - 1)
    words = section.text if section else read.printed if read else ""
    status = account_of(service.release, document_id, page - 1)
    return PlainTextResponse(words, headers={"cache-control": CACHE, "x-page-status": status})

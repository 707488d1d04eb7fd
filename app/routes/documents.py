"""Documents, and their pages: image, words, text."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response

from app.page_images import FileChanged, boxes_of
from app.problems import Problem
from app.routes.parts import DocumentId, PageNumber, ServicePart, ranges, shown
from app.security import may_read
from rag.errors import PageFailed

router = APIRouter(prefix="/documents", tags=["documents"], dependencies=[Depends(may_read)])

IMAGE_KINDS = frozenset({"pdf", "image", "photo"})
# Asked again at every view (and answered 304): a deleted document must be gone at once.
CACHE = "private, no-cache"


@router.get("")
def listing(service: ServicePart) -> dict[str, Any]:
    """Every document that can be cited, with how its pages were read."""
    statuses: dict[str, dict[str, int]] = {}
    for account in service.release.page_statuses:
        count = statuses.setdefault(account.document_id, {})
        count[account.status.value] = count.get(account.status.value, 0) + 1
    return {
        "release": service.release.id,
        "sample": service.home.uses_sample,
        "documents": [
            {
                "document_id": source.document_id,
                "name": source.name,
                "kind": source.kind,
                "pages": source.pages,
                "size_bytes": source.size_bytes,
                "statuses": statuses.get(source.document_id, {}),
            }
            for source in service.sources()
        ],
    }


@router.get("/{document_id}/pages/{page}/image", response_class=Response)
def image(
    request: Request,
    service: ServicePart,
    document_id: DocumentId,
    page: PageNumber,
    words: Annotated[str, Query(description="first-last,first-last: words to mark")] = "",
) -> Response:
    """The page as a JPEG, drawn from the bytes that were read, with the cited words marked."""
    source = shown(service, document_id, page)
    if source.kind not in IMAGE_KINDS:
        raise Problem(404, "http.no_image")
    marks = ranges(words)
    etag = service.images.etag(source, page - 1, words)
    headers = {"etag": etag, "cache-control": CACHE}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    read = service.page(document_id, page - 1) if marks else None
    try:
        if read is None:
            path = service.images.draw(source, page - 1)
            return FileResponse(path, media_type="image/jpeg", headers=headers)
        boxes = [box for first, last in marks for box in boxes_of(read.page, first, last)]
        size = (read.page.width_px, read.page.height_px)
        drawn = service.images.marked(source, page - 1, boxes, size)
    except FileChanged as error:
        raise Problem(409, "http.changed") from error
    except PageFailed as error:
        raise Problem(502, "http.undrawable") from error
    return Response(drawn, media_type="image/jpeg", headers=headers)


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

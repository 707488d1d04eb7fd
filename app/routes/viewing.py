"""One page of a document, with the marks of a citation: what the viewer shows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app.page_images import boxes_of
from app.rendering import collection, page
from app.routes.parts import DocumentId, PageNumber, ServicePart, ranges, shown
from app.schemas import view_url
from app.security import may_read
from app.service import Service

router = APIRouter(include_in_schema=False)


@router.get("/view/{document_id}/{page_number}", dependencies=[Depends(may_read)])
def view(
    request: Request,
    service: ServicePart,
    document_id: DocumentId,
    page_number: PageNumber,
    words: str = "",
    span: str = "",
    release: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """One page, with its marks."""
    seen = viewed(
        service,
        document_id,
        page_number,
        words=ranges(words),
        span=ranges(span),
        release=release,
    )
    return page(request, "view.html", collection=collection(service), viewer=seen)


def viewed(
    service: Service,
    document_id: str,
    page_number: int,
    *,
    words: list[tuple[int, int]],
    span: list[tuple[int, int]],
    release: str,
) -> dict[str, Any]:
    """Everything the viewer draws: an image and rectangles, or a text and its marked parts.

    Raises:
        Problem: 404 when the document is unknown or deleted, or has no such page.
    """
    source = shown(service, document_id, page_number)
    index = page_number - 1
    same = service.same_reading(release)
    read = service.page(document_id, index, release)
    section = None if words else service.section(document_id, index, release)
    image = source.kind == "photo" or (source.kind in ("pdf", "image") and not span)
    return {
        "document": source.name,
        "page": page_number,
        "pages": source.pages,
        "alone": view_url(
            document_id, index, words=_again(words), span=_again(span), release=release
        ).replace("/view/", "/read/", 1),  # the same page, with its text beside
        "previous": view_url(document_id, index - 1) if page_number > 1 else None,
        "next": view_url(document_id, index + 1) if page_number < source.pages else None,
        "image": f"/documents/{document_id}/pages/{page_number}/image" if image else None,
        "width": read.page.width_px if read else None,
        "height": read.page.height_px if read else None,
        "boxes": [b for first, last in words for b in boxes_of(read.page, first, last)]
        if read and same
        else [],
        "quoted": [" ".join(w.text for w in read.page.words[a:b]) for a, b in words]
        if read and same
        else [],
        "parts": marked_parts(section.text, span if same else []) if section else [],
        "title": section.title if section else "",
        "lost": bool(words or span) and not same,
    }


def _again(pairs: list[tuple[int, int]]) -> str:
    return ",".join(f"{first}-{last}" for first, last in pairs)


def marked_parts(text: str, spans: list[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text cut at the marks: (part, marked), in order; together they are the text."""
    parts, at = [], 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            parts += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [part for part in [*parts, (text[at:], False)] if part[0]]

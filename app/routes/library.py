"""The library: what is there and how well it was read; files added, read again, deleted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from app import library_work as work
from app import messages
from app.library_page import rows_of
from app.library_schemas import ArrivalOut
from app.problems import Problem
from app.refining import make_filters
from app.rendering import collection, page
from app.routes.parts import AuthorPart, DocumentId, LanguagePart, ServicePart, shown
from app.routes.uploads import JobId, Received, ReceptionPart, found, job_out
from app.schemas import MAX_QUESTION, search_out
from app.security import may_edit, may_read
from app.service import Service
from mlops.arrivals.refused import refused
from rag.errors import NoRelease
from rag.records import Source

router = APIRouter(include_in_schema=False)

ROWS = 50  # documents a page
PAGES = 10  # that a search inside shows

NamePart = Annotated[str, Query(max_length=200, description="part of a name")]
TextPart = Annotated[str, Query(max_length=MAX_QUESTION, description="to find in the text")]


@router.get("/library", dependencies=[Depends(may_read)])
def library(
    request: Request,
    service: ServicePart,
    reception: ReceptionPart,
    language: LanguagePart,
    name: NamePart = "",
    text: TextPart = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    deleted: Annotated[str, Query(pattern="^([0-9a-f]{64})?$")] = "",
) -> Response:
    """The documents, by name; with ``text``, the pages of these that are about it."""
    gone = work.known(service, deleted) if deleted else None
    values = everything(service, language, name=name, text=text, offset=offset)
    values["jobs"] = [job_out(service, job, language) for job in reception.jobs.under_way()]
    values["undo"] = gone if gone and gone.removed == "deleted" else None
    return page(request, "library.html", **values)


@router.post("/library", dependencies=[Depends(may_edit)])
def add(
    request: Request,
    service: ServicePart,
    reception: ReceptionPart,
    language: LanguagePart,
    author: AuthorPart,
    sent: Received,
) -> Response:
    """Add files from the form, then look at the job; when none is new, say why."""
    if not sent:
        raise Problem(422, "library.no_file")
    job, files = work.take_in(reception, service, sent, by=author)
    if job:
        return RedirectResponse(f"/library/jobs/{job.job_id}", 303)
    told = [ArrivalOut.of(one, language) for one in files]
    bad = all(one.state == "refused" for one in files)
    values = everything(service, language) | {"sent": told}
    return page(request, "library.html", 422 if bad else 200, **values)


@router.post("/library/sample", dependencies=[Depends(may_edit)])
def sample(service: ServicePart, reception: ReceptionPart, author: AuthorPart) -> Response:
    """Read the sample collection; for a home without documents of its own."""
    if not service.home.uses_sample:
        return RedirectResponse("/library", 303)
    job = work.ask_for(reception, "sample", by=author)
    return RedirectResponse(f"/library/jobs/{job.job_id}", 303)


@router.get("/library/jobs/{job_id}", dependencies=[Depends(may_read)])
def job(
    request: Request,
    service: ServicePart,
    reception: ReceptionPart,
    language: LanguagePart,
    job_id: JobId,
) -> Response:
    """How far a job is; the page comes again by itself until it is over."""
    told = job_out(service, found(reception, job_id), language)
    return page(request, "library_job.html", collection=collection(service), job=told)


@router.get("/library/{document_id}/delete", dependencies=[Depends(may_edit)])
def before_delete(request: Request, service: ServicePart, document_id: DocumentId) -> Response:
    """What would be lost, before it is."""
    source = shown(service, document_id)
    row = rows_of(service, [source])[0]
    return page(request, "library_delete.html", collection=collection(service), row=row)


@router.post("/library/{document_id}/delete", dependencies=[Depends(may_edit)])
def delete(service: ServicePart, author: AuthorPart, document_id: DocumentId) -> Response:
    """Delete, then offer to undo it."""
    work.delete(service, document_id, by=author)
    return RedirectResponse(f"/library?deleted={document_id}", 303)


@router.post("/library/{document_id}/restore", dependencies=[Depends(may_edit)])
def restore(
    service: ServicePart, reception: ReceptionPart, author: AuthorPart, document_id: DocumentId
) -> Response:
    """Undo a deletion; look at the job when there is one."""
    row, job = work.restore(reception, service, document_id, by=author)
    there = f"/library/jobs/{job.job_id}" if job else f"/library#d-{row.document_id[:12]}"
    return RedirectResponse(there, 303)


@router.post("/library/{document_id}/reread", dependencies=[Depends(may_edit)])
def reread(
    service: ServicePart, reception: ReceptionPart, author: AuthorPart, document_id: DocumentId
) -> Response:
    """Read a document again, and look at the job."""
    shown(service, document_id)
    job = work.ask_for(reception, "reread", by=author, documents=(document_id,))
    return RedirectResponse(f"/library/jobs/{job.job_id}", 303)


def everything(
    service: Service,
    language: messages.Language,
    *,
    name: str = "",
    text: str = "",
    offset: int = 0,
) -> dict[str, Any]:
    """What the page shows: documents, pages found, what was refused or deleted."""
    sources = named(service, name)
    inside = None
    if text.strip() and sources:
        filters = make_filters(documents=[name] if name else [])
        search = service.search(text.strip(), PAGES, filters=filters)
        inside = search_out(search, service.kind).pages
    return {
        "collection": collection(service),
        "rows": rows_of(service, sources[offset : offset + ROWS]) if sources else [],
        "total": len(sources),
        "offset": offset,
        "step": ROWS,
        "part": name,
        "text": text,
        "inside": inside,
        "refusals": [
            (one.path, messages.text_or(f"refused.{one.code}", "refused.other", language,
                                        code=one.code))
            for one in refused(service.store)
        ],
        "deleted": [
            row for row in service.store.sources(present=False) if row.removed == "deleted"
        ],
        "uses_sample": service.home.uses_sample,
        "max_mb": service.settings.max_upload_mb,
        "undo": None, "jobs": [], "sent": [],
    }  # fmt: skip


def named(service: Service, name: str) -> list[Source]:
    """The documents whose name has that part, by name; none before the first run."""
    try:
        sources = service.sources()
    except NoRelease:
        return []
    part = name.strip().casefold()
    found = [source for source in sources if part in source.name.casefold()]
    return sorted(found, key=lambda source: source.name.casefold())

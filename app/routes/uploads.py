"""Documents that come, are read again, and go: the API of the library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from app import library_work as work
from app import messages
from app.incoming import MAX_FILES, received
from app.library_schemas import (
    JOB_ID,
    LONGEST_LIST,
    AcceptedOut,
    ArrivalOut,
    FailureOut,
    JobOut,
    accepted,
    job_words,
    page_words,
)
from app.problems import Problem
from app.routes.parts import (
    AuthorPart,
    DocumentId,
    LanguagePart,
    Limit,
    Offset,
    ServicePart,
    language_of,
    shown,
)
from app.security import may_edit, may_read
from app.service import Service
from app.streaming import event
from mlops.arrivals.jobs import Job
from mlops.arrivals.receiving import Sent
from mlops.arrivals.reception import Reception

router = APIRouter(tags=["library"])

LOOK_S = 0.25  # how often the events of a job look at it
KEEP_ALIVE_S = 15.0

ReceptionPart = Annotated[Reception, Depends(work.reception_of)]
Received = Annotated[list[Sent], Depends(received)]
JobId = Annotated[str, Path(pattern=JOB_ID)]
IdempotencyKey = Annotated[
    str, Header(max_length=200, description="the same key again gets the same answer")
]
MULTIPART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "additionalProperties": False,
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MAX_FILES,
                            "items": {"type": "string", "format": "binary"},
                        }
                    },
                }
            }
        },
    }
}


class DocumentOut(BaseModel):
    """A document, and how its pages were read."""

    document_id: str
    name: str = Field(examples=["manuel-1874.pdf"])
    path: str = Field(description="under data/")
    copies: list[str] = Field(description="further paths with the same bytes")
    kind: str = Field(examples=["pdf"])
    pages: int
    size_bytes: int
    statuses: dict[str, int] = Field(description="pages by status")
    confidence: float | None = Field(description="mean of its pages with text, 0 to 1")
    failures: list[FailureOut] = Field(description=f"at most {LONGEST_LIST}")
    read_url: str
    job_url: str = Field("", description="of the job about it that is under way")


class DeletedOut(BaseModel):
    """What was deleted, and how to undo it."""

    document_id: str
    name: str
    pages: int
    message: str
    undo: str = Field(description="POST there to bring it back")


class JobsOut(BaseModel):
    """Jobs, newest first."""

    jobs: list[JobOut]
    total: int


@router.post(
    "/documents",
    status_code=202,
    dependencies=[Depends(may_edit)],
    openapi_extra=MULTIPART,
    responses={200: {"model": AcceptedOut, "description": "every file was there already"}},
)
def upload(
    request: Request,
    response: Response,
    service: ServicePart,
    reception: ReceptionPart,
    language: LanguagePart,
    author: AuthorPart,
    sent: Received,
    idempotency_key: IdempotencyKey = "",
) -> AcceptedOut:
    """Add files: checked at once by their content, then read by a job.

    Files that cannot be taken are told with the reason; when none can, the answer is a 422.
    """
    if not sent:
        raise Problem(422, "library.no_file")
    holder = request.scope["principal"].name  # a program without cookie is the same one again
    key = f"{holder}\n{idempotency_key}" if idempotency_key else ""
    job, files = work.take_in(reception, service, sent, by=author, key=key)
    told = accepted(job, files, language)
    if all(one.state == "refused" for one in files):
        why = "; ".join(f"{one.name}: {one.message}" for one in told.files)
        raise Problem(422, "library.all_refused", why=why)
    response.status_code = 202 if job else 200
    return told


@router.get("/documents/{document_id}", dependencies=[Depends(may_read)])
def document(
    service: ServicePart, reception: ReceptionPart, language: LanguagePart, document_id: DocumentId
) -> DocumentOut:
    """One document: how its pages were read, which have no text and why, where its copies are."""
    source = shown(service, document_id)
    pages = work.accounts(service, document_id, source.pages)
    counts: dict[str, int] = {}
    for page in pages:
        counts[page.status.value] = counts.get(page.status.value, 0) + 1
    sure = [page.confidence for page in pages if page.status.value in ("ok", "low_confidence")]
    lost = [
        FailureOut(
            document_id=document_id,
            document=source.name,
            page=page.index + 1,
            status=page.status.value,
            reason=page.reason,
            message=page_words(page.reason, language),
        )
        for page in pages
        if page.status in work.LOST
    ]
    about = [job for job in reception.jobs.under_way() if document_id in job.documents]
    return DocumentOut(
        document_id=document_id,
        name=source.name,
        path=source.path,
        copies=list(source.also_at),
        kind=source.kind,
        pages=source.pages,
        size_bytes=source.size_bytes,
        statuses=counts,
        confidence=round(sum(sure) / len(sure), 4) if sure else None,
        failures=lost[:LONGEST_LIST],
        read_url=f"/read/{document_id}/1",
        job_url=f"/jobs/{about[0].job_id}" if about else "",
    )


@router.post("/documents/{document_id}/reread", status_code=202, dependencies=[Depends(may_edit)])
def reread(
    service: ServicePart,
    reception: ReceptionPart,
    language: LanguagePart,
    author: AuthorPart,
    document_id: DocumentId,
) -> AcceptedOut:
    """Forget what was read of a document and read it again; what is in service answers meanwhile.

    Asked twice while the first waits or runs, it is the same job.
    """
    shown(service, document_id)
    job = work.ask_for(reception, "reread", by=author, documents=(document_id,))
    return accepted(job, (), language)


@router.delete("/documents/{document_id}", dependencies=[Depends(may_edit)])
def delete(
    service: ServicePart, language: LanguagePart, author: AuthorPart, document_id: DocumentId
) -> DeletedOut:
    """Take a document out of every answer, from the next question on; its file stays."""
    row = work.delete(service, document_id, by=author)
    return DeletedOut(
        document_id=document_id,
        name=row.name,
        pages=row.pages,
        message=messages.text("library.deleted", language, name=row.name),
        undo=f"/documents/{document_id}/restore",
    )


@router.post("/documents/{document_id}/restore", dependencies=[Depends(may_edit)])
def restore(
    service: ServicePart,
    reception: ReceptionPart,
    language: LanguagePart,
    author: AuthorPart,
    document_id: DocumentId,
) -> AcceptedOut:
    """Bring back a deleted document; a job when it must be read or indexed first."""
    _, job = work.restore(reception, service, document_id, by=author)
    return accepted(job, (), language)


# --- jobs -----------------------------------------------------------------------------------------


@router.get("/jobs", dependencies=[Depends(may_read)])
def jobs(
    service: ServicePart,
    reception: ReceptionPart,
    language: LanguagePart,
    limit: Limit = 50,
    offset: Offset = 0,
) -> JobsOut:
    """The jobs of the last 30 days, newest first."""
    every = reception.jobs.all()
    told = [job_out(service, job, language) for job in every[offset : offset + limit]]
    return JobsOut(jobs=told, total=len(every))


@router.get("/jobs/{job_id}", dependencies=[Depends(may_read)])
def job(
    service: ServicePart, reception: ReceptionPart, language: LanguagePart, job_id: JobId
) -> JobOut:
    """How far a job is; at its end, what came of it and which pages have no text."""
    return job_out(service, found(reception, job_id), language)


@router.get(
    "/jobs/{job_id}/events",
    dependencies=[Depends(may_read)],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
def events(
    request: Request, service: ServicePart, reception: ReceptionPart, job_id: JobId
) -> StreamingResponse:
    """The same as server-sent events named ``job``, at each change, until it is over."""
    first = found(reception, job_id)
    telling = _tell(request, service, reception, first)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(telling, media_type="text/event-stream", headers=headers)


async def _tell(
    request: Request, service: Service, reception: Reception, job: Job
) -> AsyncIterator[bytes]:
    language, quiet, before = language_of(request), 0.0, None
    while True:
        if job != before:
            told = await asyncio.to_thread(job_out, service, job, language)
            yield event("job", told.model_dump())
            before, quiet = job, 0.0
        elif quiet >= KEEP_ALIVE_S:
            yield b": still there\n\n"
            quiet = 0.0
        if job.over or reception.stopped or await request.is_disconnected():
            return
        await asyncio.sleep(LOOK_S)
        quiet += LOOK_S
        job = reception.jobs.get(job.job_id) or job


def found(reception: Reception, job_id: str) -> Job:
    """The job of an address.

    Raises:
        Problem: 404 when there is none.
    """
    job = reception.jobs.get(job_id)
    if job is None:
        raise Problem(404, "library.no_job")
    return job


def job_out(service: Service, job: Job, language: messages.Language) -> JobOut:
    """A job as everyone outside sees it."""
    failures = work.lost_pages(service, job.documents, LONGEST_LIST) if job.over else []
    return JobOut(
        job_id=job.job_id,
        kind=job.kind,
        status=job.state,
        created_at=job.created_at,
        ended_at=job.ended_at,
        stage=job.stage,
        message=job_words(job, language),
        pages=job.pages,
        pages_read=job.pages_read,
        units=job.units,
        units_done=job.units_done,
        files=[ArrivalOut.of(one, language) for one in job.files],
        documents=list(job.documents),
        failures=[
            FailureOut(
                document_id=lost.document_id,
                document=lost.document,
                page=lost.page,
                status=lost.status,
                reason=lost.reason,
                message=page_words(lost.reason, language),
            )
            for lost in failures
        ],
        decision=job.decision,
        release=job.release_id,
        code=job.code,
        url=f"/jobs/{job.job_id}",
    )

"""What people ask of the library: files taken in, documents read again, deleted, brought back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from fastapi import Request

from app.problems import Problem
from app.service import Service
from mlops import deletion
from mlops.arrivals.jobs import Arrival, Job, Kind
from mlops.arrivals.receiving import Sent, take
from mlops.arrivals.reception import Reception
from mlops.store import SourceRow
from rag import codec
from rag.errors import NoRelease, UnknownDocument
from rag.index.accounts import page_account
from rag.index.content import PageAccount
from rag.records import PageStatus

LOST = (PageStatus.FAILED, PageStatus.UNSUPPORTED)


@dataclass(frozen=True, slots=True)
class LostPage:
    """A page that has no text, and the code of the reason."""

    document_id: str
    document: str
    page: int  # from 1
    status: str
    reason: str


def reception_of(request: Request) -> Reception:
    """The queue of jobs of the application."""
    return cast(Reception, request.app.state.reception)


def take_in(
    reception: Reception, service: Service, sent: Sequence[Sent], *, by: str, key: str = ""
) -> tuple[Job | None, tuple[Arrival, ...]]:
    """Put files into the collection and queue their reading; the same key is served once.

    Returns:
        The job, None when no file is new; and what became of each file.
    """
    with reception.placing:
        if (before := reception.jobs.answered(key)) is not None:
            files = codec.from_json(tuple[Arrival, ...], before["files"])
            return reception.jobs.get(before["job_id"]) if before["job_id"] else None, files
        files = take(service.home, service.settings, sent)
        taken = tuple(one.document_id for one in files if one.state == "taken")
        job = reception.jobs.make("upload", by=by, files=files, documents=taken) if taken else None
        if job:
            reception.submit(job)
        answer = {"job_id": job.job_id if job else "", "files": codec.to_json(files)}
        reception.jobs.note_answer(key, answer)
    return job, files


def ask_for(reception: Reception, kind: Kind, *, by: str, documents: tuple[str, ...] = ()) -> Job:
    """Queue a job, or find the one of that kind that is not over."""
    with reception.placing:
        for job in reception.jobs.under_way():
            if (job.kind, job.documents) == (kind, documents):
                return job
        return reception.submit(reception.jobs.make(kind, by=by, documents=documents))


def delete(service: Service, document_id: str, *, by: str) -> SourceRow:
    """Take a document out of every answer.

    Raises:
        Problem: 404 when nothing has that id, or it is deleted already.
    """
    row = known(service, document_id)
    if row is None or row.removed:
        raise Problem(404, "http.no_document")
    return deletion.delete(service.home, document_id, by=by)


def restore(
    reception: Reception, service: Service, document_id: str, *, by: str
) -> tuple[SourceRow, Job | None]:
    """Bring back what was deleted; a job when the release in service does not hold it.

    Raises:
        Problem: 404 when nothing has that id.
    """
    try:
        row = deletion.undo(service.home, document_id)
    except UnknownDocument as error:
        raise Problem(404, "http.no_document") from error
    if in_service(service, document_id):
        return row, None
    return row, ask_for(reception, "restore", by=by, documents=(document_id,))


def known(service: Service, document_id: str) -> SourceRow | None:
    """What the record says of a document, deleted or not; None when it never saw it."""
    rows = service.store.sources(present=False)
    return next((row for row in rows if row.document_id == document_id), None)


def accounts(service: Service, document_id: str, pages: int) -> list[PageAccount]:
    """What became of each page of a document in service, in order."""
    found = (page_account(service.release, document_id, index) for index in range(pages))
    return [account for account in found if account is not None]


def lost_pages(service: Service, documents: Sequence[str], limit: int = 200) -> list[LostPage]:
    """The pages of these documents, as the last run left them, that have no text."""
    rows = {row.document_id: row for row in service.store.sources() if row.document_id in documents}
    lost = []
    for document_id, pages in service.store.page_rows(list(rows)).items():
        name = rows[document_id].name
        for index, page in enumerate(pages):
            if page.status in LOST:
                told = (document_id, name, index + 1, page.status.value, page.reason)
                lost.append(LostPage(*told))
    return lost[:limit]


def in_service(service: Service, document_id: str) -> bool:
    """Whether a document can be cited now."""
    try:
        return service.source(document_id) is not None
    except NoRelease:
        return False

"""What the API of the library gives: documents, their pages, jobs."""

from __future__ import annotations

import json

from pydantic import BaseModel, Field

from app import messages
from mlops.arrivals.jobs import Arrival, Job
from rag.errors import RagError

JOB_ID = "^[0-9a-f]{32}$"
LONGEST_LIST = 200  # failed pages told of one document


class ArrivalOut(BaseModel):
    """What became of one file that was sent."""

    name: str = Field(examples=["manuel-1874.pdf"])
    state: str = Field(description="taken, already, deleted, refused")
    document_id: str = ""
    pages: int = 0
    code: str = Field("", description="of a refusal", examples=["wrong_type"])
    message: str = Field("", description="why, and what to do")

    @classmethod
    def of(cls, one: Arrival, language: messages.Language) -> ArrivalOut:
        """One file, in words."""
        return cls(
            name=one.name,
            state=one.state,
            document_id=one.document_id,
            pages=one.pages,
            code=one.code,
            message=arrival_words(one, language),
        )


class FailureOut(BaseModel):
    """A page that has no text."""

    document_id: str
    document: str
    page: int
    status: str = Field(description="failed, unsupported")
    reason: str = Field(examples=["timeout"])
    message: str = Field(description="why, and what to do")


class JobOut(BaseModel):
    """A job, and how far it is."""

    job_id: str
    kind: str = Field(description="upload, reread, restore, sample")
    status: str = Field(description="queued, reading, indexing, done, failed")
    created_at: str
    ended_at: str = ""
    stage: str = Field("", description="of the pipeline", examples=["read"])
    message: str = Field(description="how far it is, or how it ended and what to do")
    pages: int = Field(0, description="that this job must read")
    pages_read: int = 0
    units: int = Field(0, description="of the stage under way; 0 when it has none")
    units_done: int = 0
    files: list[ArrivalOut] = []
    documents: list[str] = Field([], description="ids of the documents it is about")
    failures: list[FailureOut] = Field([], description="pages of these that have no text")
    decision: str = Field("", description="promoted, unchanged, rejected")
    release: str = ""
    code: str = Field("", description="of the error that ended it")
    url: str = Field("", examples=["/jobs/0f…"])


class AcceptedOut(BaseModel):
    """What an upload or another change gets at once."""

    job_id: str | None = Field(description="null when there is nothing to do")
    status_url: str | None
    events_url: str | None
    files: list[ArrivalOut] = []


def accepted(
    job: Job | None, files: tuple[Arrival, ...], language: messages.Language
) -> AcceptedOut:
    """The answer to a change that a job makes."""
    url = f"/jobs/{job.job_id}" if job else None
    return AcceptedOut(
        job_id=job.job_id if job else None,
        status_url=url,
        events_url=f"{url}/events" if url else None,
        files=[ArrivalOut.of(one, language) for one in files],
    )


def arrival_words(one: Arrival, language: messages.Language) -> str:
    """What became of a file, and what to do."""
    if one.state != "refused":
        return messages.text(f"library.file.{one.state}", language, pages=one.pages)
    return messages.text_or(f"refused.{one.code}", "refused.other", language, code=one.code)


def job_words(job: Job, language: messages.Language) -> str:
    """How far a job is; at its end, what came of it and what to do."""
    if job.state == "failed":
        return _failure(job, language)
    if job.state == "done":
        key = "library.job.done" if job.decision == "promoted" else "library.job.same"
        return messages.text(key, language)
    if job.state == "queued":
        waits = "library.job.waiting" if job.stage == "waiting" else "library.job.queued"
        return messages.text(waits, language)
    if job.stage == "read" and job.pages:
        return messages.text("library.job.pages", language, done=job.pages_read, pages=job.pages)
    return messages.text_or(f"stage.{job.stage}", "stage.other", language, stage=job.stage)


def _failure(job: Job, language: messages.Language) -> str:
    if job.code == "rejected":
        return messages.text("library.job.rejected", language, why="; ".join(job.reasons))
    error = RagError(job.message, code=job.code)
    error.details = json.loads(job.details)
    why = messages.explain(error, language, home="data/")
    return messages.text("library.job.failed", language, why=why)


def page_words(reason: str, language: messages.Language) -> str:
    """Why a page was not read, and what to do."""
    for key in (f"read.why.{reason}", f"refused.{reason}"):
        if key in messages.MESSAGES:
            return messages.text(key, language, code=reason)
    return messages.text("read.why.other", language, code=reason)

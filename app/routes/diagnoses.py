"""Why answers failed, what waits for a second person, learning: the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app import teaching
from app.plain_json import plain
from app.problems import Problem
from app.routes.feedback import RemarkId
from app.routes.parts import LanguagePart, Limit, Offset, ServicePart
from app.security import may_administer, may_edit
from mlops import feedback as room

router = APIRouter(tags=["learning"])

State = Literal["received", "diagnosed", "corrected", "not_corrected", "counted"]
LearnedState = Literal["proposed", "validated", "refused", "withdrawn", "expired"]
LearnedId = Annotated[str, Path(pattern="^[0-9a-f]{4,32}$")]
Verdict = Literal["validate", "refuse", "withdraw", "restore"]


class NoteIn(BaseModel):
    """Why, in the words of who settles."""

    model_config = ConfigDict(extra="forbid")
    note: str = Field(default="", max_length=2000, examples=["lu sur la page 12"])


@router.get("/feedback", dependencies=[Depends(may_edit)])
def queue(
    service: ServicePart,
    language: LanguagePart,
    state: State | None = None,
    rating_max: Annotated[int, Query(ge=1, le=5)] = 5,
    since: Annotated[str, Query(pattern=r"^(\d{4}-\d\d-\d\d)?$", description="YYYY-MM-DD")] = "",
    text: Annotated[str, Query(max_length=200, description="in the question or the words")] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Every remark in force, newest first."""
    rows = room.rows(service.store, state=state, rating_max=rating_max, since=since)
    told = ("question", "feedback_text", "corrected_answer")
    rows = [r for r in rows if any(text.lower() in (r[name] or "").lower() for name in told)]
    shown = [teaching.remark_out(row, language) for row in rows[offset : offset + limit]]
    return {"total": len(rows), "feedback": shown}


@router.get("/diagnoses/{feedback_id}", dependencies=[Depends(may_edit)])
def diagnosed(
    service: ServicePart, language: LanguagePart, feedback_id: RemarkId
) -> dict[str, Any]:
    """A remark, why its answer failed, by each release asked, and what it taught."""
    return teaching.remark(service, feedback_id, language)


@router.post("/diagnoses/{feedback_id}", dependencies=[Depends(may_edit)])
def diagnose(service: ServicePart, language: LanguagePart, feedback_id: RemarkId) -> dict[str, Any]:
    """Look for the cause now."""
    teaching.look(service, feedback_id)
    return teaching.remark(service, feedback_id, language)


@router.get("/failures", dependencies=[Depends(may_edit)])
def failures(service: ServicePart) -> dict[str, Any]:
    """Failures that one remedy mends together, and what the collection lacks."""
    from mlops.diagnosis.grouping import acquisitions, priorities

    return {
        "failures": plain(priorities(service.store)),
        "acquisitions": plain(acquisitions(service.store)),
    }


@router.get("/proposals", dependencies=[Depends(may_edit)])
def proposals(
    service: ServicePart,
    language: LanguagePart,
    state: LearnedState = "proposed",
    limit: Limit = 50,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Answers, words and synonyms that people taught, in one state."""
    rows = teaching.taught(service, language, state)
    return {"total": len(rows), "proposals": rows[offset : offset + limit]}


@router.post("/proposals/{learned}/{verdict}", dependencies=[Depends(may_edit)])
def settle(
    request: Request, service: ServicePart, learned: LearnedId, verdict: Verdict, body: NoteIn
) -> dict[str, str]:
    """Validate, refuse, withdraw or restore one; nobody validates what they said themselves."""
    return {"state": teaching.settle(request, service, learned, verdict, body.note)}


@router.get("/retraining", dependencies=[Depends(may_edit)])
def due(request: Request, service: ServicePart) -> dict[str, Any]:
    """Whether learning is due by the guide's rule, and how the last one of this service went."""
    from mlops.learning.retraining import judged

    found = judged(service.store)
    last = teaching.learning_of(request.app).last
    return {"due": bool(found), "figures": plain(found), "last": last}


@router.post("/retraining", status_code=202, dependencies=[Depends(may_administer)])
def learn(request: Request, service: ServicePart) -> dict[str, str]:
    """Learn now, in the background; the gate decides. ``GET /retraining`` tells how it went."""
    if not teaching.learning_of(request.app).start(service):
        raise Problem(409, "improving.running")
    return {"state": "running"}

"""What readers taught: the queue, the failures by cause, what waits for a second person."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from app import teaching
from app.problems import Problem
from app.rendering import collection, page
from app.routes.diagnoses import LearnedId
from app.routes.feedback import RemarkId
from app.routes.parts import LanguagePart, ServicePart
from app.security import may_administer, may_edit
from app.service import Service
from mlops import feedback as room
from mlops.learning import settling

router = APIRouter(include_in_schema=False)

A_PAGE = 30
SECTIONS = {
    "/learning": "queue",
    "/learning/proposals": "proposals",
    "/learning/failures": "failures",
    "/learning/acquisitions": "acquisitions",
}


def _page(request: Request, service: Service, section: str, **values: Any) -> Response:
    """A section, below how learning stands."""
    from mlops.learning.retraining import judged

    return page(
        request,
        "learning.html",
        collection=collection(service),
        sections=SECTIONS,
        section=section,
        due=judged(service.store),
        waiting=len(settling.listing(service.store, "proposed")),
        last=teaching.learning_of(request.app).last,
        **values,
    )


@router.get("/learning", dependencies=[Depends(may_edit)])
def queue(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    rating_max: Annotated[int, Query(ge=1, le=5)] = 5,
    text: Annotated[str, Query(max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Response:
    """Every remark, newest first."""
    rows = room.rows(service.store, rating_max=rating_max)
    told = ("question", "feedback_text", "corrected_answer")
    rows = [r for r in rows if any(text.lower() in (r[name] or "").lower() for name in told)]
    return _page(
        request,
        service,
        "queue",
        remarks=[teaching.remark_out(row, language) for row in rows[offset : offset + A_PAGE]],
        rating_max=rating_max,
        text=text,
        older=offset + A_PAGE if len(rows) > offset + A_PAGE else None,
    )


@router.get("/learning/failures", dependencies=[Depends(may_edit)])
def failures(request: Request, service: ServicePart) -> Response:
    """Failures that one remedy mends together."""
    from mlops.diagnosis.grouping import priorities

    return _page(request, service, "failures", groups=priorities(service.store))


@router.get("/learning/proposals", dependencies=[Depends(may_edit)])
def proposals(request: Request, service: ServicePart, language: LanguagePart) -> Response:
    """What waits for a second person."""
    rows = teaching.taught(service, language, "proposed")
    return _page(request, service, "proposals", proposals=rows)


@router.get("/learning/acquisitions", dependencies=[Depends(may_edit)])
def acquisitions(
    request: Request,
    service: ServicePart,
    form: Annotated[Literal["page", "csv"], Query(alias="as")] = "page",
) -> Response:
    """What is asked for and absent: what to look for."""
    from mlops.diagnosis.grouping import acquisitions as absent

    topics = absent(service.store)
    if form == "page":
        return _page(request, service, "acquisitions", topics=topics)
    lines = io.StringIO()
    table = csv.writer(lines, delimiter=";")
    table.writerow(["topic", "count", "questions"])
    table.writerows(
        [_harmless(topic.topic), topic.count, _harmless(" | ".join(topic.questions))]
        for topic in topics
    )
    headers = {"content-disposition": 'attachment; filename="acquisitions.csv"'}
    text = "\ufeff" + lines.getvalue()  # so that a spreadsheet reads UTF-8
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


@router.get("/learning/remarks/{feedback_id}", dependencies=[Depends(may_edit)])
def one(
    request: Request, service: ServicePart, language: LanguagePart, feedback_id: RemarkId
) -> Response:
    """A remark, why its answer failed, and what it taught."""
    found = teaching.remark(service, feedback_id, language)
    return page(request, "learning_remark.html", collection=collection(service), remark=found)


@router.post("/learning/remarks/{feedback_id}", dependencies=[Depends(may_edit)])
def diagnose(service: ServicePart, feedback_id: RemarkId) -> Response:
    """Look for the cause now."""
    teaching.look(service, feedback_id)
    return RedirectResponse(f"/learning/remarks/{feedback_id}", 303)


@router.post("/learning/look", dependencies=[Depends(may_edit)])
def look(service: ServicePart) -> Response:
    """Look at every remark that waits, and propose what it teaches."""
    teaching.look_at_all(service)
    return RedirectResponse("/learning/proposals", 303)


@router.post("/learning/proposals/{learned}", dependencies=[Depends(may_edit)])
def settle(
    request: Request,
    service: ServicePart,
    learned: LearnedId,
    verdict: Annotated[Literal["validate", "refuse"], Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Validate or refuse."""
    teaching.settle(request, service, learned, verdict, note)
    return RedirectResponse("/learning/proposals", 303)


@router.post("/learning/learn", dependencies=[Depends(may_administer)])
def learn(request: Request, service: ServicePart) -> Response:
    """Learn now, in the background."""
    if not teaching.learning_of(request.app).start(service):
        raise Problem(409, "improving.running")
    return RedirectResponse("/learning", 303)

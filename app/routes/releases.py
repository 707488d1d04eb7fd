"""Releases: listed, compared, put in service, taken back, tried: the API."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from app import release_acts as acts
from app import release_view as view
from app.release_schemas import (
    EXAMPLE,
    ActIn,
    DifferenceOut,
    InService,
    PromoteIn,
    ReleaseList,
    ReleaseOut,
    TrialIn,
    TrialList,
    TrialOut,
)
from app.routes.parts import LanguagePart, Limit, Offset, ServicePart
from app.security import may_administer, may_read
from mlops import trials as room

router = APIRouter(tags=["releases"])

NAME = "^[0-9A-Za-z]{1,128}$"
ReleaseName = Annotated[
    str,
    Path(
        pattern=NAME,
        description="an id, the beginning of one, champion, or previous (what a rollback restores)",
        examples=[EXAMPLE],
    ),
]
CONFLICT: dict[int | str, dict[str, Any]] = {
    404: {"description": "no such release"},
    409: {"description": "it cannot be done now; the detail says why and what to do"},
}


@router.get("/releases", response_model=ReleaseList, dependencies=[Depends(may_read)])
def listing(service: ServicePart, limit: Limit = 50, offset: Offset = 0) -> ReleaseList:
    """Every release, newest first, with its state and the gate's word."""
    rows, total = view.lines(service, limit, offset)
    return ReleaseList(releases=rows, total=total, limit=limit, offset=offset)


@router.post(
    "/releases/rollback",
    response_model=InService,
    responses=CONFLICT,
    dependencies=[Depends(may_administer)],
)
def rollback(request: Request, service: ServicePart, given: ActIn | None = None) -> InService:
    """Put the previous release back; with ``expected``, only once."""
    asked = given or ActIn()
    now, before = acts.rollback(
        service, by=acts.actor(request), reason=asked.reason, expected=asked.expected
    )
    return InService(in_service=now, previous=before)


@router.get(
    "/releases/{release}",
    response_model=ReleaseOut,
    responses={404: CONFLICT[404]},
    dependencies=[Depends(may_read)],
)
def one(
    request: Request, service: ServicePart, language: LanguagePart, release: ReleaseName
) -> Response:
    """Facts, the gate's verdict in codes and in words, measures, life and trials."""
    found = view.whole(service, acts.meant(service, release), language)
    content = found.model_dump_json()
    tag = f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "Accept-Language"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


@router.get(
    "/releases/{release}/diff/{other}",
    response_model=DifferenceOut,
    responses=CONFLICT,
    dependencies=[Depends(may_read)],
)
def diff(
    service: ServicePart,
    release: ReleaseName,
    other: ReleaseName,
    questions: Annotated[
        bool, Query(description="ask both every golden question; false: parts and documents only")
    ] = True,
) -> DifferenceOut:
    """What changes from the first to the second; asking takes a while the first time."""
    before, after = acts.meant(service, release), acts.meant(service, other)
    found = acts.difference(service, before, after, asking=questions)
    assert found is not None  # only with only_kept
    return view.difference_out(found)


@router.post(
    "/releases/{release}/promote",
    response_model=InService,
    responses=CONFLICT,
    dependencies=[Depends(may_administer)],
)
def promote(
    request: Request, service: ServicePart, release: ReleaseName, given: PromoteIn | None = None
) -> InService:
    """Put a release in service; one that answers already goes on, and nothing is changed."""
    asked = given or PromoteIn()
    chosen = acts.meant(service, release)
    before = acts.promote(
        service, chosen, by=acts.actor(request), reason=asked.reason, force=asked.force,
        expected=asked.expected,
    )  # fmt: skip
    return InService(in_service=chosen, previous=before)


@router.get("/trials", response_model=TrialList, dependencies=[Depends(may_read)])
def trials(
    service: ServicePart, language: LanguagePart, limit: Limit = 20, offset: Offset = 0
) -> TrialList:
    """The trial under way with what is seen so far, and those that ended."""
    now = room.current(service.store)
    ended = [trial for trial in room.last(service.store, 10_000) if trial.ended_at]
    return TrialList(
        current=view.trial(service, now, language) if now else None,
        before=[view.trial(service, one, language) for one in ended[offset : offset + limit]],
        total=len(ended),
        limit=limit,
        offset=offset,
    )


@router.post(
    "/trials",
    status_code=201,
    response_model=TrialOut,
    responses=CONFLICT,
    dependencies=[Depends(may_administer)],
)
def begin(
    request: Request, service: ServicePart, language: LanguagePart, given: TrialIn
) -> Response:
    """Try a release beside the one in service: on a share of readers, or in silence."""
    begun = acts.begin(
        service, acts.meant(service, given.release), kind=given.kind, share=given.share,
        hours=given.hours, force=given.force, reason=given.reason,
        by=acts.actor(request),
    )  # fmt: skip
    content = view.trial(service, begun, language).model_dump()
    return JSONResponse(content, 201, headers={"location": "/trials"})


@router.post(
    "/trials/current/decide",
    response_model=TrialOut,
    responses=CONFLICT,
    dependencies=[Depends(may_administer)],
)
def decide(service: ServicePart, language: LanguagePart) -> TrialOut:
    """End the trial under way and decide on what there is."""
    return view.trial(service, acts.stop(service, "", decide=True), language)


@router.delete(
    "/trials/current",
    response_model=TrialOut,
    responses=CONFLICT,
    dependencies=[Depends(may_administer)],
)
def stop(
    service: ServicePart,
    language: LanguagePart,
    why: Annotated[str, Query(max_length=1000, description="in a few words")] = "",
) -> TrialOut:
    """End the trial under way without deciding; the release in service goes on."""
    return view.trial(service, acts.stop(service, why), language)

"""Releases for people: the one in service, its challenger, what changed and why."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from app import release_acts as acts
from app import release_chart
from app import release_view as view
from app.problems import Problem
from app.release_schemas import DifferenceOut
from app.rendering import collection, page
from app.routes.parts import LanguagePart, Offset, ServicePart
from app.routes.releases import ReleaseName
from app.security import may_administer, may_read
from app.service import Service
from mlops import releases, trials
from mlops.release_facts import predecessor_of
from mlops.trials.rules import needed

router = APIRouter(include_in_schema=False)

A_PAGE = 30
Act = Literal["promote", "rollback", "canary", "shadow", "stop"]
Done = Literal["", "promote", "rollback", "canary", "shadow", "stop"]
Why = Annotated[str, Form(max_length=1000)]


@router.get("/versions", dependencies=[Depends(may_read)])
def listing(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    offset: Offset = 0,
    done: Done = "",
) -> Response:
    """Which release answers, what is tried, and every release."""
    rows, total = view.lines(service, A_PAGE, offset)
    now = trials.current(service.store)
    champion = releases.champion_id(service.store)
    ended = [one for one in trials.last(service.store, 11) if one.ended_at]
    return page(
        request,
        "versions.html",
        collection=collection(service),
        champion=view.whole(service, champion, language) if champion else None,
        previous=_previous(service),
        trial=view.trial(service, now, language) if now else None,
        needed=needed(service.settings.max_harm),
        harm=service.settings.max_harm,
        ended=[view.trial(service, one, language) for one in ended],
        releases=rows,
        newer=max(0, offset - A_PAGE) if offset else None,
        older=offset + A_PAGE if total > offset + A_PAGE else None,
        done=done,
    )


@router.get("/versions/{release}", dependencies=[Depends(may_read)])
def show(
    request: Request, service: ServicePart, language: LanguagePart, release: ReleaseName
) -> Response:
    """One release: the verdict in words and as a picture, and what it changes."""
    chosen = acts.meant(service, release)
    found = view.whole(service, chosen, language)
    measured = found.gate.measures if found.gate else []
    if not measured:
        row = acts.row_of(service, chosen)
        measured = view.measures(service.settings, None, row.scores, language)
    champion = releases.champion_id(service.store)
    other = _compared_with(service, chosen, champion)
    return page(
        request,
        "version.html",
        collection=collection(service),
        found=found,
        champion=champion,
        previous=_previous(service),
        trial=trials.current(service.store),
        measures=measured,
        picture=release_chart.draw(measured),
        usable=releases.in_folder(service.home)(chosen),
        sentence=view.sentence,
        part_name=lambda name: view.part_name(name, language),
        slice_name=lambda where: view.slice_name(where, language),
        **_changes(service, chosen, champion, other, asking=False),
    )


@router.get("/versions/{release}/changes", dependencies=[Depends(may_read)])
def changes(
    request: Request,
    service: ServicePart,
    release: ReleaseName,
    against: Annotated[str, Query(pattern="^[0-9A-Za-z]{0,128}$")] = "",
) -> Response:
    """The golden questions that get something else, asked of both releases now."""
    chosen = acts.meant(service, release)
    champion = releases.champion_id(service.store)
    other = acts.meant(service, against) if against else _compared_with(service, chosen, champion)
    return page(
        request,
        "versions_changes.html",
        collection=collection(service),
        release=chosen,
        **_changes(service, chosen, champion, other, asking=True),
    )


@router.get("/versions/{release}/{act}", dependencies=[Depends(may_administer)])
def confirm(request: Request, service: ServicePart, release: ReleaseName, act: Act) -> Response:
    """What will happen, before it does."""
    chosen = acts.meant(service, release)
    champion = releases.champion_id(service.store)
    if act == "rollback" and chosen != champion:
        raise Problem(409, "versions.moved", release=(champion or "–")[:12])
    if act == "rollback" and _previous(service) is None:
        raise Problem(409, "error.no_predecessor")
    state = acts.row_of(service, chosen).state
    return page(
        request,
        "version_act.html",
        collection=collection(service),
        release=chosen,
        act=act,
        champion=champion,
        previous=_previous(service),
        trial=trials.current(service.store),
        unproven=state if act in ("promote", "canary", "shadow") and state in acts.UNPROVEN else "",
        share=service.settings.trial_share,
        hours=service.settings.trial_hours,
    )


@router.post("/versions/{release}/{act}", dependencies=[Depends(may_administer)])
def do(
    request: Request,
    service: ServicePart,
    release: ReleaseName,
    act: Act,
    why: Why = "",
    expected: Annotated[str, Form(max_length=128)] = "",
    force: Annotated[bool, Form()] = False,
    percent: Annotated[float | None, Form(ge=0.1, le=50)] = None,
    hours: Annotated[float | None, Form(ge=0.1, le=8760)] = None,
) -> Response:
    """Do it, then show the list."""
    chosen, by = acts.meant(service, release), acts.actor(request)
    if act == "promote":
        acts.promote(service, chosen, by=by, reason=why, force=force, expected=expected)
    elif act == "rollback":  # pressed twice, it goes back once: another release answers then
        acts.rollback(service, by=by, reason=why, expected=chosen)
    elif act == "stop":
        acts.stop(service, why, challenger=chosen)
    else:
        share = None if percent is None else percent / 100
        acts.begin(
            service, chosen, kind=act, share=share, hours=hours, force=force, reason=why, by=by
        )  # fmt: skip
    return RedirectResponse(f"/versions?done={act}", 303)


def _previous(service: Service) -> str | None:
    """What a rollback would put back."""
    return releases.predecessor(service.store, releases.in_folder(service.home))


def _compared_with(service: Service, chosen: str, champion: str | None) -> str | None:
    """The champion; for the champion itself, the release that it replaced; None when it is gone."""
    other = champion if chosen != champion else predecessor_of(service.store, chosen)
    usable = releases.in_folder(service.home)
    return other if other and other != chosen and usable(other) and usable(chosen) else None


def _changes(
    service: Service, chosen: str, champion: str | None, other: str | None, *, asking: bool
) -> dict[str, Any]:
    """What changes when the champion is replaced; what changed when the champion itself came."""
    if other is None:
        return {"changed": None, "other": None, "questions": None}
    pair = (other, chosen)
    found = acts.difference(service, *pair, asking=asking)
    known = found if asking else acts.difference(service, *pair, asking=True, only_kept=True)
    return {
        "changed": _out(found),
        "other": other,
        "questions": _out(known),
        "to_come": chosen != champion,
    }


def _out(found: Any) -> DifferenceOut | None:
    return None if found is None else view.difference_out(found)

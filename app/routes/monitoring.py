"""Figures over time, as pictures with their tables."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.plain_json import plain
from app.problems import Problem
from app.readers import author_of
from app.rendering import collection, page
from app.routes.measures import last_drifts, latest_nights, told
from app.routes.parts import LanguagePart, ServicePart
from app.security import may_edit, may_read
from app.svg_charts import draw
from mlops import alerts
from mlops.series import Metric, several
from mlops.store import Store

router = APIRouter(include_in_schema=False)

PERIODS = (7, 30, 90, 365)
NIGHTS = 30


@router.get("/monitoring", dependencies=[Depends(may_read)])
def monitoring(
    request: Request,
    service: ServicePart,
    language: LanguagePart,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> Response:
    """How the system does."""
    from mlops.monitoring import HealthChecker, statistics

    checked = plain(HealthChecker(home=service.home).check_health(language=language))
    return page(
        request,
        "monitoring.html",
        collection=collection(service),
        days=days,
        periods=PERIODS,
        figures=plain(statistics(service.home, days=days)),
        charts=charts(service.store, days),
        alerts=[told(one, language) for one in alerts.listing(service.store, firing=True)],
        health=checked,
        drifts=last_drifts(service.store),
        nights=latest_nights(service.store, NIGHTS),
    )


def charts(store: Store, days: int) -> list[dict[str, Any]]:
    """What is drawn: the name, its drawing (None when nothing was measured), its rows."""
    names: tuple[Metric, ...] = (
        "questions", "answered", "p50_s", "p95_s", "ratings", "confidence",
    )  # fmt: skip
    questions, answered, half, most, ratings, read = several(store, names, days)
    return [
        {"name": "questions", "digits": 0, "chart": draw(questions, bars=True),
         "rows": [questions]},
        {"name": "answered", "digits": 2, "chart": draw(answered, high=1.0), "rows": [answered]},
        {"name": "latency", "digits": 2, "chart": draw(half, most), "rows": [half, most]},
        {"name": "ratings", "digits": 1, "chart": draw(ratings, low=1.0, high=5.0),
         "rows": [ratings]},
        {"name": "reading", "digits": 2, "chart": draw(read, low=None, high=1.0), "rows": [read]},
    ]  # fmt: skip


@router.post("/monitoring/alerts/{alert_id}", dependencies=[Depends(may_edit)])
def acknowledge(
    request: Request, service: ServicePart, alert_id: Annotated[int, Path(ge=1, le=10**9)]
) -> Response:
    """Take care of an alert."""
    if not alerts.acknowledge(service.store, alert_id, by=author_of(request)):
        raise Problem(404, "alerts.ack.unknown", id=alert_id)
    return RedirectResponse("/monitoring", 303)

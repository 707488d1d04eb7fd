"""Figures by day, drift, alerts and nights: the API."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Query, Request

from app.plain_json import plain
from app.problems import Problem
from app.readers import author_of
from app.routes.parts import LanguagePart, Limit, Offset, ServicePart
from app.security import may_edit, may_read
from mlops import alerts
from mlops import store_tables as t
from mlops.series import Metric
from mlops.series import series as by_day
from mlops.store import Store

router = APIRouter(tags=["status"])

Days = Annotated[int, Query(ge=1, le=3650, description="the last ones, today included")]


@router.get("/stats/series", dependencies=[Depends(may_read)])
def series(service: ServicePart, metric: Metric = "questions", days: Days = 30) -> dict[str, Any]:
    """One figure a day (UTC): value, count, 95 % interval; null where nothing was measured."""
    return {"metric": metric, "points": plain(by_day(service.store, metric, days))}


@router.get("/drift", dependencies=[Depends(may_read)])
def drift(service: ServicePart) -> dict[str, Any]:
    """What the last night found of each detector."""
    return {"detectors": plain(last_drifts(service.store))}


@router.get("/alerts", dependencies=[Depends(may_read)])
def alerts_now(
    service: ServicePart,
    language: LanguagePart,
    firing: bool = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> dict[str, Any]:
    """The alerts, in words with what to type; ``firing``: those that are on."""
    rows = alerts.listing(service.store, firing=firing)
    shown = [told(alert, language) for alert in rows[offset : offset + limit]]
    return {"total": len(rows), "alerts": shown}


@router.post("/alerts/{alert_id}/acknowledge", dependencies=[Depends(may_edit)])
def acknowledge(
    request: Request, service: ServicePart, alert_id: Annotated[int, Path(ge=1, le=10**9)]
) -> dict[str, int]:
    """Say that one takes care of it: it is not recalled every day any more."""
    if not alerts.acknowledge(service.store, alert_id, by=author_of(request)):
        raise Problem(404, "alerts.ack.unknown", id=alert_id)
    return {"acknowledged": alert_id}


@router.get("/nights", dependencies=[Depends(may_read)])
def nights(service: ServicePart, limit: Limit = 30, offset: Offset = 0) -> dict[str, Any]:
    """The nights, newest first, with the state of each step."""
    return {"nights": plain(latest_nights(service.store, limit, offset))}


@router.get("/nights/{night}", dependencies=[Depends(may_read)])
def night(
    service: ServicePart, night: Annotated[str, Path(pattern=r"^\d{4}-\d\d-\d\d$")]
) -> dict[str, Any]:
    """One night with its report."""
    query = sa.select(t.nights).where(t.nights.c.night == night)
    with service.store.read() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise Problem(404, "monitoring.no_night", night=night)
    return dict(plain({name: row[name] for name in row if name != "owner"}))


def told(alert: alerts.Alert, language: str) -> dict[str, Any]:
    """An alert in words."""
    from dataclasses import asdict

    from mlops.alerts.words import remedy, sentence

    row = asdict(alert)
    return {**plain(row), "told": sentence(row, language), "remedy": remedy(alert.rule)}


def last_drifts(store: Store) -> list[dict[str, Any]]:
    """The newest finding of each detector, in the order of their names."""
    newest = sa.select(sa.func.max(t.drifts.c.id)).group_by(t.drifts.c.detector)
    query = sa.select(t.drifts).where(t.drifts.c.id.in_(newest)).order_by(t.drifts.c.detector)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def latest_nights(store: Store, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Nights, newest first, without their report nor who held them."""
    query = sa.select(t.nights).order_by(t.nights.c.night.desc()).limit(limit).offset(offset)
    with store.read() as connection:
        rows = connection.execute(query).mappings()
        return [{n: row[n] for n in row if n not in ("owner", "report")} for row in rows]

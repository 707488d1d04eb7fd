"""Figures and health."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from app.routes.parts import LanguagePart, ServicePart
from app.security import may_read

router = APIRouter(tags=["status"])


@router.get("/stats", dependencies=[Depends(may_read)])
def stats(service: ServicePart, days: Annotated[int, Query(ge=1, le=3650)] = 7) -> dict[str, Any]:
    """The guide's figures over the last days."""
    from app.plain_json import plain
    from mlops.monitoring import statistics

    return dict(plain(statistics(service.home, days=days)))


@router.get("/metrics", dependencies=[Depends(may_read)], response_class=PlainTextResponse)
def metrics(request: Request, service: ServicePart) -> Response:
    """Everything above for Prometheus, in its text format or as OpenMetrics."""
    from mlops.prometheus import exposition, registry_of

    state = request.app.state
    if not hasattr(state, "prometheus"):
        state.prometheus = registry_of(service.home)
    told, kind = exposition(state.prometheus, request.headers.get("accept", ""))
    return Response(told, media_type=kind)


@router.get("/health", dependencies=[Depends(may_read)])
def health(service: ServicePart, language: LanguagePart) -> Response:
    """Every check, with a remedy for what fails; 503 when unhealthy."""
    from app.plain_json import plain
    from mlops.monitoring import HealthChecker

    found = plain(HealthChecker(home=service.home).check_health(language=language))
    return JSONResponse(found, 503 if found["status"] == "unhealthy" else 200)


@router.get("/health/live")
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready")
def ready(service: ServicePart) -> Response:
    """A release is in service and loaded, and the record answers: questions can be answered."""
    import sqlalchemy as sa

    from rag.errors import RagError

    try:
        release = service.release.id
        with service.store.read() as connection:
            connection.execute(sa.text("SELECT 1 FROM releases LIMIT 1"))
    except RagError as error:
        return JSONResponse({"status": "not ready", "code": error.code}, 503)
    except sa.exc.SQLAlchemyError:
        return JSONResponse({"status": "not ready", "code": "store_unreadable"}, 503)
    return JSONResponse({"status": "ready", "release": release})

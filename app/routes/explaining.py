"""Where an answer comes from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse

from app.plain_json import plain
from app.routes.parts import ServicePart
from app.security import may_read

router = APIRouter(tags=["ask"], dependencies=[Depends(may_read)])


@router.get("/answers/{answer_id}/explanation")
def explanation(
    service: ServicePart, answer_id: Annotated[str, Path(pattern="^[0-9a-f]{1,64}$")]
) -> Any:
    """From an answer to its question, hits, scores, thresholds, model, release and files."""
    return JSONResponse(plain(service.explain(answer_id)))

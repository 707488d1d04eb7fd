"""Why answers failed, and what would mend them: the API."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["diagnoses"])

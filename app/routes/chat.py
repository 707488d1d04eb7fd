"""The collection for clients of OpenAI-compatible services."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["chat"])

"""Documents that come, are read again, and go: the API of the library."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["uploads"])

"""What readers taught: the queue, the failures by cause, what waits for a second person."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)

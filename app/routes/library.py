"""The library: what is there and how well it was read; files added, read again, deleted."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)

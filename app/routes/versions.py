"""Releases for people: the one in service, its challenger, what changed and why."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)

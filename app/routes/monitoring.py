"""Figures over time, as pictures with their tables."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)

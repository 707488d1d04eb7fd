"""Releases: listed, compared, put in service, taken back: the API."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["releases"])

"""The reader: a page image with its text beside it, word by word."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)

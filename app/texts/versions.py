"""The page of releases."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}  # key: (French, English)

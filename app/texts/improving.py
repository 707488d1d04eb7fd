"""The page « Apprentissage »: the queue, the groups, what waits for a second person."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}  # key: (French, English)

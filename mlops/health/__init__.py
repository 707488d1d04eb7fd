"""Whether the service can answer, and whether its nights go on: each check with what to type."""

from __future__ import annotations

from mlops.health.checking import check

__all__ = ["check"]

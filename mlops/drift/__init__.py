"""Drift: are the last days unlike the weeks before, in what is asked, answered, read or rated?"""

from __future__ import annotations

from mlops.drift.looking import DriftFinding, look
from mlops.drift.since import since

__all__ = ["DriftFinding", "look", "since"]

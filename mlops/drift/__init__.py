"""Drift: are the last days unlike the weeks before, in what is asked, answered, read or rated?"""

from __future__ import annotations

from mlops.drift.looking import DriftFinding, look

__all__ = ["DriftFinding", "look"]

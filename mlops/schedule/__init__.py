"""Schedulers of this machine: each starts ``ragphoto night``; the lease makes it once a date."""

from __future__ import annotations

from mlops.schedule.plans import KINDS, Plan, plan_for
from mlops.schedule.state import Armed, armed, install, remove

__all__ = ["KINDS", "Armed", "Plan", "armed", "install", "plan_for", "remove"]

"""Why a bad answer was bad: replayed one stage at a time, without a model as judge."""

from __future__ import annotations

from mlops.diagnosis.grouping import acquisitions, priorities
from mlops.diagnosis.running import diagnose, keep, run

__all__ = ["acquisitions", "diagnose", "keep", "priorities", "run"]

"""The night: the pipeline, what follows from it, each date exactly once, whatever happens.

due → which night; lease → who does it; steps → what is done; running → one night.
"""

from __future__ import annotations

from mlops.night.running import NightReport, run_night

__all__ = ["NightReport", "run_night"]

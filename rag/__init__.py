"""The engine: from a file to a cited answer. Knows no Prefect, no FastAPI, no database.

The one thing that importing it does is to switch off the telemetry of dependencies: some read
their switch when they are imported, so that any later moment could be too late.
"""

from __future__ import annotations

import os

from rag.privacy import switch_telemetry_off

switch_telemetry_off(os.environ)

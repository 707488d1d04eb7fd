"""The engine: from a file to a cited answer. Knows no Prefect, no FastAPI, no database.

The two things that importing it does are to switch off the telemetry of dependencies and to keep
numpy's products on one thread: both are read when they are imported, so that any later moment
could be too late.
"""

from __future__ import annotations

import os

from rag.cores import one_thread_a_product
from rag.privacy import switch_telemetry_off

switch_telemetry_off(os.environ)
one_thread_a_product(os.environ)

"""The life cycle: pipeline, validation, monitoring, feedback, releases."""

from __future__ import annotations

import rag as rag  # before numpy, whoever imports it here first: it says how many threads it takes

"""What every test shares."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples at every run, so that a red test is red again; explore with another profile:
# HYPOTHESIS_PROFILE=default pytest …
settings.register_profile("steady", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

"""Nothing leaves the machine: what our dependencies would send home is switched off.

- ONNX Runtime ≥ 1.29 makes a device identifier and uploads events on Linux and macOS unless
  ``ORT_DISABLE_TELEMETRY`` is set before it is imported (its pull request 27379).
- Prefect sends usage unless ``PREFECT_SERVER_ANALYTICS_ENABLED`` is false.
- ``DO_NOT_TRACK`` is honoured by several others.
"""

from __future__ import annotations

from collections.abc import MutableMapping

SWITCHES = {
    "ORT_DISABLE_TELEMETRY": "1",
    "ORT_TELEMETRY_DISABLED": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


def switch_telemetry_off(environment: MutableMapping[str, str]) -> None:
    """Set every switch, whatever it was: a dependency's default is not the user's wish."""
    environment.update(SWITCHES)

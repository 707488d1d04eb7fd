"""Any value as strict JSON holds it, for the command line and the API."""

from __future__ import annotations

from typing import Any


def plain(value: Any) -> Any:
    """The value as JSON can hold it: records as objects, paths as text, nan and inf as null."""
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return value.item() if hasattr(value, "item") else str(value)

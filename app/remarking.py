"""Why a remark, or something taught, cannot be taken: in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app import messages

if TYPE_CHECKING:
    from mlops.learning.entries import Refused


def why_not(error: ValueError, language: messages.Language) -> str:
    """The words for what is wrong with a remark; the error's own for what has none."""
    code, details = getattr(error, "code", ""), getattr(error, "details", {})
    return told(str(code), str(error), details, language)


def told(code: str, message: str, details: Any, language: messages.Language) -> str:
    """The same from what is kept of the error."""
    return messages.text_or(
        f"remark.{code}", "http.invalid", language, **{**details, "detail": message}
    )


def cannot(error: Refused | str) -> tuple[str, dict[str, object]]:
    """The key of the catalogue, and its details, for a proposal or a verdict that is refused.

    Args:
        error: what was raised, or the code that a proposal came back with.
    """
    code = error if isinstance(error, str) else error.code
    key = f"learned.cannot.{code}"
    if key not in messages.MESSAGES:
        key = f"fate.why.{code}"
    if key not in messages.MESSAGES:
        key = "learned.refused"
    return key, {"code": code, "why": str(error)}


def state_told(row: Mapping[str, Any], language: messages.Language) -> str:
    """The state of something taught, with why when there is a reason."""
    said = messages.text_or(
        f"learned.state.{row['state']}", "fate.why.other", language, reason=row["state"]
    )
    if not (code := str(row.get("reason") or "")):
        return said
    why = messages.text_or(f"fate.why.{code}", "fate.why.other", language, reason=code)
    return f"{said} ({why})"

"""What became of a remark, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import messages


def told(row: Mapping[str, Any], language: messages.Language) -> str:
    """The fate of a remark of the record, as a phrase."""
    fate = dict(row["fate"] or {})
    cause = messages.text(f"cause.{fate['cause']}", language) if fate.get("cause") else ""
    state = str(row["state"])
    if state == "diagnosed":
        return messages.text("fate.diagnosed", language, cause=cause)
    if state == "corrected":
        return messages.text("fate.corrected", language, release=str(fate.get("release"))[:8])
    if state == "not_corrected":
        code = str(fate.get("reason") or "")
        why = messages.text_or(f"fate.why.{code}", "fate.why.other", language, reason=code)
        return messages.text("fate.not_corrected", language, reason=why)
    return messages.text(f"fate.{state}", language)

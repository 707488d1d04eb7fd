"""A rule of a page in words, for the terminal and the page of learning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import messages


def told(row: Mapping[str, Any], names: Mapping[str, str], language: messages.Language) -> str:
    """What a rule asks of its page.

    Args:
        row: of the table of rules.
        names: of documents, by id.
        language: of the reader.
    """
    what, found = row["what"], row["evidence"].get("found") or ()
    values = {
        "document": names.get(row["document_id"], row["document_id"][:8]),
        "page": row["page_index"] + 1,
        "engine": what.get("engine", ""),
        "scale": f"{what.get('scale', 1):g}",
        "text": what.get("text", ""),
        "found": ", ".join(found) or messages.text("rule.reading.order", language),
    }
    return messages.text(f"rule.{row['kind']}", language, **values)

"""From lines on a page to reading order (``arrange``) and what each line is for (``classify``)."""

from __future__ import annotations

from rag.layout.order import arrange
from rag.layout.roles import classify

VERSION = "layout-2"

__all__ = ["VERSION", "arrange", "classify"]

"""Mending what was misread, each edit aligned to its words."""

from __future__ import annotations

from rag.correct.confusions import Costs, load_costs
from rag.correct.edits import apply, undo
from rag.correct.page import VERSION, correct

__all__ = ["VERSION", "Costs", "apply", "correct", "load_costs", "undo"]

"""What readers say: kept, edited, taken back, given to them, forgotten."""

from __future__ import annotations

from mlops.feedback.checking import Given, Mark, NotARemark, TooMany
from mlops.feedback.keeping import edit, of_author, rows, save, show, withdraw
from mlops.feedback.persons import erase, export

__all__ = [
    "Given",
    "Mark",
    "NotARemark",
    "TooMany",
    "edit",
    "erase",
    "export",
    "of_author",
    "rows",
    "save",
    "show",
    "withdraw",
]

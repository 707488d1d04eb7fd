"""How long work tells whoever watches that it goes on."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of each stage; the command line draws a bar, a flow logs, a test counts."""

    def start(self, stage: str, total: int) -> None:
        """A stage begins, with this many units (pages, chunks, questions)."""

    def advance(self, n: int = 1) -> None:
        """So many more units are done."""

    def finish(self) -> None:
        """The stage is over."""


class Silent:
    """Tells nobody."""

    def start(self, stage: str, total: int) -> None:
        """Say nothing."""

    def advance(self, n: int = 1) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""

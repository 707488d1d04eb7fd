"""A model's text as it comes: pale, and wiped when the proved answer takes its place."""

from __future__ import annotations

import shutil
import sys


class Draft:
    """Provisional text; nothing at all is written unless it is ``shown``."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._text = ""

    def write(self, text: str) -> None:
        """One more piece of it."""
        if self._shown:
            self._text += text
            sys.stdout.write(f"\x1b[2m{text}\x1b[0m")
            sys.stdout.flush()

    def clear(self) -> None:
        """Wipe what was written."""
        if self._text:
            up = lines(self._text, shutil.get_terminal_size().columns) - 1
            sys.stdout.write("\r" + (f"\x1b[{up}A" if up else "") + "\x1b[J")
            sys.stdout.flush()
        self._text = ""


def lines(text: str, columns: int) -> int:
    """How many lines of a terminal a text takes."""
    return sum(max(1, -(-len(line) // max(1, columns))) for line in text.split("\n"))

"""What only a terminal may get: bold, dim, links. Elsewhere, and with NO_COLOR, the plain text."""

from __future__ import annotations

import os
import sys


def coloured() -> bool:
    """Whether standard output is a terminal that wants more than letters."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout.isatty()


def bold(text: str) -> str:
    """In bold."""
    return f"\x1b[1m{text}\x1b[0m" if coloured() else text


def dim(text: str) -> str:
    """Pale."""
    return f"\x1b[2m{text}\x1b[0m" if coloured() else text


def link(text: str, url: str) -> str:
    """A hyperlink (OSC 8)."""
    return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\" if coloured() and url else text

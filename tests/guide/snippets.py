"""The fenced snippets of a Markdown file, each with the prelude declared above it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide-mlops.md"
_FENCE = re.compile(
    r"(?:<!-- prélude : (?P<prelude>[^\n]*?) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)```", re.S
)


@dataclass(frozen=True)
class Snippet:
    line: int
    language: str
    prelude: str
    code: str


def snippets(language: str) -> list[Snippet]:
    text = GUIDE.read_text("utf-8")
    return [
        Snippet(
            text.count("\n", 0, m.start("code")) + 1, m["language"], m["prelude"] or "", m["code"]
        )
        for m in _FENCE.finditer(text)
        if m["language"] == language
    ]


def containing(text: str) -> Snippet:
    found = [s for kind in ("python", "bash") for s in snippets(kind) if text in s.code]
    assert len(found) == 1, f"{len(found)} snippets of {GUIDE.name} contain {text!r}"
    return found[0]

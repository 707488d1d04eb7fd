"""The written texts, as blocks: headings, paragraphs, rows with leaders, figures, footnotes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

TEXTS = Path(__file__).with_name("texts")


@dataclass(frozen=True, slots=True)
class Block:
    """One unit of a text: ``kind`` is title, heading, paragraph, row, figure or break."""

    kind: str
    text: str
    value: str = ""  # right end of a row; name of the drawing of a figure
    notes: dict[str, str] = field(default_factory=dict)  # footnotes called in this block


def read_blocks(name: str) -> list[Block]:
    """Read one text of ``tools/sample/texts``."""
    text = (TEXTS / name).read_text("utf-8")
    notes = dict(re.findall(r"(?m)^\[\^(\w+)\]: (.+)$", text))
    text = re.sub(r"(?m)^\[\^\w+\]: .+\n?", "", text)
    return [b for piece in re.split(r"\n\s*\n", text.strip()) for b in _blocks(piece, notes)]


def _blocks(piece: str, notes: dict[str, str]) -> list[Block]:
    piece = piece.strip()
    if piece == "---":
        return [Block("break", "")]
    if found := re.match(r"# (.+)$", piece):
        return [Block("title", french(found[1]))]
    if found := re.match(r"##+ (.+)$", piece):
        return [Block("heading", french(found[1]))]
    if found := re.match(r"!\[(.+)\]\((.+)\)$", piece):
        return [Block("figure", french(found[1]), found[2])]
    if " :: " in piece:
        rows = [line.split(" :: ") for line in piece.splitlines()]
        return [Block("row", french(left), french(right)) for left, right in rows]
    called = {k: french(notes[k]) for k in re.findall(r"\[\^(\w+)\]", piece)}
    return [Block("paragraph", french(" ".join(piece.split())), notes=called)]


def french(text: str) -> str:
    """Printer's apostrophes and fixed blanks, by the rules of French typesetting."""
    text = text.replace("'", "’")
    text = re.sub(r" (?=[;:!?»%])", "\u00a0", text)
    text = re.sub(r"(?<=«) ", "\u00a0", text)
    text = re.sub(r"\b(M|MM|Mme|Fig|fig|N|S)(\.?) (?=[A-ZÉ\d])", "\\1\\2\u00a0", text)
    text = re.sub(
        r"(?<=\d) (?=\d{3}\b)|(?<=\d) (?=(?:×|cm|mm|cc|gr|g|ml|IL|K|°C|s)\b)", "\u00a0", text
    )
    text = re.sub(r"(?<=\d) ?× ?(?=\d)", "\u00a0×\u00a0", text)
    return re.sub(r"\b(ISO|la|à) (?=\d)", "\\1\u00a0", text)

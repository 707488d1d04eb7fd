"""Tables for people: aligned for a terminal of 100 columns, or in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 100  # columns


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, names of columns, and rows of as many texts; the first column is on the left."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def as_text(tables: Sequence[Table]) -> str:
    """Aligned columns; a first column that would not fit is cut."""
    return "\n\n".join(_text(table) for table in tables)


def as_markdown(tables: Sequence[Table]) -> str:
    """One ``###`` heading and one table each."""
    return "\n\n".join(_markdown(table) for table in tables)


def _text(table: Table) -> str:
    lines = [table.head, *table.rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(table.head))]
    spare = WIDTH - 2 - sum(widths[1:]) - 2 * (len(widths) - 1)
    widths[0] = max(8, min(widths[0], spare))

    def told(line: tuple[str, ...]) -> str:
        first = line[0] if len(line[0]) <= widths[0] else line[0][: widths[0] - 1] + "…"
        rest = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
        return "  ".join(("  " + first.ljust(widths[0]), *rest)).rstrip()

    return "\n".join([table.title, *map(told, lines)])


def _markdown(table: Table) -> str:
    def told(line: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |"

    rule = ["---", *["---:"] * (len(table.head) - 1)]
    return "\n".join(
        [f"### {table.title}", "", told(table.head), told(rule), *map(told, table.rows)]
    )

"""Sections of files without page images (markdown, CSV, HTML…, a photo's metadata) → chunks.

The little markup that a section's text may hold is left out of the chunks by pointing around it:
what a piece holds is always exactly what stands at its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rag.packing import (
    Atom,
    Heading,
    Run,
    Together,
    atoms_of,
    build,
    family,
    join,
    kept,
    merge_short,
    pack,
)
from rag.records import Chunk, Section, Source

_RULE = re.compile(r"^[\s|:+=*_-]+$")  # a line of a drawn table, a separator
_HASHES = re.compile(r"^(#{1,6})\s+(.*\S)")
_BULLET = re.compile(r"^\s*(?:[-*+•–—]|\d{1,3}[.)])\s+")
_MARKUP = re.compile(
    r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|`+|\]\([^)\s]*\)|!?\[(?=[^\]]*\]\()"
)


# Files in which every line stands by itself: « Ouverture : f/2 », a row with its columns' names.
LINE_KINDS = {"photo": "list", "csv": "table", "xlsx": "table"}


def chunk_sections(
    source: Source,
    sections: Sequence[Section],
    *,
    chars: int = 800,
    together: Sequence[Together] = (),
) -> list[Chunk]:
    """Part sections (markdown, CSV, HTML…, a photo's metadata) into chunks.

    The pieces are exact: ``section.text[first:last] == chunk.text[start:end]``. The header row
    of a table is a row where it stands, and is kept in the headings of every row under it.
    """
    texts = {section.index: section.text for section in sections}
    groups: list[list[Atom]] = []
    for section in sections:
        atoms = list(kept(_section_atoms(section, LINE_KINDS.get(source.kind)), together))
        for _, part in groupby(atoms, key=family):
            groups.extend(pack(list(part), chars))
    merged = merge_short(groups, chars)
    return [build(source.document_id, group, sections=texts) for group in merged]


def _section_atoms(section: Section, line_kind: str | None = None) -> Iterator[Atom]:
    path = tuple(Heading(text, n) for n, text in enumerate(section.headings))
    if section.title and section.title not in section.headings:
        path = (*path, Heading(section.title, len(path)))
    top, before = path, None
    header: tuple[Heading, ...] = ()
    blocks = _paragraphs(section.text)
    if line_kind:
        blocks = ((line_kind, [span]) for _, spans in blocks for span in spans)
    for kind, lines in blocks:
        runs = tuple(run for a, b in lines for run in _words(section, a, b))
        if not runs:
            continue
        if kind == "heading":
            rank = len(top) + len(section.text[lines[0][0] : lines[0][1]].split()[0])
            path = (*(h for h in path if h.rank < rank), Heading(join(runs), rank, runs))
            header, before = (), None
            continue
        kind = "metadata" if line_kind == "list" else kind
        if kind != "table":
            header = ()
        for atom in atoms_of(runs, kind, before):
            yield replace(atom, path=path + header)
            before = atom
        if kind == "table" and not header and _is_header(section.text, lines[0][1]):
            header = (Heading(join(runs), 99),)


def _is_header(text: str, end: int) -> bool:
    """True when the row that ends there is followed by the rule of a markdown table."""
    following = text[end:].lstrip("\n").split("\n", 1)[0]
    return "-" in following and bool(_RULE.match(following))


def _paragraphs(text: str) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Kind of each block of a text, and the spans of its lines (without what marks the block)."""
    held: list[tuple[int, int]] = []
    held_kind = "paragraph"
    for match in re.finditer(r"[^\n]+|\n(?=\s*\n)", text):
        line, start = match.group(), match.start()
        if not line.strip() or _RULE.match(line):
            kind = ""
        elif _HASHES.match(line):
            kind = "heading"
        elif line.lstrip().startswith("|") or line.count("\t") >= 1 or line.count(" | ") >= 1:
            kind = "table"
        elif _BULLET.match(line):
            kind = "list"
        else:
            kind = "paragraph"
        continues = kind == "paragraph" and held and held_kind in ("paragraph", "list")
        if not continues and held:
            yield held_kind, held
            held = []
        if kind:
            held = [*held, (start, match.end())]
            held_kind = held_kind if continues else kind
    if held:
        yield held_kind, held


def _words(section: Section, start: int, end: int) -> Iterator[Run]:
    """The words of a line, markup left out, each with its place in the Section."""
    line = section.text[start:end]
    if found := _HASHES.match(line):
        start += found.start(2)
    elif line.lstrip().startswith("|"):
        start, end = start + line.index("|") + 1, end - len(line) + len(line.rstrip("| \t"))
    line = section.text[start:end]
    marked = {n for mark in _MARKUP.finditer(line) for n in range(*mark.span())}
    for match in re.finditer(r"\S+", line):
        kept = [n for n in range(*match.span()) if n not in marked]
        for part, places in groupby(enumerate(kept), key=lambda pair: pair[1] - pair[0]):
            held = [place for _, place in places]
            first, last = held[0], held[-1] + 1
            yield Run(
                line[first:last],
                section.index,
                start + first,
                start + last,
                glued=part != kept[0],
            )

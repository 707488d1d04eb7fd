"""Files without page images as numbered sections of text, and what a photo says about itself.

Markdown, text and CSV are read here; DOCX, ODT, EPUB, HTML, PPTX, XLSX, RTF and mail by Kreuzberg,
as markdown, then cut the same way. A heading begins a section; a long one is cut at blank lines.

These functions open untrusted files: outside tests they run in a child (``rag.workers``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from rag.errors import DocumentRefused
from rag.exif import photo_metadata
from rag.records import Section

__all__ = ["MIME", "VERSION", "decode", "photo_metadata", "plain", "read_sections"]

VERSION = "1"
MIME = {
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "epub": "application/epub+zip",
    "rtf": "application/rtf",
    "eml": "message/rfc822",
}
_LONG = 4000  # characters: about two printed pages
_ROWS = 40  # CSV rows a section
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_RULES = re.compile(r"^\s*\|?(\s*:?-{2,}:?\s*\|)+\s*(:?-{2,}:?\s*)?$")  # under a table's header
_MARKS = (
    (re.compile(r"!\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),  # images: their caption
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),  # links: their words
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])"), r"\1"),
    (re.compile(r"<br\s*/?>"), " "),
)
_Part = tuple[tuple[str, ...], str]  # headings from the title down, and the text under the last


def read_sections(
    path: Path, kind: str, *, document_id: str = "", name: str = ""
) -> tuple[Section, ...]:
    """Read the text of a file, in order, numbered from 0.

    Args:
        path: the file.
        kind: as ``rag.collect`` found it.
        document_id: SHA-256 of the file, noted in each section.
        name: title of what stands before the first heading (the file's name when empty).

    Raises:
        DocumentRefused: ``empty`` when there is no text, ``unreadable`` when it cannot be parsed.
    """
    if kind == "csv":
        parts = list(_csv_parts(decode(path.read_bytes())))
    elif kind == "text":
        parts = [((), decode(path.read_bytes()))]
    elif kind == "markdown":
        parts = list(_markdown_parts(decode(path.read_bytes())))
    else:
        parts = list(_markdown_parts(_extracted(path, kind)))
    cut = [(headings, piece) for headings, text in parts for piece in _pieces(text)]
    if not cut:
        raise DocumentRefused(f"{path.name} holds no text", code="empty")
    title = name or path.name
    return tuple(
        Section(document_id, index, headings[-1] if headings else title, text, headings)
        for index, (headings, text) in enumerate(cut)
    )


def decode(data: bytes) -> str:
    """Text in UTF-8 or UTF-16 with its mark, else as Windows wrote French; Unix line ends."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _extracted(path: Path, kind: str) -> str:
    import kreuzberg

    how = kreuzberg.ExtractionConfig(use_cache=False, output_format="markdown")
    try:
        found = kreuzberg.extract_bytes_sync(path.read_bytes(), MIME[kind], how)
    except kreuzberg.KreuzbergError as error:
        raise DocumentRefused(f"{path.name}: {error}", code="unreadable") from error
    return str(found.content).replace("\r\n", "\n")


def _markdown_parts(text: str) -> Iterator[_Part]:
    """Cut at headings; a code fence hides what looks like one."""
    path: list[tuple[int, str]] = []
    body: list[str] = []
    fenced = False
    for line in _setext(_without_front_matter(text)).split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
            continue
        heading = None if fenced else _HEADING.match(line)
        if not heading:
            if fenced or not _RULES.match(line):
                body.append(line if fenced else plain(line))
            continue
        yield tuple(title for _, title in path), "\n".join(body)
        body, level = [], len(heading[1])
        path = [(depth, title) for depth, title in path if depth < level]
        path.append((level, plain(heading[2])))
    yield tuple(title for _, title in path), "\n".join(body)


def plain(text: str) -> str:
    """Markdown's inline marks taken away: what a reader would see."""
    for pattern, instead in _MARKS:
        text = pattern.sub(instead, text)
    return text


def _without_front_matter(text: str) -> str:
    """Drop a leading ``---`` block of keys (Kreuzberg writes one, and so do people)."""
    return re.sub(r"\A\s*---\n(?:[^\n]{0,300}\n){0,60}?---\n", "", _title_block(text))


def _title_block(text: str) -> str:
    """Drop Kreuzberg's own ``---`` + ``## title: …`` head, which repeats the document's title."""
    return re.sub(r"\A\s*---\n\n?(?:#{0,2} ?[a-z_]+: [^\n]*\n+)+(?:---\n)?", "", text)


def _setext(text: str) -> str:
    """Underlined headings as hashed ones."""
    text = re.sub(r"(?m)^(?![-#>|*\s])(\S[^\n|]*)\n={3,}[ \t]*$", r"# \1", text)
    return re.sub(r"(?m)(?<=\n\n)(?![-#>|*\s])(\S[^\n|]*)\n-{3,}[ \t]*$", r"## \1", text)


def _csv_parts(text: str) -> Iterator[_Part]:
    """Each row a line that carries its header: « Sujet : portrait ; Ouverture : f/2,8 »."""
    rows = [row for row in _rows(text) if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        yield (), "\n".join(" ; ".join(cell.strip() for cell in row) for row in rows)
        return
    header = [cell.strip() for cell in rows[0]]
    lines = []
    for row in rows[1:]:
        names = header + [""] * (len(row) - len(header))
        cells = [(n, c.strip()) for n, c in zip(names, row, strict=False) if c.strip()]
        lines.append(" ; ".join(f"{n} : {c}" if n else c for n, c in cells))
    for start in range(0, len(lines), _ROWS):
        yield (), "\n".join(lines[start : start + _ROWS])


def _rows(text: str) -> list[list[str]]:
    """Rows by the separator that the first line holds most of (French files: the semicolon)."""
    first = text.lstrip().partition("\n")[0]
    separator = max(";,\t|", key=first.count)
    csv.field_size_limit(10**6)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise DocumentRefused(f"not a table: {error}", code="unreadable") from error


def _pieces(text: str) -> Iterator[str]:
    """The text without blank ends, in pieces of about ``_LONG`` characters cut at blank lines."""
    piece = ""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        for part in _fitting(paragraph.strip("\n")):
            if piece and len(piece) + len(part) > _LONG:
                yield piece
                piece = ""
            piece = f"{piece}\n\n{part}" if piece else part
    if piece.strip():
        yield piece


def _fitting(paragraph: str) -> Iterator[str]:
    """A paragraph longer than a section, at line ends or blanks; nothing is lost but a blank."""
    while len(paragraph) > _LONG:
        at = max(paragraph.rfind("\n", 1, _LONG), paragraph.rfind(". ", 1, _LONG) + 1)
        at = at if at > _LONG // 2 else paragraph.rfind(" ", 1, _LONG)
        at = at if at > 0 else _LONG
        yield paragraph[:at]
        paragraph = paragraph[at:].lstrip()
    yield paragraph

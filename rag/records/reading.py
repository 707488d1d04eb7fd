"""From a file to chunks: what is collected, read, corrected and cut into passages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page image, in whole pixels, origin top-left, right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        if self.right <= self.left or self.bottom <= self.top:
            raise ValueError(f"empty box {self}: want left < right and top < bottom")

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def union(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


# --- 1. collect -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One document: some bytes, and every path under ``data/`` that holds them."""

    document_id: str
    name: str  # what people are shown: the file name, or the path under data/ when two share it
    path: str  # posix, relative to data/; the first in sorted order
    also_at: tuple[str, ...]  # further paths with the same bytes
    kind: str  # "pdf", "image", "photo", "markdown", "text", "csv", "docx", "epub", "html", …
    size_bytes: int
    pages: int  # page images, frames or sections; at least 1


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken, with the reason and the remedy (codes of ``rag.errors``)."""

    path: str
    code: str  # "truncated", "password", "wrong_type", "unsupported", "too_large", "symlink", …
    detail: str  # English, for the log; people are shown the code's text from the catalogue


@dataclass(frozen=True, slots=True)
class Collection:
    """What one walk of ``data/`` found."""

    sources: tuple[Source, ...]
    refusals: tuple[Refusal, ...]


# --- 2. read --------------------------------------------------------------------------------------


class PageStatus(StrEnum):
    """What became of a page; every page of every source has exactly one."""

    OK = "ok"
    LOW_CONFIDENCE = "low_confidence"
    BLANK = "blank"
    FAILED = "failed"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page drawn as pixels, in a PNG file."""

    document_id: str
    index: int
    path: Path
    width_px: int
    height_px: int
    dpi: int


@dataclass(frozen=True, slots=True)
class Word:
    """What stands between two blanks on one printed line, as an engine read it."""

    text: str
    box: Box
    confidence: float  # 0..1, of the least certain part of the word


@dataclass(frozen=True, slots=True)
class Page:
    """What one OCR engine (or text layer) saw on one page image, words in reading order."""

    document_id: str
    index: int
    width_px: int
    height_px: int
    dpi: int
    words: tuple[Word, ...]  # as read; corrections are another record that points here
    line_starts: tuple[int, ...]  # first word of each printed line, increasing; the first is 0
    engine: str  # "rapidocr 3.10.0 PP-OCRv6-small": enough to read the page again

    @property
    def lines(self) -> tuple[tuple[Word, ...], ...]:
        """The printed lines, each a run of words."""
        ends = (*self.line_starts[1:], len(self.words))
        return tuple(self.words[a:b] for a, b in zip(self.line_starts, ends, strict=True))

    @property
    def text(self) -> str:
        """One printed line per line, words joined by single blanks: the raw OCR text."""
        return "\n".join(" ".join(w.text for w in line) for line in self.lines)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words weighted by length, 0..1; 0 for a page without words."""
        letters = sum(len(w.text) for w in self.words)
        return sum(w.confidence * len(w.text) for w in self.words) / letters if letters else 0.0


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of a file without page images (markdown, CSV…), or a photo's metadata."""

    document_id: str
    index: int
    title: str
    text: str  # exactly what TextSpan offsets count in
    headings: tuple[str, ...] = ()  # path from the document's title down to this section


@dataclass(frozen=True, slots=True)
class PageResult:
    """The account of one page: status, why, and what was read (a photo may have both)."""

    document_id: str
    index: int
    status: PageStatus
    reason: str  # "" when ok; else a code ("timeout", "memory", "render_failed", …)
    page: Page | None
    section: Section | None
    seconds: float


# --- 3. layout and correction ---------------------------------------------------------------------


class Role(StrEnum):
    """What a printed line is for. HEAD and FOLIO are set aside: they are not part of the text."""

    HEAD = "head"  # running head
    FOLIO = "folio"  # page number, signature mark
    HEADING = "heading"
    BODY = "body"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    TABLE = "table"  # a row
    TOC = "toc"  # an entry of a table of contents
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: words[first:last] of its page, its role, and the paragraph it is in."""

    first: int
    last: int
    box: Box
    role: Role
    block: int  # from 0, in reading order; one paragraph, caption, list item or table row each


@dataclass(frozen=True, slots=True)
class Edit:
    """``Page.text[start:end]`` (== before) mended into ``after``; edits never overlap."""

    start: int
    end: int
    before: str
    after: str
    rule: str  # "confusion", "split", "join", "digit", "hyphen", …: the rule that made it


@dataclass(frozen=True, slots=True)
class Token:
    """One corrected word of the running text, tied to words[first:last] of its page."""

    text: str
    first: int
    last: int
    line: int  # row of CorrectedPage.lines where it starts


@dataclass(frozen=True, slots=True)
class CorrectedPage:
    """A page after post-processing; undoing ``edits`` gives ``page.text`` exactly."""

    page: Page  # words in the reading order that the layout found
    lines: tuple[Line, ...]  # parallel to page.line_starts
    edits: tuple[Edit, ...]  # sorted by start
    tokens: tuple[Token, ...]  # the running text, hyphens joined; heads and folios too, by line
    printed: str  # corrected, one printed line per line, all in place, hyphens kept
    version: str  # of the corrector and its costs


# --- 4. chunks ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """``Chunk.text[start:end]`` stands at ``index``: words[first:last], or characters."""

    start: int
    end: int
    index: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A retrievable passage of one document, every word of it tied to where it stands."""

    chunk_id: str  # hash of document, pieces and text
    document_id: str
    kind: str  # "paragraph", "table", "caption", "list", "toc", "footnote", "metadata"
    headings: tuple[str, ...]
    text: str
    pieces: tuple[Piece, ...]  # by start, disjoint; one per word (Page) or one per run (Section)
    boxed: bool  # True: pieces count words of a Page; False: characters of a Section
    confidence: float  # mean OCR confidence of its words; 1.0 for a Section
    ranks: bool = True  # False: kept for context, never retrieved (too short, hopeless OCR)

    @property
    def index(self) -> int:
        """The page where it begins."""
        return self.pieces[0].index

    @property
    def pages(self) -> tuple[int, ...]:
        """Every page it touches, increasing."""
        return tuple(sorted({piece.index for piece in self.pieces}))

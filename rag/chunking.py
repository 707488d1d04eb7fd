"""Corrected pages (and, through ``rag.sectioning``, sections) → chunks of whole sentences.

What was set aside (running heads, folios) never enters a chunk; a paragraph that a page break,
a figure or a footnote interrupts goes on; a table stays with the sentence that introduces it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
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
from rag.records import Chunk, CorrectedPage, Role, Source
from rag.sectioning import chunk_sections

__all__ = ["VERSION", "Together", "chunk_pages", "chunk_sections"]

VERSION = "2"

SET_ASIDE = (Role.HEAD, Role.FOLIO)
FLOATS = (Role.CAPTION, Role.FOOTNOTE)  # they interrupt a paragraph without ending it
KINDS = {
    Role.BODY: "paragraph",
    Role.LIST: "list",
    Role.TABLE: "table",
    Role.TOC: "toc",
    Role.CAPTION: "caption",
    Role.FOOTNOTE: "footnote",
    Role.HEADING: "paragraph",
}
_ENDS = re.compile(r"[.!?…][»\")\]’']*$")
_DIVISION = re.compile(
    r"^(?:\w+\s+)?(?:le[çc]on|chapitre|partie|livre|section|annexe|appendice|chapter|part)\b"
    r"|^(?:[IVXLC]+|[0-9]+)[.\s—–-]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, heading, item, row… of one page, or what was joined over a page break."""

    role: Role
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return join(self.runs)


def chunk_pages(
    source: Source,
    pages: Sequence[CorrectedPage],
    *,
    chars: int = 800,
    knows: Callable[[str], bool] | None = None,
    together: Sequence[Together] = (),
) -> list[Chunk]:
    """Part the pages of one document into chunks, in reading order.

    Args:
        source: the document.
        pages: its pages by increasing index; blank and failed ones are simply missing.
        chars: wanted size of a chunk, in characters; none is longer than twice that.
        knows: is this a French word? Decides on a word cut by a page break; by default the
            lexicon, loaded only when there is such a word.
        together: words that stay in one chunk, unless that would be too long or they are of
            different kinds (a caption, a footnote).

    Returns:
        Chunks whose pieces, one per word, cover every character but blanks. Every token of the
        pages is in exactly one chunk or in ``headings``, those set aside in none.
    """
    blocks = _continued([b for page in pages for b in _blocks(page)], knows or _known)
    groups: list[list[Atom]] = []
    for _, atoms in groupby(kept(_outlined(blocks), together), key=family):
        groups.extend(pack(list(atoms), chars))
    merged = merge_short(groups, chars)
    return [build(source.document_id, group) for group in merged]


@cache
def _known(word: str) -> bool:
    from rag.french.lexicon import load_lexicon

    return load_lexicon().knows(word)


# --- pages → blocks -------------------------------------------------------------------------------


def _blocks(page: CorrectedPage) -> list[_Block]:
    """The blocks of one page in reading order, what was set aside left out."""
    kept = [t for t in page.tokens if t.text.strip() and page.lines[t.line].role not in SET_ASIDE]
    contents = _is_contents(page)
    blocks = []
    for (_, role), tokens in groupby(
        kept, key=lambda t: (page.lines[t.line].block, page.lines[t.line].role)
    ):
        runs = []
        for token in tokens:
            words = page.page.words[token.first : token.last]
            letters = sum(len(w.text) for w in words) or 1
            confidence = sum(w.confidence * len(w.text) for w in words) / letters
            runs.append(
                Run(
                    token.text.strip(),
                    page.page.index,
                    token.first,
                    token.last,
                    confidence=confidence,
                )
            )
        toc = contents and role is not Role.FOOTNOTE
        blocks.append(_Block(Role.TOC if toc else role, tuple(runs)))
    return blocks


def _is_contents(page: CorrectedPage) -> bool:
    """True for a page most of whose lines are entries of a table of contents."""
    roles = [line.role for line in page.lines if line.role not in SET_ASIDE]
    return bool(roles) and 2 * roles.count(Role.TOC) >= len(roles)


def _continued(blocks: Iterable[_Block], knows: Callable[[str], bool]) -> list[_Block]:
    """Join a paragraph to its rest beyond a page break, a figure or a footnote."""
    out: list[_Block] = []
    open_at: int | None = None
    for block in blocks:
        if block.role in FLOATS:
            out.append(block)
            continue
        if open_at is not None and block.role is Role.BODY and _goes_on(out[open_at], block):
            before = out[open_at]
            out[open_at] = replace(before, runs=_spliced(before.runs, block.runs, knows))
            continue
        open_at = len(out) if block.role in (Role.BODY, Role.LIST) else None
        out.append(block)
    return out


def _goes_on(before: _Block, after: _Block) -> bool:
    """Is ``after`` the rest of the sentence that ``before`` leaves open?"""
    end, start = before.text, after.text
    if re.search(r"\w-$", end) and start[0].isalpha():
        return True
    if start[0].islower():
        return not end.endswith(":") or before.runs[-1].index != after.runs[0].index
    across = before.runs[-1].index != after.runs[0].index
    return across and before.role is Role.BODY and not _ENDS.search(end) and end[-1] != ":"


def _spliced(
    left: tuple[Run, ...], right: tuple[Run, ...], knows: Callable[[str], bool]
) -> tuple[Run, ...]:
    """Two halves of a paragraph; a word cut in two loses its hyphen, unless that is its own.

    The hyphen goes when the result is a word or the parts are not: ``très-`` + ``propre`` keeps it.
    """
    head, tail = left[-1], right[0]
    if not re.search(r"\w-$", head.text):
        return left + right
    stem, rest = head.text[:-1], re.match(r"[\w’'-]*", tail.text)
    parts = (stem, rest.group() if rest else "")
    if knows("".join(parts)) or not all(knows(part) for part in parts):
        head = replace(head, text=stem)
    return (*left[:-1], head, replace(tail, glued=True), *right[1:])


# --- blocks → atoms -------------------------------------------------------------------------------


class _Outline:
    """The headings above the present place. One that nothing follows comes back as text."""

    def __init__(self) -> None:
        self.path: tuple[Heading, ...] = ()
        self._used = 0  # how many of the path have text under them
        self._last: _Block | None = None

    def push(self, block: _Block) -> list[Heading]:
        """Go under a heading; returns those that are left without any text under them."""
        new = Heading(block.text, _rank(block.text), block.runs)
        last = self.path[-1] if self.path and len(self.path) > self._used else None
        if last and last.rank == new.rank and _adjacent(last.runs, new.runs):
            runs = last.runs + new.runs  # a heading on two lines
            self.path = (*self.path[:-1], Heading(join(runs), new.rank, runs))
            return []
        keep = sum(1 for h in self.path if h.rank < new.rank)
        bare = list(self.path[max(keep, self._used) :])
        self.path = (*self.path[:keep], new)
        self._used = min(self._used, keep)
        return bare

    def close(self) -> list[Heading]:
        """End of the document: the headings without text."""
        return list(self.path[self._used :])

    def use(self) -> tuple[Heading, ...]:
        self._used = len(self.path)
        return self.path


def _adjacent(left: Sequence[Run], right: Sequence[Run]) -> bool:
    return left[-1].index == right[0].index and right[0].first - left[-1].last <= 1


def _rank(text: str) -> int:
    """0 for a division (LEÇON, CHAPITRE, III), 1 for capitals, 2 for the rest."""
    if _DIVISION.match(text):
        return 0
    return 1 if text.upper() == text else 2


def _outlined(blocks: Iterable[_Block]) -> Iterator[Atom]:
    """Atoms in reading order, each with the headings above it."""
    outline, before = _Outline(), None
    for block in blocks:
        if block.role is Role.HEADING:
            bare = outline.push(block)
            before = None
        else:
            bare = []
        yield from (Atom(h.runs, "paragraph") for h in bare)
        if block.role is Role.HEADING:
            continue
        path = () if block.role is Role.TOC else outline.use()
        for atom in atoms_of(block.runs, KINDS[block.role], before):
            yield replace(atom, path=path)
            if block.role not in FLOATS:
                before = atom
    yield from (Atom(h.runs, "paragraph") for h in outline.close())

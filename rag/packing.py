"""Atoms → chunks: what may be parted, what must stay together, and how sure the reading is.

An atom is the smallest thing that is never cut: a sentence, a list item, a table row, a caption.
``pack`` parts a run of atoms into chunks of about the wanted size by dynamic programming;
``build`` writes a chunk's text and ties every word of it to where it stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise

from rag.french.sentences import sentences
from rag.records import Chunk, Piece

SHORT = 120  # characters, headings counted: a shorter chunk does not rank (DESIGN, fusion)
SHORT_TEXT = 20  # the same for a Section, whose text is not OCR: only crumbs are left out
HARD = 2.0  # times the wanted size: no chunk is longer
HOPELESS = 0.55  # mean OCR confidence below which a chunk does not rank
# Prices of parting an atom from the one before it; 1.0 is the misfit of an empty chunk.
SENTENCE, ITEM, ROW, INTRODUCED = 0.35, 0.15, 2.0, 4.0
TOGETHER = 1000.0  # of parting what a person wants together: more than any misfit
ROWS = ("table", "list", "toc", "metadata")  # kinds whose atoms follow each other line by line
LETTERS = 0.55  # share of letters and digits below which a text is noise


@dataclass(frozen=True, slots=True)
class Run:
    """A word of a chunk: its text, and the words or characters [first, last) it stands for."""

    text: str
    index: int
    first: int
    last: int
    glued: bool = False  # no blank before it: second half of a word, or markup left out
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading kept beside chunks; its runs put it inside when two sections are merged."""

    text: str
    rank: int = 0  # smaller is higher
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Atom:
    """What is never cut. ``hold`` is the price of parting it from the atom before it."""

    runs: tuple[Run, ...]
    kind: str
    opens: bool = True  # begins a line of the chunk's text: paragraph, row, item; else goes on
    hold: float = 0.0
    path: tuple[Heading, ...] = ()
    length: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", len(join(self.runs)))

    @property
    def text(self) -> str:
        return join(self.runs)


@dataclass(frozen=True, slots=True)
class Together:
    """What is not to be parted: words [first, last) of a page, or characters of a Section."""

    index: int  # of the page or Section
    first: int
    last: int


def join(runs: Iterable[Run]) -> str:
    """The text of some runs: one blank between two, none before a glued one."""
    return "".join(r.text if r.glued else f" {r.text}" for r in runs).removeprefix(" ")


def cut(atom: Atom, limit: int) -> list[Atom]:
    """Part an atom longer than ``limit`` characters between words, after a ; : or , if it can."""
    if atom.length <= limit or len(atom.runs) < 2:
        return [atom]
    size, best, price = 0, 1, float("inf")
    for n, run in enumerate(atom.runs[:-1], start=1):
        size += len(run.text) + 1
        after = {";": 0.0, ":": 0.05, ",": 0.1}.get(run.text[-1:], 0.4)
        here = after + abs(size / atom.length - 0.5)
        if here < price and not atom.runs[n].glued:
            best, price = n, here
    left = replace(atom, runs=atom.runs[:best])
    right = replace(atom, runs=atom.runs[best:], opens=False, hold=0.35)
    return [*cut(left, limit), *cut(right, limit)]


def atoms_of(runs: tuple[Run, ...], kind: str, before: Atom | None) -> list[Atom]:
    """The atoms of one block: the sentences of a paragraph, or the whole of anything else."""
    if kind not in ("paragraph", "footnote"):
        hold = {"list": ITEM, "table": ROW}.get(kind, 0.0)
        if before is None or (kind == "table" and before.kind != "table"):
            hold = 0.0
        if before and before.text.endswith(":"):
            hold = INTRODUCED
        return [Atom(runs, kind, hold=hold)]
    starts = [start for start, _ in sentences(join(runs))]
    parts: list[list[Run]] = []
    place, following = 0, 0
    for n, run in enumerate(runs):
        place += (0 if run.glued else 1) if n else 0
        if not parts or (following < len(starts) and place >= starts[following]):
            parts.append([])
            while following < len(starts) and starts[following] <= place:
                following += 1
        parts[-1].append(run)
        place += len(run.text)
    return [
        Atom(tuple(part), kind, opens=n == 0, hold=SENTENCE if n else 0.0)
        for n, part in enumerate(parts)
    ]


def family(atom: Atom) -> tuple[object, ...]:
    """Atoms of different families are never in one chunk, but for the short ones."""
    apart = atom.kind in ("toc", "footnote", "caption")
    alone = atom.runs[0] if atom.kind == "caption" else None
    page = atom.runs[0].index if apart else None
    return (atom.path, atom.kind if apart else "", page, alone)


def kept(atoms: Iterable[Atom], together: Sequence[Together]) -> Iterator[Atom]:
    """The atoms, with a price on parting those that hold words which must stay together."""
    before: set[Together] = set()
    for atom in atoms:
        here = {
            span
            for span in together
            for run in atom.runs
            if run.index == span.index and run.first < span.last and run.last > span.first
        }
        yield replace(atom, hold=TOGETHER) if here & before else atom
        before = here


def pack(atoms: Sequence[Atom], chars: int) -> list[list[Atom]]:
    """Part atoms into groups of about ``chars`` characters, never above ``HARD * chars``.

    The price of a parting is the sum of the groups' misfits, (1 - x)² below the wanted size and
    4 (x - 1)² above (x = size / wanted), and of the ``hold`` of each atom that begins a group:
    the cheapest is found exactly. Time O(n * atoms per group); ties keep the earlier break.
    """
    atoms = list(chain.from_iterable(cut(atom, int(HARD * chars)) for atom in atoms))
    prices, starts = [0.0], [0]
    for end in range(1, len(atoms) + 1):
        size, best = -2, (float("inf"), end - 1)
        for start in range(end - 1, -1, -1):
            size += atoms[start].length + 2
            if size > HARD * chars and start < end - 1:
                break
            misfit = size / chars - 1
            price = prices[start] + (4 if misfit > 0 else 1) * misfit**2
            price += atoms[start].hold if start else 0.0
            best = min(best, (price, start))
        prices.append(best[0])
        starts.append(best[1])
    groups, end = [], len(atoms)
    while end:
        groups.append(atoms[starts[end] : end])
        end = starts[end]
    return groups[::-1]


def size(atoms: Sequence[Atom]) -> int:
    """Length in characters of the text that these atoms will make."""
    return sum(atom.length + 2 for atom in atoms) - 2


def is_short(group: Sequence[Atom]) -> bool:
    """True when a group does not say enough to be found for itself."""
    return size(group) + sum(len(h.text) + 1 for h in group[0].path[-1:]) < SHORT


def _inlined(group: Sequence[Atom], depth: int) -> list[Atom]:
    """The group with its headings below ``depth`` brought back into the text, a line each."""
    path = group[0].path
    lines = [Atom(h.runs, "paragraph", path=path[:depth]) for h in path[depth:] if h.runs]
    return [*lines, *(replace(atom, path=path[:depth]) for atom in group)]


def _near(left: Sequence[Atom], right: Sequence[Atom]) -> bool:
    """True when two groups stand on the same page or on following ones."""
    return abs(right[0].runs[0].index - left[-1].runs[-1].index) <= 1


def _joinable(left: Sequence[Atom], right: Sequence[Atom], limit: float) -> bool:
    if ("toc" in (left[0].kind, right[0].kind)) and left[0].kind != right[0].kind:
        return False
    apart = [h for group in (left, right) for h in group[0].path if not h.runs]
    same = left[0].path == right[0].path
    return (same or not apart) and _near(left, right) and size(left) + size(right) < limit


def merge_short(groups: Sequence[list[Atom]], chars: int) -> list[list[Atom]]:
    """Put each short group at the end of the one before it, or else at the head of the next.

    The one before keeps its headings, and the short one's own come inside the text; with the next
    one, only the headings that both share stay beside.
    """
    out: list[list[Atom]] = []
    for group in groups:
        joined = _joined(out[-1], group) if out and _joinable(out[-1], group, 1.5 * chars) else []
        if joined and size(joined) <= HARD * chars:  # the headings come inside, and count
            out[-1] = joined
        else:
            out.append(list(group))
    return out


def _joined(before: Sequence[Atom], group: Sequence[Atom]) -> list[Atom]:
    """Both in one, when either is short; nothing otherwise."""
    depth = _shared(before, group)
    if is_short(group):
        return [*before, *(replace(a, path=before[0].path) for a in _inlined(group, depth))]
    if is_short(before):
        return [*_inlined(before, depth), *_inlined(group, depth)]
    return []


def _shared(left: Sequence[Atom], right: Sequence[Atom]) -> int:
    pairs = zip(left[0].path, right[0].path, strict=False)
    depth = 0
    for one, other in pairs:
        if one != other:
            break
        depth += 1
    return depth


def build(
    document_id: str, group: Sequence[Atom], *, sections: Mapping[int, str] | None = None
) -> Chunk:
    """Write one chunk: rows on lines, paragraphs after a blank line, and a piece per word.

    For a Section, a piece is a run of its characters.

    Args:
        document_id: of the source.
        group: at least one atom.
        sections: text of each Section by index; None when the runs count words of pages.
    """
    text, pieces, letters, weight = "", list[Piece](), 0, 0.0
    for atom in group:
        for n, run in enumerate(atom.runs):
            first = n == 0
            blank = _opening(atom) if first else "" if run.glued else " "
            text += (blank if text else "") + run.text
            pieces.append(
                Piece(len(text) - len(run.text), len(text), run.index, run.first, run.last)
            )
            letters += len(run.text)
            weight += run.confidence * len(run.text)
    boxed = sections is None
    tied = tuple(pieces if sections is None else _fused(pieces, text, sections))
    headings = tuple(h.text for h in group[0].path)
    kind = _kind(group)
    confidence = weight / letters if letters else 0.0
    return Chunk(
        chunk_id=_identify(document_id, text, headings, tied, kind),
        document_id=document_id,
        kind=kind,
        headings=headings,
        text=text,
        pieces=tied,
        boxed=boxed,
        confidence=round(confidence, 4),
        ranks=_ranks(group, text, confidence, boxed=boxed),
    )


def _opening(atom: Atom) -> str:
    """What parts an atom from the one before: a line for a row, a blank line for a paragraph."""
    if not atom.opens:
        return " "
    return "\n" if atom.kind in ROWS else "\n\n"


def _fused(pieces: Sequence[Piece], text: str, sections: Mapping[int, str]) -> list[Piece]:
    """Make one of the pieces that have the same characters between them in text and Section."""
    out = [pieces[0]]
    for before, piece in pairwise(pieces):
        between = text[before.end : piece.start]
        alike = sections[piece.index][before.last : piece.first] == between
        if piece.index == before.index and piece.first >= before.last and alike:
            out[-1] = replace(out[-1], end=piece.end, last=piece.last)
        else:
            out.append(piece)
    return out


def _kind(group: Sequence[Atom]) -> str:
    """The kind that most of the characters have; the earlier one on a tie."""
    sizes: dict[str, int] = {}
    for atom in group:
        sizes[atom.kind] = sizes.get(atom.kind, 0) + atom.length
    return max(sizes, key=lambda kind: sizes[kind])


def _ranks(group: Sequence[Atom], text: str, confidence: float, *, boxed: bool) -> bool:
    if group[0].kind == "toc":
        return False  # it has the words of every question, and the answer to none
    printed = [c for c in text if not c.isspace()]
    if sum(c.isalnum() for c in printed) < LETTERS * len(printed):
        return False
    if not boxed:
        return len(text) + sum(len(h.text) for h in group[0].path) >= SHORT_TEXT
    return not is_short(group) and confidence >= HOPELESS


def _identify(
    document_id: str, text: str, headings: Sequence[str], pieces: Sequence[Piece], kind: str
) -> str:
    """Name a chunk by all that it says and where: the same bytes give the same name."""
    spans = ";".join(f"{p.start},{p.end},{p.index},{p.first},{p.last}" for p in pieces)
    whole = "\0".join((document_id, kind, text, *headings, spans))
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()[:32]

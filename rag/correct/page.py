"""Correct one page: words, blanks, hyphens; every edit tied to the words it touches.

Two texts come out. ``printed`` keeps one printed line per line, hyphens in place; the running text
(``tokens``) has the halves of a cut word joined. The edits of rule "hyphen" make the difference.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rag.correct.confusions import Costs, pieces
from rag.correct.edits import Trail, apply, in_order
from rag.correct.rules import joined_hyphen, mend
from rag.french.lexicon import VERSION as LEXICON_VERSION
from rag.french.lexicon import Lexicon
from rag.records import CorrectedPage, Edit, Line, Page, Role, Token

VERSION: Final = "correct-1"

FRENCH_SHARE = 0.5  # of known words; below, the page is in another language or hopeless: left alone

_CORE: Final = re.compile(
    r"[^\W_](?:[\w’']|[-‐‑](?=\w)|[:!|](?=[a-zà-ÿ]))*|(?<!\S)[!|](?=[a-zà-ÿ])\w+", re.UNICODE
)
_CUT: Final = re.compile(r"([^\W\d_][\w'’-]*?)([-‐‑¬])([ ]?[.,'’·]?)$")
_FALSE_STOP: Final = re.compile(r"([^\W\d_]{2,})(\.)$")
_TAIL: Final = re.compile(r"[a-zà-ÿœæ][\w'’-]*")
_TIGHT: Final = re.compile(r"(?<=[a-zà-ÿœ]{2})[,;](?=[a-zà-ÿœ]{2})")
_LOOSE: Final = re.compile(r"(?<![\w'’])(?:[ldnsjmtcLDNSJMTC]|[Qq]u)['’]( )(?=[aeiouyhàâéèêîôû])")
_INSIDE: Final = re.compile(r"([^\W\d_]{4,})([.,])(?=\s[«(]?([a-zà-ÿœ][\w'’]*))", re.UNICODE)
_OLD_FIGURES: Final = str.maketrans({"g": "9", "q": "9", "O": "0", "o": "0", "l": "1", "I": "1",
                                     "S": "5", "z": "2", "Z": "2"})  # fmt: skip
_ENGLISH: Final = frozenset("the of and to is with for from by that this are was it".split())  # noqa: SIM905
_OPENING: Final = (Role.HEADING, Role.TOC, Role.LIST, Role.TABLE, Role.CAPTION)
_ASIDE: Final = (Role.HEAD, Role.FOLIO)


@dataclass(frozen=True, slots=True)
class _Printed:
    """A printed line: ``text[start:end]`` of the page, and what it is for."""

    start: int
    end: int
    role: Role
    block: int
    row: int


class _Corrector:
    """One page being corrected: gathers edits that never overlap."""

    def __init__(self, page: Page, lines: Sequence[Line], lexicon: Lexicon, costs: Costs) -> None:
        self.page, self.lexicon, self.costs = page, lexicon, costs
        self.text = page.text
        self.edits: list[Edit] = []
        self.word_starts = word_starts(page)
        self.printed = [
            _Printed(self.word_starts[line.first], self._word_end(line.last - 1), line.role,
                     line.block, row)
            for row, line in enumerate(lines)
        ]  # fmt: skip
        self._taken: list[tuple[int, int]] = []

    def run(self) -> list[Edit]:
        """Return the edits, by start."""
        french = self._french_blocks()
        for line, after in zip(self.printed, [*self.printed[1:], None], strict=True):
            self._cut_word(line, after, mending=line.block in french)
        for line in self.printed:
            if line.block in french:
                self._spacing(line)
                self._joins(line)
                self._words(line)
                self._marks(line)
        return sorted(self.edits, key=lambda e: e.start)

    # --- edits ---

    def _add(self, start: int, end: int, after: str, rule: str) -> None:
        before = self.text[start:end]
        if before != after and self._is_free(start, end):
            self.edits.append(Edit(start, end, before, after, rule))

    def _is_free(self, start: int, end: int) -> bool:
        return all(
            end <= e.start or (e.end <= start and (start, end) != (e.start, e.end))
            for e in self.edits
        )

    def _take(self, start: int, end: int) -> None:
        """Words settled at a line end: not looked at again."""
        self._taken.append((start, end))

    def _is_taken(self, start: int, end: int) -> bool:
        return any(a < end and start < b for a, b in self._taken)

    # --- words of the page ---

    def _word_end(self, index: int) -> int:
        return self.word_starts[index] + len(self.page.words[index].text)

    def _confidence(self, at: int) -> float:
        return self.page.words[bisect_right(self.word_starts, at) - 1].confidence

    def _french_blocks(self) -> frozenset[int]:
        """Blocks in French, as far as one can tell; none on a page in another language."""
        blocks: dict[int, list[str]] = {}
        for line in self.printed:
            found = re.findall(r"[^\W\d_]{2,}", self.text[line.start : line.end])
            blocks.setdefault(line.block, []).extend(found)
        if not self._is_french([word for words in blocks.values() for word in words]):
            return frozenset()
        return frozenset(
            b for b, words in blocks.items() if len(words) < 5 or self._is_french(words)
        )

    def _is_french(self, words: Sequence[str]) -> bool:
        known = sum(self.lexicon.knows(word) for word in words)
        english = sum(word.lower() in _ENGLISH for word in words)
        return known >= FRENCH_SHARE * len(words) and english <= 0.08 * len(words)

    # --- rules ---

    def _cut_word(self, line: _Printed, after: _Printed | None, *, mending: bool) -> None:
        """A word cut at the line end: joined in the running text, mended as one."""
        shown = self.text[line.start : line.end]
        cut = _CUT.search(shown) or _FALSE_STOP.search(shown)
        if cut is None or line.role in _ASIDE:
            return
        head_at = line.start + cut.start(1)
        sure = cut[2] != "."
        if sure:
            self._take(head_at, line.end)
        if after is None or after.role in _ASIDE or after.role is not line.role:
            return
        tail = _TAIL.match(self.text, after.start, after.end)
        if tail is None:
            return
        head, rest = cut[1], tail[0].rstrip("'’-")
        knows = self.lexicon.knows
        if not sure and (not knows(head + rest) or knows(head) or knows(rest)):
            return
        self._take(head_at, line.end)
        self._take(after.start, after.start + len(rest))
        if mending and sure and not knows(head + rest) and not knows(f"{head}-{rest}"):
            whole = self._mend_cut(head, head_at, rest, after.start)
        else:
            whole = head + rest
        joined = (
            joined_hyphen(whole[: len(head)], whole[len(head) :], knows) or whole != head + rest
        )
        mark = line.start + cut.start(2)
        if joined:
            self._add(mark, mark + 1, "", "hyphen")
        if cut.lastindex == 3 and cut[3]:
            self._add(mark + 1, line.end, "", "noise")
        self._add(line.end, after.start, "", "hyphen")

    def _mend_cut(self, head: str, head_at: int, rest: str, rest_at: int) -> str:
        """Mend a cut word as a whole; its changes fall in the one half or the other."""
        confidence = min(self._confidence(head_at), self._confidence(rest_at))
        if all(self.lexicon.knows(part) for part in (head, rest)):
            return head + rest  # « très-propre »
        found = mend(head + rest, confidence, self.lexicon, self.costs)
        if found is None or found.rule != "confusion":
            return head + rest
        changes = pieces(head + rest, found.after)
        if any(s < len(head) < e for s, e, _ in changes):
            return head + rest
        for s, e, new in changes:
            shift = head_at if e <= len(head) and s < len(head) else rest_at - len(head)
            self._add(shift + s, shift + e, new, found.rule)
        return found.after

    def _spacing(self, line: _Printed) -> None:
        """« objectif,la » → « objectif, la »; « l’ image » → « l’image »."""
        for match in _TIGHT.finditer(self.text, line.start, line.end):
            self._add(match.end(), match.end(), " ", "spacing")
        for match in _LOOSE.finditer(self.text, line.start, line.end):
            self._add(match.start(1), match.end(1), "", "spacing")

    def _joins(self, line: _Printed) -> None:
        """« Hy posulfite » → « Hyposulfite »: the parts are not words, the whole is."""
        cores = list(_CORE.finditer(self.text, line.start, line.end))
        knows = self.lexicon.knows
        for a, b in itertools.pairwise(cores):
            if self.text[a.end() : b.start()] != " " or self._is_taken(a.start(), b.end()):
                continue
            left, right = a[0], b[0]
            if len(left + right) < 6 or not (left + right).isalpha() or right[0].isupper():
                continue
            if knows(left + right) and not knows(right) and (not knows(left) or len(left) < 3):
                self._add(a.end(), b.start(), "", "join")
                self._take(a.start(), b.end())

    def _words(self, line: _Printed) -> None:
        opening = line.role in _OPENING or self._opens_block(line)
        for match in _CORE.finditer(self.text, line.start, line.end):
            start, word = match.start(), match[0].rstrip("'’-")
            end = start + len(word)
            if self._is_taken(start, end) or self._is_rest(line, start, word):
                continue
            if line.role is Role.TOC and end >= line.end - 1 and self._folio(start, word):
                continue
            before = self.text[line.start : start].rstrip(' «—-("')
            starts = before[-1:] in (".", "!", "?", ":") or (not before and opening)
            found = mend(word, self._confidence(start), self.lexicon, self.costs, starts=starts)
            if found is not None and not self._is_abbreviation(word, end):
                for s, e, new in pieces(word, found.after):
                    self._add(start + s, start + e, new, found.rule)

    def _marks(self, line: _Printed) -> None:
        """« plaque. la » → « plaque, la »: a full stop inside a sentence, where corrections say so.

        Not after an abbreviation (short, or unknown), nor before anything but a known word in
        lower case: « li fallait » may begin a sentence.
        """
        if line.role is not Role.BODY or not self.costs.marks:
            return
        knows = self.lexicon.knows
        end = self.printed[line.row + 1].end if self._goes_on(line) else line.end
        for match in _INSIDE.finditer(self.text, line.start, end):
            at = match.end(1)
            if at < line.end and knows(match[1]) and knows(match[3]):
                for seen, printed in self.costs.marks:
                    if match[2] == seen:
                        self._add(at, at + 1, printed, "mark")

    def _goes_on(self, line: _Printed) -> bool:
        """Whether the next printed line is of the same paragraph."""
        after = self.printed[line.row + 1 : line.row + 2]
        return bool(after) and after[0].block == line.block

    def _folio(self, start: int, word: str) -> bool:
        """The page number of an entry: old-style figures look like letters (3g → 39)."""
        if not re.fullmatch(r"(?=.*\d)[\dgqOolISzZ]{2,3}", word) or word.isdigit():
            return False
        self._add(start, start + len(word), word.translate(_OLD_FIGURES), "digit")
        return True

    def _opens_block(self, line: _Printed) -> bool:
        return line.row == 0 or self.printed[line.row - 1].block != line.block

    def _is_rest(self, line: _Printed, start: int, word: str) -> bool:
        """The first word of the page may be the rest of one cut on the page before."""
        aside = all(other.role in _ASIDE for other in self.printed[: line.row])
        return start == line.start and aside and word[0].islower()

    def _is_abbreviation(self, word: str, end: int) -> bool:
        """« fr. », « éd. »: short and before a full stop that ends nothing."""
        following = self.text[end : end + 3]
        return len(word) <= 3 and following[:1] == "." and not following[1:].startswith("\n")


def word_starts(page: Page) -> list[int]:
    """Offset of each word in ``page.text``: one blank or line break stands between two."""
    starts, at = [], 0
    for word in page.words:
        starts.append(at)
        at += len(word.text) + 1
    return starts


def correct(page: Page, lines: tuple[Line, ...], lexicon: Lexicon, costs: Costs) -> CorrectedPage:
    """Mend a page.

    Args:
        page: in reading order, as ``arrange`` left it.
        lines: of the same page, from ``classify``; parallel to ``page.line_starts``.
        lexicon: a word that it knows is never changed.
        costs: of confusions, from the release or ``load_costs``.

    Returns:
        The page with its edits; ``undo(apply(page.text, edits), edits) == page.text``.
    """
    lexicon = lexicon.with_words(costs.words)
    edits = _Corrector(page, lines, lexicon, costs).run()
    return edited(page, lines, edits, f"{VERSION}/{costs.version}/{LEXICON_VERSION}")


def edited(
    page: Page, lines: tuple[Line, ...], edits: Sequence[Edit], version: str
) -> CorrectedPage:
    """A page with these edits made: its tokens and its printed text follow from them.

    Raises:
        ValueError: two edits overlap, or one is not about this page.
    """
    edits = in_order(edits)
    running = apply(page.text, edits)
    return CorrectedPage(
        page=page,
        lines=lines,
        edits=edits,
        tokens=_tokens(page, lines, running, edits),
        printed=apply(page.text, [e for e in edits if e.rule != "hyphen"]),
        version=version,
    )


def _tokens(
    page: Page, lines: Sequence[Line], running: str, edits: Sequence[Edit]
) -> tuple[Token, ...]:
    """The words of the running text, each tied to the words of the page it was made of."""
    starts, firsts = word_starts(page), [line.first for line in lines]
    trail = Trail(edits)
    tokens = []
    for match in re.finditer(r"\S+", running):
        start, end = trail.back(match.start(), match.end())
        first = max(0, bisect_right(starts, start) - 1)
        last = max(first, bisect_right(starts, max(start, end - 1)) - 1) + 1
        row = max(0, bisect_right(firsts, first) - 1)
        tokens.append(Token(match[0], first, last, row))
    return tuple(tokens)

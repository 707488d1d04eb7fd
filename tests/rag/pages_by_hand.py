"""Corrected pages made by hand for tests: printed lines with a role and a block."""

from __future__ import annotations

from collections.abc import Sequence

from rag.records import Box, CorrectedPage, Line, Page, Role, Source, Token, Word

SOURCE = Source("a" * 64, "livre.pdf", "livre.pdf", (), "pdf", 1, 9)


def corrected(
    index: int,
    lines: Sequence[tuple[str, Role, int]],
    *,
    confidence: float = 0.95,
    document_id: str = SOURCE.document_id,
) -> CorrectedPage:
    """A page whose line ``n`` stands at y = 20 n; each letter is 10 px wide, 15 high.

    A hyphen at the end of a line is joined to the first word of the next line of its block.
    """
    words: list[Word] = []
    starts, laid = [], []
    for row, (text, role, block) in enumerate(lines):
        starts.append(len(words))
        x = 10
        for part in text.split():
            box = Box(x, 20 * row, x + 10 * len(part), 20 * row + 15)
            words.append(Word(part, box, confidence))
            x += 10 * (len(part) + 1)
        edge = Box(10, 20 * row, x, 20 * row + 15)
        laid.append(Line(starts[-1], len(words), edge, role, block))
    page = Page(document_id, index, 900, 1200, 144, tuple(words), tuple(starts), "by hand")
    return CorrectedPage(page, tuple(laid), (), tuple(_tokens(page, laid)), page.text, "0")


def _tokens(page: Page, lines: Sequence[Line]) -> list[Token]:
    tokens: list[Token] = []
    skip = -1
    for row, line in enumerate(lines):
        for n in range(line.first, line.last):
            if n <= skip:
                continue
            text = page.words[n].text
            after = lines[row + 1] if row + 1 < len(lines) else None
            last = n == line.last - 1
            if (
                last
                and text.endswith("-")
                and len(text) > 1
                and after
                and after.block == line.block
            ):
                tokens.append(Token(text[:-1] + page.words[n + 1].text, n, n + 2, row))
                skip = n + 1
            else:
                tokens.append(Token(text, n, n + 1, row))
    return tokens

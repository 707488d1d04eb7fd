"""What stands just before and after a passage, for an answer that a cut goes through."""

from __future__ import annotations

from collections.abc import Callable

from rag.records import Chunk

APART = 1  # pages between two chunks that still follow each other


def around(
    row: int, count: int, chunk: Callable[[int], Chunk]
) -> tuple[Chunk | None, Chunk | None]:
    """Return the chunks that a passage continues and that continue it.

    Args:
        row: of the passage.
        count: of all chunks; those of a document follow each other in reading order.
        chunk: opens one.

    Returns:
        Before and after; None at either end of the document, across a jump of pages, and where
        the text is of another kind (a table does not go on with a note).
    """
    here = chunk(row)
    before = chunk(row - 1) if row > 0 else None
    after = chunk(row + 1) if row + 1 < count else None
    return (
        before if before is not None and _follows(before, here) else None,
        after if after is not None and _follows(here, after) else None,
    )


def _follows(first: Chunk, second: Chunk) -> bool:
    return (
        first.document_id == second.document_id
        and first.kind == second.kind
        and 0 <= second.pages[0] - first.pages[-1] <= APART
    )

"""What became of one page, as its release says."""

from __future__ import annotations

from rag.index.release import Release


def account_of(release: Release, document_id: str, index: int) -> str:
    """The status of a page ("ok", "low_confidence", "blank", "failed", "unsupported"); "" for none.

    The accounts are in order of document and page: found by halving.
    """
    rows = release.page_statuses
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        found = rows[middle]
        if (found.document_id, found.index) < (document_id, index):
            low = middle + 1
        else:
            high = middle
    if low < len(rows) and (rows[low].document_id, rows[low].index) == (document_id, index):
        return str(rows[low].status.value)
    return ""

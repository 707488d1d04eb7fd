"""What became of one page, as its release says."""

from __future__ import annotations

from rag.index.content import PageAccount
from rag.index.release import Release


def account_of(release: Release, document_id: str, index: int) -> str:
    """The status of a page ("ok", "low_confidence", "blank"…); "" for none."""
    found = page_account(release, document_id, index)
    return str(found.status.value) if found else ""


def page_account(release: Release, document_id: str, index: int) -> PageAccount | None:
    """What became of a page; None when the release has no such page.

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
        return rows[low]
    return None

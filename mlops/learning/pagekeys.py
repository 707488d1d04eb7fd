"""What a page said when somebody spoke of it: what was learned of it expires when that changes."""

from __future__ import annotations

from rag.cache import fingerprint
from rag.index.release import Release
from rag.records import Page


def key_of(page: Page) -> str:
    """Fingerprint of the words of a page in reading order."""
    return fingerprint([word.text for word in page.words])[:32]


def key_of_text(text: str) -> str:
    """Fingerprint of a Section, which has no words of a page."""
    return fingerprint(text)[:32]


def page_key(release: Release, document_id: str, index: int) -> str:
    """Fingerprint of a page as it was read (not as it was corrected); "" when it is not there."""
    if (read := release.page(document_id, index)) is not None:
        return key_of(read.page)
    if (section := release.section(document_id, index)) is not None:
        return key_of_text(section.text)
    return ""

"""What a page said when somebody spoke of it: what was learned of it expires when that changes."""

from __future__ import annotations

from rag.cache import fingerprint
from rag.index.release import Release


def page_key(release: Release, document_id: str, index: int) -> str:
    """Fingerprint of a page as it was read (not as it was corrected); "" when it is not there."""
    if (read := release.page(document_id, index)) is not None:
        return fingerprint([word.text for word in read.page.words])[:32]
    if (section := release.section(document_id, index)) is not None:
        return fingerprint(section.text)[:32]
    return ""

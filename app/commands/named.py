"""A page as it is typed: DOCUMENT:PAGE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.console import Usage, tr

if TYPE_CHECKING:
    from mlops.store import Store


def page_named(store: Store, value: str) -> tuple[str, int]:
    """DOCUMENT:PAGE as a document of the collection and a page from 0.

    Raises:
        Usage: it is not that, or there is no such document.
    """
    name, _, number = value.rpartition(":")
    if not name or not number.isdecimal() or not int(number):
        raise Usage(tr("feedback.page_form", value=value))
    for row in store.sources():
        if name in (row.document_id, row.name, row.path):
            return row.document_id, int(number) - 1
    raise Usage(tr("feedback.no_document", document=name))

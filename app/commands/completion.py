"""What the shell offers after a tab: names of documents and of releases. Silent when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from mlops.store import Store


def documents(context: typer.Context, incomplete: str) -> list[str]:
    """The documents whose name begins so."""
    return _begin(context, incomplete, lambda store: [row.name for row in store.sources()])


def releases(context: typer.Context, incomplete: str) -> list[str]:
    """The releases whose identifier begins so, and the two that have a name."""
    from mlops import releases as room

    def names(store: Store) -> list[str]:
        return ["champion", "previous", *(row.release_id for row in room.listing(store))]

    return _begin(context, incomplete, names)


def _begin(
    context: typer.Context, incomplete: str, names: Callable[[Store], list[str]]
) -> list[str]:
    try:
        from mlops.store import Store
        from rag.settings import find_home

        home = find_home(context.params.get("home"))
        if not home.database.is_file():
            return []
        with Store(home) as store:
            return [name for name in names(store) if name.startswith(incomplete)]
    except Exception:  # noqa: BLE001 - a shell that waits for a list is no place for a fault
        return []

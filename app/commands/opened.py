"""A collection opened with its record, and the release that a name stands for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app import messages
from app.console import Usage, language, open_home, told_in_words, tr

if TYPE_CHECKING:
    from mlops.store import Store
    from rag.settings import Home, Settings


@contextmanager
def opened(path: Path | None) -> Iterator[tuple[Home, Settings, Store]]:
    """The collection, its settings and its record; what fails is told in words."""
    with told_in_words(path):
        from mlops.store import Store

        home, settings = open_home(path)
        with Store(home) as store:
            yield home, settings, store


def meant(store: Store, name: str) -> str:
    """The release that was typed.

    Raises:
        Usage: there is none, or several.
    """
    from mlops.release_facts import NotOne, resolve

    try:
        return resolve(store, name)
    except NotOne as error:
        key = "release.which" if error.found else "release.unknown"
        if name == "previous":
            key = "error.no_predecessor"
        raise Usage(tr(key, release=name, count=error.found)) from error


def megabytes(count: int) -> str:
    """A size in megabytes."""
    return f"{messages.number(count / 1e6, language(), 1)} {'Mo' if language() == 'fr' else 'MB'}"

"""Golden questions are asked of a release once: validation and the gate read the same answers.

An answer is a function of the release, the program, the models and the question. Across runs it is
the figures that are kept (the stage cache, the table ``evaluations``); within a run, here, what was
answered, until the gate has judged.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence

from mlops.serving import embedder_of, reranker_for
from rag.answering import Watch
from rag.engine import Engine
from rag.index.release import Release
from rag.records import Answer, Filters, Search
from rag.settings import Settings

RELEASES = 2  # the one that was built and the one in service


class AskedOnce(Engine):
    """An engine to measure a release by: nothing is deleted or withdrawn, all is remembered."""

    def __init__(self, release: Release, settings: Settings) -> None:
        super().__init__(release, embedder_of(release, settings), reranker=reranker_for(settings))
        self._known: dict[Hashable, tuple[Search, Answer]] = {}

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        watch: Watch | None = None,
    ) -> Answer:
        """The answer, given and timed the first time; ``watch`` is only told what was found."""
        key = (question, tuple(history), filters)
        if key not in self._known:
            seen: list[Search] = []
            answer = super().ask(
                question, history=history, filters=filters, watch=Watch(search=seen.append)
            )
            self._known[key] = seen[0], answer
        search, answer = self._known[key]
        if watch is not None and watch.search is not None:
            watch.search(search)
        return answer


_lock = threading.Lock()
_engines: OrderedDict[Hashable, AskedOnce] = OrderedDict()


def engine_of(release: Release, settings: Settings) -> AskedOnce:
    """The engine that measures a release, with what it was asked since ``forget``.

    Raises:
        IndexMismatch, SettingsError, NotInstalled: it cannot be asked by these settings.
    """
    key = (release.path, settings.model_dump_json())
    with _lock:
        if key not in _engines:
            _engines[key] = AskedOnce(release, settings)
            while len(_engines) > RELEASES:
                _engines.popitem(last=False)
        _engines.move_to_end(key)
        return _engines[key]


def forget() -> None:
    """Let go of what was answered: it is judged."""
    with _lock:
        _engines.clear()

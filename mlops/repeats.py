"""Questions asked again are not answered again: a quoted answer is a function of what it rests on.

Kept in memory, the last ones only, and found again only under the same release, deletions,
withdrawals, context and filters: what changes one of them changes the answer, at once.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import replace

from rag.answering import Watch
from rag.engine import Engine
from rag.records import Answer, Filters, Search

KEPT = 256  # answers


class Repeats:
    """The last answers of a service; safe to share between threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, tuple[Search, Answer]] = OrderedDict()

    def ask(
        self,
        engine: Engine,
        state: Hashable,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        watch: Watch | None = None,
    ) -> Answer:
        """The answer of the engine, with an id of its own.

        Args:
            engine: of the release that answers; one that asks no model over the network.
            state: of everything else that an answer rests on.
            question: as typed.
            history: the questions before it.
            filters: which part of the collection may answer.
            watch: told what is found, as the engine does.
        """
        began = time.perf_counter()
        key = (engine.release.id, state, question, tuple(history), filters)
        with self._lock:
            known = self._answers.get(key)
            if known is not None:
                self._answers.move_to_end(key)
        if known is None:
            return self._first(engine, key, question, history, filters, watch)
        search, answer = known
        if watch is not None and watch.search is not None:
            watch.search(search)
        seconds = time.perf_counter() - began
        return replace(answer, answer_id=uuid.uuid4().hex, seconds=seconds, stages=())

    def _first(
        self,
        engine: Engine,
        key: Hashable,
        question: str,
        history: Sequence[str],
        filters: Filters | None,
        watch: Watch | None,
    ) -> Answer:
        seen: list[Search] = []

        def found(search: Search) -> None:
            seen.append(search)
            if watch is not None and watch.search is not None:
                watch.search(search)

        following = Watch(found, watch.token, watch.cancelled) if watch else Watch(found)
        answer = engine.ask(question, history=history, filters=filters, watch=following)
        if seen:
            with self._lock:
                self._answers[key] = seen[0], answer
                while len(self._answers) > self._kept:
                    self._answers.popitem(last=False)
        return answer

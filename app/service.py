"""One collection in service: its engine, its documents, its record. What every route asks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from mlops.tracing import NoTracing, Tracing
from rag.errors import NoRelease
from rag.records import Answer, CorrectedPage, Filters, Search, Section, Source
from rag.settings import Home, Settings

if TYPE_CHECKING:
    from app.page_images import PageImages
    from mlops.explaining import Explanation
    from mlops.store import Store
    from rag.answering import Watch
    from rag.engine import Engine
    from rag.index.release import Release

log = logging.getLogger(__name__)


class Answering(Protocol):
    """What answers: ``mlops.serving.LiveEngine``, which follows the release in service."""

    @property
    def engine(self) -> Engine: ...
    @property
    def held(self) -> Engine: ...
    def ask_for(
        self,
        reader: str,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        watch: Watch | None = None,
    ) -> tuple[Answer, str]: ...
    def search(self, question: str, k: int = 10, *, filters: Filters | None = None) -> Search: ...
    def close(self) -> None: ...


class Service:
    """Opened when the server starts, closed when it stops; safe to use from several threads."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        *,
        live: Answering,
        store: Store,
        images: PageImages,
        removed: Callable[[], frozenset[str]],
        tracing: Tracing | None = None,
    ) -> None:
        self.home = home
        self.settings = settings
        self.live = live
        self.store = store
        self.images = images
        self._removed = removed
        self.tracing: Tracing = tracing or NoTracing()
        self._languages: tuple[str, list[str]] | None = None  # of a release

    @classmethod
    def open(cls, home: Home, settings: Settings) -> Service:
        """Open the collection; the engine itself is loaded at the first question."""
        from app.page_images import PageImages
        from mlops import deletion, tracing
        from mlops.serving import LiveEngine
        from mlops.store import Store

        return cls(
            home,
            settings,
            live=LiveEngine(home, settings),
            store=Store(home),
            images=PageImages(home, settings),
            removed=lambda: deletion.removed(home),
            tracing=tracing.make(settings),
        )

    def close(self) -> None:
        """Stop the children and let the files go."""
        self.images.close()
        self.live.close()
        self.tracing.close()
        self.store.close()

    # --- asking ------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        reader: str = "",
        after: str | None = None,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        watch: Watch | None = None,
    ) -> Answer:
        """Answer, and note how it went; a note that cannot be written never costs an answer.

        Args:
            question: as typed.
            reader: an anonymous token, by which a share of readers try a challenger.
            after: the answer that this question follows, whose context it keeps.
            history: the questions before it, oldest first, of those who keep their conversation
                themselves; not used with ``after``.
            filters: which part of the collection may answer.
            watch: told what is found and written as it comes.

        Raises:
            UnknownAnswer: ``after`` is not an answer of this collection.
        """
        from mlops.explaining import history_after

        before = history_after(self.store, after) if after else tuple(history)
        begun = time.monotonic()
        try:
            answer, arm = self.live.ask_for(
                reader, question, history=before, filters=filters, watch=watch
            )
        except NoRelease:
            raise  # nothing was ingested yet: told to the reader, not a failure
        except Exception as error:
            self._failed(question, error, time.monotonic() - begun, reader)
            raise
        trace = self.tracing.answer(answer, reader=reader, arm=arm)
        try:
            self.store.record_query(answer, reader=reader, arm=arm, trace_id=trace)
        except Exception:
            log.exception("the metrics of answer %s were not recorded", answer.answer_id)
        return answer

    def _failed(self, question: str, error: Exception, seconds: float, reader: str) -> None:
        """Note a question that nobody answered, be it for want of an engine."""
        try:
            release = self.live.engine.release.id
        except Exception:  # noqa: BLE001 - why is told by the error that is noted
            release = ""
        try:
            self.store.record_error(question, release, error, seconds=seconds, reader=reader)
        except Exception:
            log.exception("a failure was not recorded")

    def search(self, question: str, k: int, *, filters: Filters | None = None) -> Search:
        """The pages about a question."""
        return self.live.search(question, k, filters=filters)

    def explain(self, answer_id: str) -> Explanation:
        """Where an answer comes from, and whether it comes again the same.

        Raises:
            UnknownAnswer: no answer has that id.
        """
        from mlops.explaining import explain

        return explain(self.home, self.settings, answer_id)

    # --- documents ---------------------------------------------------------------------------

    @property
    def release(self) -> Release:
        """The release in service.

        Raises:
            NoRelease: nothing was ingested yet.
        """
        return self.live.engine.release

    def sources(self) -> tuple[Source, ...]:
        """Every document that may be shown: in the release in service, and not deleted."""
        removed = self._removed()
        return tuple(s for s in self.release.sources if s.document_id not in removed)

    def source(self, document_id: str) -> Source | None:
        """That document, or None when it is unknown or deleted: nobody is told which."""
        return next((s for s in self.sources() if s.document_id == document_id), None)

    def size(self, document_id: str, index: int) -> tuple[int, int] | None:
        """Pixels of a page image as its boxes count them; None for a page without image."""
        page = self.live.held.release.page(document_id, index)
        return (page.page.width_px, page.page.height_px) if page else None

    def languages(self) -> list[str]:
        """The languages of the documents of the release in service, sorted."""
        release = self.release
        if self._languages is None or self._languages[0] != release.id:
            facts = release.extra("facts", {}).values()
            known = sorted({fact["language"] for fact in facts if fact.get("language")})
            self._languages = release.id, known
        return self._languages[1]

    def kind(self, document_id: str) -> str:
        """The kind of a document; "" when it is not in the release in service."""
        release = self.live.held.release
        number = release.numbers.get(document_id)
        return "" if number is None else release.sources[number].kind

    def page(self, document_id: str, index: int, release: str = "") -> CorrectedPage | None:
        """A page as read; from another release when the citation comes from there."""
        return self._at(release).page(document_id, index)

    def section(self, document_id: str, index: int, release: str = "") -> Section | None:
        """A section of a text, as ``page``."""
        return self._at(release).section(document_id, index)

    def same_reading(self, release: str) -> bool:
        """Whether words and characters counted in that release can still be found."""
        return not release or release == self.release.id or self._kept(release) is not None

    def _at(self, release: str) -> Release:
        if not release or release == self.release.id:
            return self.release
        return self._kept(release) or self.release

    def _kept(self, release: str) -> Release | None:
        from rag.errors import IndexMismatch
        from rag.index.release import Release

        names = {p.name for p in self.home.releases.iterdir()} if release.isalnum() else set()
        if release not in names:
            return None
        try:
            return Release.open(self.home.releases / release)
        except (IndexMismatch, OSError):
            return None

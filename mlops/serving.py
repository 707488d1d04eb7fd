"""The engine that follows the champion row: promotion is noticed, nobody is called."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from mlops.deletion import removed_in, withdrawn_in
from mlops.repeats import Repeats
from mlops.store import Store
from mlops.trials.arms import OnTrial, releases_now
from rag.answer.write import Writer
from rag.answer.writers import load_writer
from rag.answering import Watch
from rag.embed.embedder import Embedder, load_embedder
from rag.engine import Engine
from rag.errors import IndexMismatch, NoRelease, RagError
from rag.index.release import Release
from rag.records import Answer, Filters, Search
from rag.retrieve.rerank import Reranker, load_reranker
from rag.settings import Home, Settings

log = logging.getLogger(__name__)


def open_engine(home: Home, settings: Settings) -> Engine:
    """The engine of the release in service; tombstones are looked up at every question.

    Raises:
        NoRelease: nothing was ingested yet.
        IndexMismatch: the release is of another format, or its model is not to be had.
    """
    live = LiveEngine(home, settings)
    return live.engine


class LiveEngine:
    """Answers from whatever release is in service now; safe to share between threads.

    Each question reads in one query which release is in service and which one is on trial (a
    fraction of a millisecond). When it changed, the new release is opened beside and swapped in;
    questions under way finish on the old one.
    """

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home, self._settings = home, settings
        self._opened: Store | None = None
        self._swap = threading.Lock()
        self._engine: Engine | None = None
        self._embedders: dict[tuple[str, str], Embedder] = {}
        self._refused = ""  # a release that could not be opened: do not try at every question
        self._repeats = Repeats()
        self._trial = OnTrial(home, settings, self._make)

    def close(self) -> None:
        """Give the database back."""
        self._trial.close()
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    @property
    def _store(self) -> Store:
        if self._opened is None:
            if not self._home.database.is_file():  # a server may start before the first run
                raise NoRelease(self._home.root)
            with self._swap:
                self._opened = self._opened or Store(self._home)
        return self._opened

    @property
    def engine(self) -> Engine:
        """The engine of the release in service.

        Raises:
            NoRelease: there is none.
        """
        return self._of(releases_now(self._store).champion)

    @property
    def held(self) -> Engine:
        """The engine at hand, without asking the record whether another is in service now.

        Raises:
            NoRelease: there is none.
        """
        return self._engine or self.engine

    def _of(self, wanted: str | None) -> Engine:
        current = self._engine
        if wanted is None:
            raise NoRelease(self._home.root)
        if current is not None and wanted in (current.release.id, self._refused):
            return current
        with self._swap:
            if self._engine is None or self._engine.release.id != wanted:
                self._take(wanted)
            assert self._engine is not None
            return self._engine

    @property
    def release_id(self) -> str:
        """The release that answers."""
        return self.engine.release.id

    def search(self, question: str, k: int = 10, *, filters: Filters | None = None) -> Search:
        """The ranked hits and pages of one question."""
        return self.engine.search(question, k, filters=filters)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        watch: Watch | None = None,
    ) -> Answer:
        """The cited answer of the release in service to one question."""
        return self.engine.ask(question, history=history, filters=filters, watch=watch)

    def ask_for(
        self,
        reader: str,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        watch: Watch | None = None,
    ) -> tuple[Answer, str]:
        """The answer for one reader, who may be among those that try a challenger.

        Returns:
            The answer, and the reader's arm while a canary is under way ("" otherwise). A
            challenger that fails costs the reader nothing: the release in service answers.
        """
        now = releases_now(self._store)
        champion = self._of(now.champion)
        trial = self._trial.follow(self._store, now)
        arm = self._trial.arm(reader) if trial is not None else ""
        failure: Exception | None = None
        if arm == "canary":
            try:
                engine = self._trial.engine()
                return engine.ask(question, history=history, filters=filters, watch=watch), arm
            except Exception as error:  # noqa: BLE001 - whatever it is, the champion answers
                failure, arm = error, ""
        answer = self._answered(champion, question, history, filters, watch)
        if failure is not None:  # what the champion cannot answer either is nobody's failure
            self._trial.failed(self._store, question, reader, failure)
        self._trial.shown(answer, history, filters)
        return answer, arm

    def _answered(
        self,
        engine: Engine,
        question: str,
        history: Sequence[str],
        filters: Filters | None,
        watch: Watch | None,
    ) -> Answer:
        """The answer of the release in service; one that was given already is given again."""
        if self._settings.writer_url or self._settings.reranker != "none":
            return engine.ask(question, history=history, filters=filters, watch=watch)
        state = removed_in(self._store), withdrawn_in(self._store)
        return self._repeats.ask(
            engine, state, question, history=history, filters=filters, watch=watch
        )

    def _take(self, release_id: str) -> None:
        try:
            engine = self._make(release_id)
        except (RagError, OSError, ValueError):
            if self._engine is None:
                raise
            self._refused = release_id
            log.exception(
                "release %s cannot be opened; %s goes on", release_id, self._engine.release.id
            )
            return
        self._engine, self._refused = engine, ""
        log.info("answering from release %s", release_id)

    def _make(self, release_id: str) -> Engine:
        release = Release.open(self._home.releases / release_id)
        return Engine(
            release,
            embedder_of(release, self._settings, self._embedders),
            removed=lambda: removed_in(self._store),
            withdrawn=lambda: withdrawn_in(self._store),
            reranker=reranker_for(self._settings),
            writer=writer_for(self._settings, release),
        )


def reranker_for(settings: Settings) -> Reranker | None:
    """The reranker that is set; None when passages keep the order of the search.

    Raises:
        SettingsError: what it needs is not set.
        NotInstalled: it needs a package that is not here.
    """
    return load_reranker(
        settings.reranker,
        url=settings.reranker_url,
        model=settings.reranker_model,
        key=settings.reranker_key,
    )


def writer_for(settings: Settings, release: Release | None = None) -> Writer | None:
    """The language model that is set, told what the release bundles; None: answers are quoted."""
    return load_writer(
        url=settings.writer_url,
        model=settings.writer_model,
        key=settings.writer_key,
        timeout_s=settings.writer_timeout_s,
        retries=settings.writer_retries,
        tokens=settings.writer_tokens,
        prompt=settings.writer_prompt,
        texts=release.extra("prompt-texts") if release is not None else None,
    )


_local: list[Embedder] = []  # the model of this process, once it is loaded
_loading = threading.Lock()


def embedder_for(settings: Settings, *, fresh: bool = False) -> Embedder | None:
    """The embedder that is set; None when the product ranks by words only.

    Args:
        settings: which one.
        fresh: load the local model again rather than share that of the process, which remembers
            the questions it has seen.
    """
    if settings.embedder != "e5" or fresh:
        return load_embedder(
            settings.embedder,
            url=getattr(settings, "embedder_url", None),
            model=getattr(settings, "embedder_model", None),
            key=getattr(settings, "embedder_key", None),
        )
    with _loading:
        if not _local and (found := load_embedder(settings.embedder)) is not None:
            _local.append(found)
        return _local[0] if _local else None


def embedder_of(
    release: Release,
    settings: Settings,
    loaded: dict[tuple[str, str], Embedder] | None = None,
    *,
    fresh: bool = False,
) -> Embedder | None:
    """The model of a release's vectors, made once where ``loaded`` is kept.

    Raises:
        IndexMismatch: the release has vectors of a model that is not the configured one.
    """
    if (info := release.embedder) is None:
        return None
    cache = {} if loaded is None else loaded
    if (found := cache.get((info.name, info.model_hash))) is not None:
        return found
    embedder = embedder_for(settings, fresh=fresh)
    if embedder is None or embedder.model_hash != info.model_hash:
        raise IndexMismatch(
            f"release {release.id} holds vectors of {info.name!r}, "
            f"the embedder set is {settings.embedder!r}."
        )
    cache[(info.name, info.model_hash)] = embedder
    return embedder

"""Faults planted in a release as it is built: what the gate must refuse, and by which name."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlops import building
from rag.embed.embedder import unit
from rag.engine import Engine
from rag.index.content import ReleaseContent

Change = Callable[[ReleaseContent], ReleaseContent]


@contextmanager
def built_by(name: str, change: Change | None = None, **more: Any) -> Iterator[None]:
    """Within the block, releases are built from a changed content, or by other means."""
    original = building.build_release

    def build(folder: Path, content: ReleaseContent, **given: Any) -> Path:
        return original(folder, change(content) if change else content, **{**given, **more})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "build_release", build)
        patch.setattr(building, "VERSION", f"{building.VERSION}-{name}")
        yield


def broken_analyser() -> AbstractContextManager[None]:
    """The index is made of terms that no question has."""
    from rag.french.analysis import analyse

    return built_by("analyser", analyse=lambda text: [f"{term[:3]}x" for term in analyse(text)])


def vectors_of_another_model() -> AbstractContextManager[None]:
    """The manifest names a model, the vectors are of another."""

    def change(content: ReleaseContent) -> ReleaseContent:
        assert content.vectors is not None
        shape = content.vectors.shape
        drawn = np.random.default_rng(7).normal(size=shape).astype(np.float32)
        return replace(content, vectors=unit(drawn))

    return built_by("model", change)


def shuffled_index() -> AbstractContextManager[None]:
    """Each passage has the vector of another."""

    def change(content: ReleaseContent) -> ReleaseContent:
        assert content.vectors is not None
        return replace(content, vectors=np.roll(content.vectors, 5, axis=0).copy())

    return built_by("shuffle", change)


def partly_shuffled_index() -> AbstractContextManager[None]:
    """Every fifth passage has the vector of another."""

    def change(content: ReleaseContent) -> ReleaseContent:
        assert content.vectors is not None
        vectors = content.vectors.copy()
        vectors[::5] = np.roll(content.vectors[::5], 1, axis=0)
        return replace(content, vectors=vectors)

    return built_by("part", change)


def pages_lost(share: float = 0.05) -> AbstractContextManager[None]:
    """Some pages, evenly spread, have no passage any more."""

    def change(content: ReleaseContent) -> ReleaseContent:
        pages = list(dict.fromkeys((c.document_id, c.index) for c in content.chunks))
        count = max(1, round(share * len(pages)))
        gone = {pages[n * len(pages) // count] for n in range(count)}
        kept = [
            n
            for n, chunk in enumerate(content.chunks)
            if (chunk.document_id, chunk.index) not in gone
        ]
        vectors = None if content.vectors is None else content.vectors[kept].copy()
        chunks = tuple(content.chunks[n] for n in kept)
        return replace(content, chunks=chunks, vectors=vectors, arrays={})

    return built_by("lost", change)


def threshold_moved() -> AbstractContextManager[None]:
    """Nothing is sure enough any more."""

    def change(content: ReleaseContent) -> ReleaseContent:
        return replace(
            content, thresholds={**content.thresholds, "answer": 0.999, "nearest": 0.998}
        )

    return built_by("threshold", change)


@contextmanager
def slower(in_service: str, seconds: float = 0.25) -> Iterator[None]:
    """Every release but the one in service takes longer."""
    ask = Engine.ask

    def slow(engine: Engine, *given: Any, **named: Any) -> Any:
        if engine.release.id != in_service:
            time.sleep(seconds)
        return ask(engine, *given, **named)

    with built_by("slow"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "ask", slow)
        patch.setattr(Engine, "search", _slow_search(in_service, seconds))
        yield


def _slow_search(in_service: str, seconds: float) -> Any:
    search = Engine.search

    def slow(engine: Engine, *given: Any, **named: Any) -> Any:
        if engine.release.id != in_service:
            time.sleep(seconds)
        return search(engine, *given, **named)

    return slow


@dataclass(frozen=True, slots=True)
class Case:
    """A planted fault, and the codes of which one must be among the reasons."""

    name: str
    fault: Callable[[], AbstractContextManager[None]]
    codes: tuple[str, ...]


CASES = (
    Case("broken analyser", broken_analyser, ("analyser",)),
    Case("vectors of another model", vectors_of_another_model, ("vectors_of_another_model",)),
    Case("shuffled index", shuffled_index, ("index_shuffled",)),
    Case("a fifth of the index shuffled", partly_shuffled_index, ("index_shuffled",)),
    Case("5 % of pages lost", pages_lost, ("pages_lost",)),
    Case("threshold moved", threshold_moved, ("threshold_moved",)),
)

"""Faults planted in the month: bugs, a full disk, a process killed at a given place."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest


@contextmanager
def bug(module: str, name: str, wrong: Callable[..., Any]) -> Iterator[None]:
    """Within the block ``module.name`` is ``wrong(original)``: another version of the program."""
    where = import_module(module)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, wrong(getattr(where, name)))
        building = import_module("mlops.building")
        patch.setattr(building, "VERSION", f"{building.VERSION}-{name}")
        yield


def nothing_is_sure_enough() -> Any:
    """A wrong threshold: every question is refused."""

    def wrong(thresholds: Callable[..., dict[str, float]]) -> Callable[..., dict[str, float]]:
        return lambda *args: {**thresholds(*args), "answer": 0.999, "nearest": 0.998}

    return bug("rag.calibrating", "thresholds", wrong)


def vectors_shuffled() -> Any:
    """Each passage gets the vector of another."""
    from dataclasses import replace

    def wrong(embed: Callable[..., Any]) -> Callable[..., Any]:
        def shuffled(*args: Any) -> Any:
            made = embed(*args)
            return replace(made, vectors=made.vectors[::-1].copy())

        return shuffled

    return bug("rag.embed.cached", "embed", wrong)


@contextmanager
def disk_full() -> Iterator[None]:
    """No release can be written: the disk is full at the moment when files are synced."""
    build = import_module("rag.index.build")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_sync", full)
        yield


def die_in(module: str, name: str, *, after: int = 0) -> None:
    """Kill this process when ``module.name`` is called for the ``after`` + 1st time."""
    *owner, attribute = name.split(".")
    where: Any = import_module(module)
    for part in owner:
        where = getattr(where, part)
    original, calls = getattr(where, attribute), [0]

    def dying(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] > after:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)

    setattr(where, attribute, dying)

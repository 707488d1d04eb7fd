"""An answer told while it is made, as server-sent events, until the reader leaves."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any

from rag.answering import Watch
from rag.errors import RagError
from rag.records import Answer, Search

log = logging.getLogger(__name__)

PRESENT_S = 0.25  # how often to look whether the reader is still there
Event = tuple[str, dict[str, Any]]


def event(name: str, data: dict[str, Any]) -> bytes:
    """One server-sent event; its data is one line of JSON."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


async def stream(
    ask: Callable[[Watch], Answer],
    *,
    pages: Callable[[Search], dict[str, Any]],
    answer: Callable[[Answer], dict[str, Any]],
    error: Callable[[Exception], dict[str, Any]],
    gone: Callable[[], Awaitable[bool]],
) -> AsyncIterator[bytes]:
    """What ``told`` tells, as server-sent events."""
    async with aclosing(told(ask, pages=pages, answer=answer, error=error, gone=gone)) as items:
        async for item in items:
            yield event(*item)


async def told(
    ask: Callable[[Watch], Answer],
    *,
    pages: Callable[[Search], dict[str, Any]],
    answer: Callable[[Answer], dict[str, Any]],
    error: Callable[[Exception], dict[str, Any]],
    gone: Callable[[], Awaitable[bool]],
) -> AsyncGenerator[Event, None]:
    """Tell ``pages``, then each ``token``, then the proved ``answer``; or an ``error``.

    Args:
        ask: answers in another thread, telling the watch.
        pages: a search as JSON: the first event.
        answer: an answer as JSON: the last event, which replaces every token told before.
        error: what to tell when there is no answer.
        gone: whether the reader has left.

    A reader who leaves stops the model: ``ask`` sees it within a fraction of a second.
    """
    loop = asyncio.get_running_loop()
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    left = threading.Event()

    def put(item: Event | None) -> None:
        with suppress(RuntimeError):  # the server stopped meanwhile
            loop.call_soon_threadsafe(events.put_nowait, item)

    def work() -> None:
        watch = Watch(
            search=lambda found: put(("pages", pages(found))),
            token=lambda text: put(("token", {"text": text, "provisional": True})),
            cancelled=left.is_set,
        )
        try:
            put(("answer", answer(ask(watch))))
        except Exception as problem:
            if not isinstance(problem, RagError):
                log.exception("a streamed answer failed")
            put(("error", error(problem)))
        finally:
            put(None)

    working = loop.run_in_executor(None, work)
    try:
        while (item := await _next(events, gone)) is not None:
            yield item
    finally:
        left.set()
        await asyncio.shield(working)


async def _next(
    events: asyncio.Queue[Event | None], gone: Callable[[], Awaitable[bool]]
) -> Event | None:
    """The next event; None after the last, or when nobody reads any more."""
    while True:
        try:
            return await asyncio.wait_for(events.get(), PRESENT_S)
        except TimeoutError:
            if await gone():
                return None

"""Files on their way in: a multipart body written to disk as it comes, never held in memory."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from app.problems import Problem
from mlops.arrivals.receiving import Sent, safe_name, waiting_room
from rag.settings import Settings

MAX_FILES = 200  # of one upload
MAX_FRAMING = 1 << 20  # bytes of an upload beside those of its files
SPARE_MB = 100  # left free on the disk


async def received(request: Request) -> AsyncIterator[list[Sent]]:
    """The files of the request, each in a folder of its own, gone when it is answered.

    Who may not edit never comes here: the route asks that first.

    Raises:
        Problem: 413 too large, 415 not multipart, 422 not well formed, 507 no space left.
    """
    settings: Settings = request.app.state.settings
    home = request.app.state.service.home
    limit = settings.max_upload_mb << 20
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Problem(415, "library.not_multipart")
    length = request.headers.get("content-length", "")
    declared = int(length) if length.isdigit() else 0
    if declared > limit + MAX_FRAMING:
        await _drained(request, limit)
        raise _too_large(settings)
    with ExitStack() as stack:
        folder = stack.enter_context(waiting_room(home))
        if shutil.disk_usage(folder).free < declared + (SPARE_MB << 20):
            raise Problem(507, "library.no_space", megabytes=(declared >> 20) + SPARE_MB)
        files = _Files(folder, stack)
        await _read(request, MultipartParser(options[b"boundary"], files.callbacks()), settings)
        files.close()
        yield files.sent


async def _read(request: Request, parser: MultipartParser, settings: Settings) -> None:
    limit, count = (settings.max_upload_mb << 20) + MAX_FRAMING, 0
    try:
        async for part in request.stream():
            count += len(part)
            if count > limit:
                await _drained(request, limit)
                raise _too_large(settings)
            if part:
                await run_in_threadpool(parser.write, part)
        await run_in_threadpool(parser.finalize)
    except MultipartParseError as error:
        raise Problem(422, "http.invalid", detail=str(error)) from error
    except ClientDisconnect as error:
        raise Problem(422, "http.invalid", detail="the sender left") from error


async def _drained(request: Request, at_most: int) -> None:
    """Read on for a while: a browser that is cut off does not show why."""
    try:
        async for part in request.stream():
            at_most -= len(part)
            if at_most < 0:
                return
    except (ClientDisconnect, RuntimeError):  # left, or read to the end already
        return


def _too_large(settings: Settings) -> Problem:
    return Problem(413, "library.too_large", megabytes=settings.max_upload_mb)


class _Files:
    """What a parser of multipart bodies tells, written to files; other fields are passed over."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.sent: list[Sent] = []
        self._folder, self._stack = folder, stack
        self._name, self._value, self._told = b"", b"", b""
        self._file: IO[bytes] | None = None

    def callbacks(self) -> Any:
        """By the names that the parser knows."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._field,
            "on_header_value": self._add,
            "on_header_end": self._header,
            "on_headers_finished": self._open,
            "on_part_data": self._write,
            "on_part_end": self.close,
        }

    def close(self) -> None:
        """The end of a part."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self) -> None:
        self._name, self._value, self._told = b"", b"", b""

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _add(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._told = self._value
        self._name, self._value = b"", b""

    def _open(self) -> None:
        _, options = parse_options_header(self._told)
        given = options.get(b"filename", b"").decode("utf-8", "replace")
        if not given:
            return  # a field, or an input without a file
        if len(self.sent) >= MAX_FILES:
            raise Problem(413, "library.too_many_files", count=MAX_FILES)
        folder = self._folder / str(len(self.sent))
        folder.mkdir()
        name = safe_name(given)
        self._file = self._stack.enter_context((folder / name).open("wb"))
        self.sent.append(Sent(name, folder / name))

    def _write(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(data[start:end])

"""The one room where files from strangers are opened: child processes that may die.

A child is a fresh Python that imports this module only (no ``__main__`` of the parent, no pickle):
it is given jobs and gives results as JSON over its standard streams. Each job names its function as
``"package.module:function"``; whatever is heavy is imported there, in the child. The parent watches
the clock and the child's memory, kills a child that goes over, starts another and tries once more;
then that job fails with a reason, and the others go on. See ``docs/decisions/0002``.

A child never outlives its parent: it ends when its input closes, and on Linux the kernel kills it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import NotInstalled, PageFailed, RagError, SettingsError

_ROOT = str(Path(__file__).resolve().parents[1])
_HEAD = struct.Struct(">I")  # length of the frame that follows, bytes
_TICK_S = 0.1  # how often memory is looked at
_SPARE_MB = 2048  # the hard limit stands this much above the watched one: see docs/decisions/0002
_CHILD_ENVIRONMENT = {  # one thread each; ONNX Runtime 1.32 reports to its maker unless told not to
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "OMP_THREAD_LIMIT",
        "RAYON_NUM_THREADS",
        "ORT_DISABLE_TELEMETRY",
        "DO_NOT_TRACK",
    )
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job."""

    payload: Any
    result: Any  # JSON value, None when it failed
    reason: str  # "" or "timeout", "memory", "crashed", "error"
    detail: str  # English, for the log
    seconds: float  # of the last try


class Pool:
    """So many children; none is started before there is a job for it."""

    def __init__(
        self,
        count: int,
        *,
        timeout_s: float,
        memory_mb: int,
        recycle_after: int = 200,
        retries: int = 1,
    ) -> None:
        """Bound each job.

        Args:
            count: children at once, at least 1.
            timeout_s: wall clock of one try of one job.
            memory_mb: resident memory of one child.
            recycle_after: jobs before a child is replaced, so that leaks of libraries stay small.
            retries: further tries, in a new child, of a job whose child died.
        """
        if count < 1:
            raise ValueError(f"{count} children: want at least 1")
        self.count = count
        self._retries = retries
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="rag-worker")
        self._children = [_Child(timeout_s, memory_mb, recycle_after) for _ in range(count)]
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        for child in self._children:
            self._idle.put(child)

    def run(self, task: str, payloads: Iterable[Any]) -> Iterator[Outcome]:
        """Do all jobs; results come as they are ready, in no order.

        ``payloads`` is read as children become free (two ahead of each), so it may be endless.
        Leaving the loop early, by an error or Ctrl-C, kills what still works.

        Raises:
            NotInstalled, SettingsError: raised by the job; every other one would fail the same.
        """
        source = iter(payloads)
        going: set[Future[Outcome]] = set()
        try:
            while True:
                while len(going) < 2 * self.count:
                    try:
                        payload = next(source)
                    except StopIteration:
                        break
                    going.add(self._threads.submit(self._one, task, payload))
                if not going:
                    return
                done, going = wait(going, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            if any([not future.cancel() for future in going]):
                self._stop()

    def call(self, task: str, payload: Any) -> Any:
        """Do one job and wait for it; may be called from several threads.

        Raises:
            PageFailed: with the code ``timeout``, ``memory``, ``crashed`` or ``error``.
        """
        outcome = self._threads.submit(self._one, task, payload).result()
        if outcome.reason:
            raise PageFailed(outcome.detail, code=outcome.reason)
        return outcome.result

    def close(self) -> None:
        """Kill the children; the pool cannot be used again."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.close()
        self._threads.shutdown(wait=True)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        """The children that live now."""
        return [child.pid for child in self._children if child.pid]

    def _stop(self) -> None:
        for child in self._children:
            child.kill("stopped")

    def _one(self, task: str, payload: Any) -> Outcome:
        child = self._idle.get()
        try:
            outcome = child.work(task, payload)
            for _ in range(self._retries):
                if outcome.reason not in ("timeout", "memory", "crashed"):
                    break
                outcome = child.work(task, payload)
            return outcome
        finally:
            self._idle.put(child)


class _Child:
    """One process at a time, and its replacements; used by one thread at a time."""

    def __init__(self, timeout_s: float, memory_mb: int, recycle_after: int) -> None:
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._recycle_after = recycle_after
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._done = 0
        self._why = ""  # why we killed it
        self._closed = False
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process and process.poll() is None else None

    def work(self, task: str, payload: Any) -> Outcome:
        began = time.monotonic()
        self._ready()
        self._send([task, payload])
        reply = self._await(began + self._timeout_s)
        seconds = time.monotonic() - began
        if reply is None:
            reason, detail = self._autopsy()
            return Outcome(payload, None, reason, detail, seconds)
        self._done += 1
        answer = json.loads(reply)
        if "fatal" in answer:
            raise _rebuilt(answer["fatal"])
        return Outcome(payload, answer["result"], answer["reason"], answer["detail"], seconds)

    def kill(self, why: str) -> None:
        with self._lock:
            self._why = self._why or why
            if self._process and self._process.poll() is None:
                self._process.kill()

    def close(self) -> None:
        """End it for good: a job that was about to start one will not."""
        self._closed = True
        self.kill("stopped")

    def _ready(self) -> None:
        if self._process and (
            self._done >= self._recycle_after or self._process.poll() is not None
        ):
            self.kill("recycled")
            self._bury()
        if self._process is None:
            self._start()

    def _start(self) -> None:
        code = f"import sys; sys.path.insert(0, {_ROOT!r}); from rag.workers import serve; serve()"
        settings = json.dumps({"parent": os.getpid(), "memory_mb": self._memory_mb + _SPARE_MB})
        with self._lock:
            if self._closed:
                raise PageFailed("the pool was closed", code="stopped")
            self._why, self._done = "", 0
            self._replies = queue.SimpleQueue()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", code, settings],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | _CHILD_ENVIRONMENT,
            )
        threading.Thread(
            target=_listen, args=(self._process.stdout, self._replies), daemon=True
        ).start()

    def _send(self, job: list[Any]) -> None:
        assert self._process and self._process.stdin  # _ready came first
        with contextlib.suppress(OSError):  # a dead child is noticed when its reply does not come
            _write(self._process.stdin, json.dumps(job).encode())

    def _await(self, deadline: float) -> bytes | None:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                self.kill("timeout")  # its end comes through the same queue
            elif self._resident_mb() > self._memory_mb:
                self.kill("memory")
            with contextlib.suppress(queue.Empty):
                return self._replies.get(timeout=min(_TICK_S, left) if left > 0 else _TICK_S)

    def _resident_mb(self) -> float:
        import psutil  # type: ignore[import-untyped,unused-ignore]

        assert self._process
        with contextlib.suppress(psutil.Error):
            return float(psutil.Process(self._process.pid).memory_info().rss) / 2**20
        return 0.0

    def _autopsy(self) -> tuple[str, str]:
        """Why the child is dead, and free what it held."""
        why = self._why
        code = self._bury()
        if why == "timeout":
            return "timeout", f"not done after {self._timeout_s:g} s (RAG_PAGE_TIMEOUT_S)"
        if why == "memory":
            return "memory", f"more than {self._memory_mb} MB (RAG_WORKER_MEMORY_MB)"
        if why == "stopped":
            return "stopped", "the run was stopped"
        return "crashed", f"the child process ended by itself with code {code}"

    def _bury(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        with contextlib.suppress(OSError):
            process.stdin.close() if process.stdin else None
        if process.poll() is None:  # it closed its output but goes on
            process.kill()
        return process.wait()


def _listen(stream: BinaryIO, replies: queue.SimpleQueue[bytes | None]) -> None:
    """Hand over each frame, then None for ever: the child is gone."""
    with contextlib.suppress(OSError, ValueError), stream:
        while (frame := _read(stream)) is not None:
            replies.put(frame)
    replies.put(None)


def _rebuilt(data: dict[str, Any]) -> RagError:
    """The error that a child met, as the parent raises it."""
    if data["class"] == "NotInstalled":
        error: RagError = NotInstalled(data["details"]["what"], extra=data["details"]["extra"])
        error.args = (data["message"],)
        return error
    return SettingsError(data["message"], code=data["code"], **data["details"])


# --- in the child ---------------------------------------------------------------------------------


def serve() -> None:
    """Do jobs until the input closes."""
    settings = json.loads(sys.argv[1])
    jobs_in, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _quieten()
    _bind_to_parent(settings["parent"])
    _limit(settings["memory_mb"])
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_watch_input, args=(jobs_in, jobs), daemon=True).start()
    while True:
        task, payload = json.loads(jobs.get())
        _write(answers, json.dumps(_answer(task, payload)).encode())


def _answer(task: str, payload: Any) -> dict[str, Any]:
    try:
        module, _, name = task.partition(":")
        result = getattr(importlib.import_module(module), name)(payload)
    except MemoryError as error:
        return {"result": None, "reason": "memory", "detail": f"out of memory: {error}"}
    except (NotInstalled, SettingsError) as error:
        details = {key: str(value) for key, value in error.details.items()}
        return {
            "fatal": {
                "class": type(error).__name__,
                "message": str(error),
                "code": error.code,
                "details": details,
            }
        }
    except Exception as error:  # noqa: BLE001  the edge of the process: one job fails, not the run
        return {"result": None, "reason": "error", "detail": f"{type(error).__name__}: {error}"}
    return {"result": result, "reason": "", "detail": ""}


def _quieten() -> None:
    """Keep what libraries print out of our frames, and Ctrl-C for the parent."""
    os.dup2(2, 1)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _bind_to_parent(parent: int) -> None:
    """Ask Linux to kill us when the thread that started us dies; elsewhere the input's end does."""
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _limit(memory_mb: int) -> None:
    """Bound what the kernel lets us allocate (private memory: RLIMIT_AS breaks onnxruntime)."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * 2**20, memory_mb * 2**20))


def _watch_input(stream: BinaryIO, jobs: queue.SimpleQueue[bytes]) -> None:
    while (frame := _read(stream)) is not None:
        jobs.put(frame)
    os._exit(0)  # the parent is gone: so are we, whatever we were doing


def _write(stream: Any, frame: bytes) -> None:
    stream.write(_HEAD.pack(len(frame)) + frame)
    stream.flush()


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    (length,) = _HEAD.unpack(head)
    frame = stream.read(length)
    return frame if len(frame) == length else None

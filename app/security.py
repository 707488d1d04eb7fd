"""The guard at the door, and the one function that says who may do what.

The guard is plain ASGI and sees every request first: host names, foreign pages, sizes, headers. A
service without a key answers this machine only, however it was started.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Literal
from urllib.parse import urlsplit

from fastapi import Request

from app import messages, problems
from rag.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Action = Literal["read", "write", "edit", "administer"]

MAX_BODY = 128 * 1024  # bytes; questions and corrections are text
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION_COOKIE = "ragphoto_session"
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def is_loopback(host: str) -> bool:
    """Whether listening on that address keeps the service on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_name(authority: str) -> str:
    """The host of "host:port", in lower case; brackets of IPv6 kept."""
    name, colon, port = authority.rpartition(":")
    return (name if colon and port.isdigit() else authority).lower()


def session_token(key: str) -> str:
    """What the cookie of a browser that gave the key holds; changes with the key."""
    return hmac.new(key.encode(), b"ragphoto web session 1", hashlib.sha256).hexdigest()


def authorise(request: Request, action: Action) -> None:
    """Let the request act, or raise a problem. Every route passes here, and nowhere else.

    With a key configured, it is wanted for everything: as ``Authorization: Bearer``, or through
    the cookie that the web page gets for it. Roles will be told apart here.
    """
    key = request.app.state.settings.api_key
    if not key:
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and _same(given.strip().encode("latin-1"), key.encode()):
        return
    cookie = request.cookies.get(SESSION_COOKIE, "")
    if _same(cookie.encode(errors="replace"), session_token(key).encode()):
        return
    raise problems.Problem(401, "http.key_needed")


def may_read(request: Request) -> None:
    """Dependency of every route that shows something."""
    authorise(request, "read")


def may_write(request: Request) -> None:
    """Dependency of every route by which a reader says something."""
    authorise(request, "write")


def may_edit(request: Request) -> None:
    """Dependency of every route that changes the collection or validates what was said of it."""
    authorise(request, "edit")


def may_administer(request: Request) -> None:
    """Dependency of every route that changes what is in service, or who may do what."""
    authorise(request, "administer")


def _same(given: bytes, wanted: bytes) -> bool:
    return hmac.compare_digest(given, wanted)


class Pace:
    """At most ``count`` events a minute and a sender (in memory; senders forgotten when idle)."""

    def __init__(self, count: int = 30, period_s: float = 60.0) -> None:
        self._count = count
        self._period_s = period_s
        self._seen: dict[str, deque[float]] = {}

    def allows(self, sender: str) -> bool:
        """Note one event; False when there are too many."""
        now = time.monotonic()
        self._seen = {s: d for s, d in self._seen.items() if now - d[-1] < self._period_s}
        times = self._seen.setdefault(sender, deque(maxlen=self._count))
        if len(times) == self._count and now - times[0] < self._period_s:
            return False
        times.append(now)
        return True


class Guard:
    """Refuses what must not come in, and adds the headers that keep a browser safe."""

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._hosts = {host_name(host) for host in settings.allowed_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        refused = self._refusal(scope, headers)
        body = b""
        if refused is None and scope["method"] not in SAFE:
            body, complete = await _read(receive, headers)
            refused = None if complete else (413, "http.too_large")
        if refused is not None:
            await _refuse(send, *refused, headers, self._settings.language)
            return
        once = iter((body,))

        async def replay() -> Message:
            for whole in once:
                return {"type": "http.request", "body": whole, "more_body": False}
            return await receive()

        safe = scope["method"] in SAFE
        await self._app(scope, receive if safe else replay, _with_headers(send))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if host_name(host) not in self._hosts:
            return 421, "http.bad_host"
        if not self._settings.api_key and not _local(scope):
            return 403, "http.local_only"
        if scope["method"] not in SAFE and _foreign(headers, host):
            return 403, "http.foreign_origin"
        return None


def _local(scope: Scope) -> bool:
    """Whether the connection came in by an address of this machine only.

    A socket without an IP address (a UNIX socket) is on this machine.
    """
    address = (scope.get("server") or ("", None))[0]
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True


def _foreign(headers: dict[str, str], host: str) -> bool:
    """Whether a browser says that another page makes this request."""
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != host.lower()


async def _read(receive: Receive, headers: dict[str, str]) -> tuple[bytes, bool]:
    """The whole body, and whether it fits."""
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MAX_BODY:
        return b"", False
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body), True
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return b"", False
        if not message.get("more_body"):
            return bytes(body), True


async def _refuse(
    send: Send, status: int, key: str, headers: dict[str, str], default: messages.Language
) -> None:
    language = messages.choose(headers.get("accept-language"), default)
    detail = messages.text(key, language)
    content = json.dumps(problems.body(status, key, detail), ensure_ascii=False).encode()
    head = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(content)).encode()),
    ]
    await _with_headers(send)({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": content})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                *message["headers"],
                *((name.encode(), value.encode()) for name, value in HEADERS.items()),
            ]
        await send(message)

    return sending


class PathsOnly(logging.Filter):
    """Keeps questions out of access logs: what follows « ? » in an address is not written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut the query string; uvicorn's arguments are (client, method, path, version, status)."""
        if isinstance(record.args, tuple) and len(record.args) == 5:
            client, method, path, version, status = record.args
            record.args = (client, method, str(path).partition("?")[0], version, status)
        return True

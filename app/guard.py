"""The guard at the door: plain ASGI that sees every request first.

Host names, foreign pages, sizes, headers, the id of a request. A service that wants no key answers
this machine only, however it was started.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from app import messages, problems
from app.security import locked
from rag.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY = 128 * 1024  # bytes; questions and corrections are text
UPLOADS = frozenset({"/documents", "/library"})  # their routes write the body to disk, and bound it
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
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
        given = headers.get("x-request-id", "")
        scope["request_id"] = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        told = _with_headers(send, scope["request_id"])
        refused = self._refusal(scope, headers)
        body = b""
        passed = scope["method"] in SAFE or _is_upload(scope)
        if refused is None and not passed:
            body, complete = await _read(receive, headers)
            refused = None if complete else (413, "http.too_large")
        if refused is not None:
            await _refuse(told, *refused, headers, self._settings.language)
            return
        if not passed:  # what a write is told apart by (``app/repeats.py``)
            scope["body_digest"] = hashlib.sha256(body).hexdigest()
        once = iter((body,))

        async def replay() -> Message:
            for whole in once:
                return {"type": "http.request", "body": whole, "more_body": False}
            return await receive()

        await self._app(scope, receive if passed else replay, told)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if host_name(host) not in self._hosts:
            return 421, "http.bad_host"
        if not _local(scope) and not locked(scope["app"]):
            return 403, "http.local_only"
        if scope["method"] not in SAFE and _foreign(headers, host):
            return 403, "http.foreign_origin"
        return None


def _is_upload(scope: Scope) -> bool:
    return scope["method"] == "POST" and scope["path"] in UPLOADS


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
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": content})


def _with_headers(send: Send, request_id: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                *message["headers"],
                *((name.encode(), value.encode()) for name, value in HEADERS.items()),
                (b"x-request-id", request_id.encode()),
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

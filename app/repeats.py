"""A write sent twice acts once: the same ``Idempotency-Key`` gets the same answer again.

A program that lost the answer to a write cannot know whether it was done; it sends it again with
the key it made for it. What was answered is kept for a day, in a folder of who sent it, and goes
when they ask to be forgotten. Uploads keep theirs with their job (``library_work``).
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from app import problems
from app.guard import App, Message, Receive, Scope, Send
from app.readers import token_of

HEADER = "idempotency-key"
LONGEST = 200  # of a key
KEPT_S = 24 * 3600
MAX_BODY = 256 * 1024  # bytes of an answer that is kept
PARAMETER = {  # of the OpenAPI document
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST, "pattern": "^[!-~]*$"},
    "description": "made by the sender; the same key again gets the same answer, for a day",
}
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Replayed(Exception):
    """That write was done: this was its answer."""

    def __init__(self, response: Response) -> None:
        super().__init__("done before")
        self.response = response


class Repeats:
    """The answers of a day to writes that had a key; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._busy: set[Path] = set()

    def begin(self, request: Request, name: str) -> None:
        """Look at a write that may act: note that it is under way, or give its answer again.

        Args:
            request: with the key, if any; the guard has noted the hash of its body.
            name: of the key of who sends it; "" where it has none: their token tells them apart.

        Raises:
            Replayed: it was done before.
            Problem: 409 while the first one is under way, 422 when the key served for another
                write, or is too long.
        """
        key, body = request.headers.get(HEADER, ""), request.scope.get("body_digest")
        if not key or body is None or "repeat" in request.scope:
            return
        if len(key) > LONGEST:
            raise problems.Problem(422, "http.invalid", detail=f"{HEADER}: 1–{LONGEST}")
        token = token_of(request)
        who = f"user:{name}" if name else f"reader:{token}" if token else ""
        what = f"{request.method} {request.url.path}?{request.url.query}\n{body}"
        places = [self._place(name, key) for name in dict.fromkeys((who, ""))]
        with self._lock:
            if places[0] in self._busy:
                raise problems.Problem(409, "http.under_way")
            for place in places:
                if (kept := _read(place)) is not None:
                    if kept["what"] != _hash(what):
                        raise problems.Problem(422, "http.key_reused")
                    raise Replayed(_response(kept))
            self._busy.add(places[0])
        request.scope["repeat"] = (self, places[0], _hash(what))

    def end(self, place: Path, kept: dict[str, Any] | None) -> None:
        """It is over: keep its answer, unless it changed nothing."""
        try:
            if kept is not None:
                with suppress(OSError):  # a full disk costs a repetition, not an answer
                    self._sweep()
                    place.parent.mkdir(parents=True, exist_ok=True)
                    beside = place.with_suffix(f".{threading.get_ident()}.part")
                    beside.write_bytes(json.dumps(kept).encode())
                    beside.replace(place)
        finally:
            with self._lock:
                self._busy.discard(place)

    def forget(self, who: str) -> None:
        """What was answered to somebody goes."""
        shutil.rmtree(self._folder / _hash(who)[:32], ignore_errors=True)

    def _place(self, who: str, key: str) -> Path:
        return self._folder / _hash(who)[:32] / f"{_hash(key)[:32]}.json"

    def _sweep(self) -> None:
        for path in self._folder.glob("*/*.json"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > KEPT_S:
                    path.unlink()


class Remember:
    """Takes down the answer of a write that ``Repeats`` let through."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] not in WRITES:
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif "repeat" in scope and len(body) <= MAX_BODY:
                body.extend(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            if found := scope.get("repeat"):
                repeats, place, what = found
                repeats.end(place, _kept(start, bytes(body), what))


def _kept(start: Message, body: bytes, what: str) -> dict[str, Any] | None:
    """What is written of an answer; None of one that says that nothing was done."""
    status = start.get("status", 500)
    if status >= 400 or len(body) > MAX_BODY:
        return None
    names = (b"content-type", b"location", b"content-language")
    headers = [(k.decode(), v.decode("latin-1")) for k, v in start["headers"] if k in names]
    return {
        "what": what,
        "status": status,
        "headers": headers,
        "body": base64.b64encode(body).decode("ascii"),
    }


def _response(kept: dict[str, Any]) -> Response:
    headers = {**dict(kept["headers"]), "idempotency-replayed": "true"}
    return Response(base64.b64decode(kept["body"]), kept["status"], headers)


def _read(place: Path) -> dict[str, Any] | None:
    """What is kept there, if it is not of the day before."""
    try:
        if time.time() - place.stat().st_mtime > KEPT_S:
            return None
        found: dict[str, Any] = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return None
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

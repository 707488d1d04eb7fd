"""Who may do what: keys, sessions of browsers, and the one function that every route passes.

A service without any key is its machine's: whoever sits there may do everything. As soon as one is
set (``api_key``) or made (``ragphoto key create``), every route wants one. Readers see and say;
editors change the collection and validate; admins decide what is in service.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fastapi import Request

from app import problems
from mlops import keys
from mlops.keys import Role

Action = Literal["read", "write", "edit", "administer"]
OPENS: dict[Role, frozenset[Action]] = {
    "reader": frozenset({"read", "write"}),
    "editor": frozenset({"read", "write", "edit"}),
    "admin": frozenset({"read", "write", "edit", "administer"}),
}
SESSION_COOKIE = "ragphoto_session"
SESSION_S = 12 * 3600
TRIES_A_MINUTE = 20  # keys that are wrong, of one sender


@dataclass(frozen=True)
class Principal:
    """Who asks: a role, and the name of the key when it is a person's."""

    role: Role
    name: str = ""
    local: bool = False  # sits at the machine of a service without keys
    session: bool = False  # came by a cookie, so that a page of ours must vouch for its writes

    def may(self, action: Action) -> bool:
        """Whether the role opens that."""
        return action in OPENS[self.role]


HERE = Principal("admin", local=True)


def locked(app: Any) -> bool:
    """Whether the service wants a key: one is set, or one was ever made."""
    return bool(app.state.settings.api_key) or keys.any_issued(app.state.service.store)


def authorise(request: Request, action: Action) -> Principal:
    """Let the request act, or raise a problem. Every route passes here, and nowhere else.

    Raises:
        Problem: 401 without a key that is known, 403 when its role does not open this, 429 after
            too many keys that are wrong.
    """
    who = identify(request)
    request.scope["principal"] = who
    if not who.may(action):
        raise problems.Problem(403, "http.role", role=who.role, action=action)
    if who.session and action != "read" and not _vouched(request):
        raise problems.Problem(403, "http.foreign_origin")
    if action != "read" and request.method not in ("GET", "HEAD"):
        request.app.state.repeats.begin(request, who.name)
    return who


def identify(request: Request) -> Principal:
    """Who asks, by ``Authorization: Bearer`` or the cookie that the page gets for a key."""
    if not locked(request.app):
        return HERE
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        who = of_key(request, given.strip().encode("latin-1").decode("utf-8", "replace"))
    else:
        who = _of_session(request, request.cookies.get(SESSION_COOKIE, ""))
    if who is None:
        raise problems.Problem(401, "http.key_needed")
    return who


def of_key(request: Request, text: str) -> Principal | None:
    """Whose key this is; None when it is nobody's.

    Raises:
        Problem: 429 after too many wrong ones.
    """
    sender = request.client.host if request.client else ""
    tries: Pace = request.app.state.tries
    if tries.full(sender):
        raise problems.Problem(429, "http.too_many_keys")
    wanted = request.app.state.settings.api_key
    if wanted and hmac.compare_digest(text.encode(), wanted.encode()):
        return Principal("admin")
    store = request.app.state.service.store
    if key := keys.holder(store, text):
        keys.seen(store, key)
        return Principal(key.role, key.name)
    tries.allows(sender)
    return None


def session_for(request: Request, text: str) -> str | None:
    """What the cookie of a browser that gave a key holds; None when the key is nobody's."""
    if of_key(request, text) is None:
        return None
    form = keys.FORM.fullmatch(text)
    key_id = form[1] if form else "setting"
    until = int(time.time()) + SESSION_S
    return f"{key_id}.{until}.{_signature(request, key_id, until, keys.digest_of(text))}"


def _of_session(request: Request, cookie: str) -> Principal | None:
    """Whose session it is: signed, not over, of a key that is not revoked."""
    key_id, _, rest = cookie.partition(".")
    until, _, signature = rest.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 12 and int(until) > time.time()):
        return None
    wanted = request.app.state.settings.api_key
    key = keys.by_id(request.app.state.service.store, key_id) if key_id != "setting" else None
    digest = key.digest if key else keys.digest_of(wanted) if wanted and key_id == "setting" else ""
    right = _signature(request, key_id, int(until), digest)
    if not digest or not hmac.compare_digest(signature.encode(), right.encode()):
        return None
    return Principal(key.role, key.name, session=True) if key else Principal("admin", session=True)


def _signature(request: Request, key_id: str, until: int, digest: str) -> str:
    """Changes with the key, so that a session ends with it."""
    secret = _secret(request.app.state.service.home.storage)
    told = f"{key_id}.{until}.{digest}".encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()


def _secret(storage: Path) -> bytes:
    """What signs sessions: random, of this home, readable by its owner only."""
    path = storage / "session.key"
    with suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(32))
    return path.read_bytes()


def _vouched(request: Request) -> bool:
    """Whether the browser says which page writes; the guard has checked that it is ours."""
    return "origin" in request.headers or "sec-fetch-site" in request.headers


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


def may_ask(request: Request) -> None:
    """Dependency of every route that answers: reading, at a pace where keys are wanted.

    Raises:
        Problem: 429 when one asks too fast.
    """
    who = authorise(request, "read")
    if who.local:
        return
    sender = who.name or (request.client.host if request.client else "")
    if not request.app.state.asking.allows(sender):
        raise problems.Problem(429, "http.too_fast")


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

    def full(self, sender: str) -> bool:
        """Whether the next one would be too many; notes nothing."""
        times = self._seen.get(sender) or deque()
        return len(times) == self._count and time.monotonic() - times[0] < self._period_s

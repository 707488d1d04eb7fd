"""Readers told apart without knowing them: a random token, as long as the browser stays open.

It keeps a reader with the same release while a challenger is tried, and keeps one reader from
counting many times. Nothing else is known of them; who sends none is served all the same.
"""

from __future__ import annotations

import re
import secrets
from http.cookies import SimpleCookie

from fastapi import Request

from app.guard import App, Message, Receive, Scope, Send

COOKIE = "ragphoto_reader"
HEADER = "x-reader"  # for programs that ask for several readers
TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


def token_of(request: Request) -> str:
    """The token that came with a request; "" when none did."""
    for given in (request.headers.get(HEADER, ""), request.cookies.get(COOKIE, "")):
        if TOKEN.fullmatch(given):
            return given
    return ""


def reader_of(request: Request) -> str:
    """The token of who asks: theirs, or a new one that the answer gives them as a cookie."""
    if given := token_of(request):
        return given
    made = request.scope.setdefault("reader", secrets.token_urlsafe(16))
    return str(made)


def author_of(request: Request) -> str:
    """Who says something: the holder of a key with a name, else this browser's reader."""
    who = request.scope.get("principal")
    return f"user:{who.name}" if who and who.name else f"reader:{reader_of(request)}"


def known_author(request: Request) -> str:
    """As ``author_of``, but "" for who has no name and no token: none is made for them."""
    who = request.scope.get("principal")
    made = request.scope.get("reader")
    known = (who and who.name) or made or token_of(request)
    return author_of(request) if known else ""


class Readers:
    """Gives the cookie to those who asked a question and had none; those who look get nothing."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and (token := scope.get("reader")):
                cookie = (b"set-cookie", _cookie(token, secure=scope.get("scheme") == "https"))
                message["headers"] = [*message["headers"], cookie]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def _cookie(token: str, *, secure: bool) -> bytes:
    """A cookie of the session: no date, no script, no other site."""
    cookie: SimpleCookie = SimpleCookie({COOKIE: token})
    told = {"path": "/", "samesite": "Lax"} | ({"secure": "1"} if secure else {})
    cookie[COOKIE].update({**told, "httponly": "1"})
    return cookie[COOKIE].OutputString().encode()

"""Errors over HTTP: RFC 9457 problem details, in the reader's language, saying what to do."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import HTTPException

from app import messages
from rag.errors import NoRelease, RagError, RunRefused, UnknownAnswer


class Problem(HTTPException):
    """A refusal that a person reads: a status and a key of the catalogue."""

    def __init__(self, status: int, key: str, **details: object) -> None:
        super().__init__(status_code=status, detail=key)
        self.key = key
        self.details = details

    def words(self, language: messages.Language) -> str:
        """What to tell a person."""
        return messages.text(self.key, language, **self.details)


def status_of(error: RagError) -> int:
    """The HTTP status of one of our errors."""
    if isinstance(error, UnknownAnswer):
        return 404
    if isinstance(error, RunRefused):
        return 409
    return 503 if isinstance(error, NoRelease) else 500


def body(status: int, code: str, detail: str) -> dict[str, object]:
    """The problem document (media type application/problem+json)."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }


def told(error: Exception, language: messages.Language, home: object = "") -> dict[str, object]:
    """The problem document of any failure; what is not ours is told without its words."""
    if isinstance(error, RagError):
        words = messages.explain(error, language, home=home)
        return body(status_of(error), error.code, words)
    return body(500, "http.error", messages.text("http.error", language))

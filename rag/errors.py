"""The error tree; a branch is a decision for the caller.

RagError
├── DocumentRefused   skip the document: unsupported, truncated, password, too_large, symlink…
├── PageFailed        record the page's status and go on: timeout, memory, render_failed…
│   └── BlankPage     nothing was read; the page is blank, not failed
├── NotInstalled      install something, or choose another back-end
├── IndexMismatch     rebuild: a folder of another format, or vectors of another model
├── NoRelease         run the pipeline first: there is nothing to answer from
├── RunRefused        ask a person: another run is going on, or too many files vanished at once
│   ├── AlreadyRunning
│   └── TooManyVanished
├── UnknownDocument   name another document
├── WriterFailed      answer by quotation, and say so: timeout, unreachable, refused, malformed…
├── StoreUnavailable  mend the place: folder not writable, disk full, database locked or unreadable
└── SettingsError     edit ragphoto.toml or the environment

A message has three parts: what was found, what was wanted, what to do. ``code`` is stable: people
are shown the catalogue's text for it (``app/messages.py``) with ``details`` filled in; the English
message is for logs. A caller's mistake stays ``ValueError``.
"""

from __future__ import annotations


class RagError(Exception):
    """Base of every error that this product raises on purpose."""

    def __init__(self, message: str, *, code: str = "error", **details: object) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


class DocumentRefused(RagError):
    """This document cannot be taken; the others can."""


class PageFailed(RagError):
    """This page could not be read; the others can."""


class BlankPage(PageFailed):
    """Nothing was read on this page."""

    def __init__(self, message: str = "nothing was read on this page") -> None:
        super().__init__(message, code="blank")


class NotInstalled(RagError):
    """A back-end that was asked for is not there."""

    def __init__(self, what: str, *, extra: str, instead: str = "") -> None:
        run = f"Run: pip install 'rag-photographie[{extra}]'" if extra else ""
        super().__init__(
            f"{what} is not installed. {', or '.join(filter(None, (run, instead)))}".rstrip(". ")
            + ".",
            code="not_installed",
            what=what,
            extra=extra,
        )


class IndexMismatch(RagError):
    """A folder on disk was written by another version or model."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message} Run: ragphoto ingest", code="index_mismatch")


class NoRelease(RagError):
    """There is no release to answer from."""

    def __init__(self, home: object) -> None:
        super().__init__(
            f"no release in {home}: the collection was not ingested yet. Run: ragphoto ingest",
            code="no_release",
            home=home,
        )


class RunRefused(RagError):
    """The pipeline stopped before doing anything, and asks a person."""


class AlreadyRunning(RunRefused):
    """Another run holds the lock."""

    def __init__(self, pid: int | None, since: str) -> None:
        super().__init__(
            f"another run is going on (process {pid}, since {since}). "
            "Wait for it, or stop that process.",
            code="already_running",
            pid=pid,
            since=since,
        )


class TooManyVanished(RunRefused):
    """More than the allowed share of the collection is not there any more."""

    def __init__(self, vanished: int, known: int) -> None:
        super().__init__(
            f"{vanished} of {known} documents are not in data/ any more: "
            "an unmounted disk is not a wish. Bring them back, or confirm with: "
            "ragphoto ingest --accept-vanished",
            code="too_many_vanished",
            vanished=vanished,
            known=known,
        )


class UnknownDocument(RagError):
    """No document, or more than one, has the name that was given."""

    def __init__(self, name: str, close: list[str]) -> None:
        super().__init__(
            f"no single document is called {name!r}. "
            + (f"Near: {', '.join(close)}." if close else "")
            + " Name it by its path under data/ or by its hash.",
            code="unknown_document",
            name=name,
            close=close,
        )


class UnknownAnswer(RagError):
    """No answer of this collection has the identifier that was given."""

    def __init__(self, answer_id: str) -> None:
        super().__init__(
            f"no answer is called {answer_id!r} in this collection. The identifier stands in the "
            "JSON of every answer, and in what `ragphoto ask` proposes to type next.",
            code="unknown_answer",
            answer_id=answer_id,
        )


class WriterFailed(RagError):
    """A language model did not write an answer: why (``code``), and what it cost all the same."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message, code=code)
        self.tokens = 0  # paid before it failed
        self.prompt = ""  # version and hash of what it was told


class StoreUnavailable(RagError):
    """A folder or the database cannot be used."""


class SettingsError(RagError):
    """A setting has a value that cannot be used."""

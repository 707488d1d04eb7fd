"""What every command shares: one result on standard output, everything else on standard error."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app import messages
from app.plain_json import plain

if TYPE_CHECKING:
    from rag.settings import Home, Settings

log = logging.getLogger(__name__)

# Exit codes: 0 done, 1 a fault of ours or a check that failed, 2 what was typed or set, then one
# per decision that the error tree leaves to the caller.
EXIT_CODES = {
    "SettingsError": 2,
    "NoRelease": 3,
    "RunRefused": 4,
    "NotInstalled": 5,
    "IndexMismatch": 6,
    "StoreUnavailable": 7,
    "UnknownAnswer": 2,
    "DocumentRefused": 8,
    "PageFailed": 8,
    "RagError": 9,
}

_language: messages.Language = "fr"


def speak(language: messages.Language) -> None:
    """Choose the language of this process, before the commands are loaded."""
    global _language
    _language = language


def language() -> messages.Language:
    """The language of this process."""
    return _language


def tr(key: str, **details: object) -> str:
    """Words of the catalogue in the language of this process."""
    return messages.text(key, _language, **details)


def write_anywhere() -> None:
    """Where an accent cannot be written, write the letter without it rather than fail."""
    import codecs

    def plainly(error: UnicodeError) -> tuple[str | bytes, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        from mlops.charts import legible

        return legible(error.object[error.start : error.end], error.encoding), error.end

    codecs.register_error("legible", plainly)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="legible")


def holds_everything(encoding: str | None) -> bool:
    """Whether an encoding has every character."""
    return (encoding or "ascii").lower().replace("-", "").startswith("utf")


def result(text: str) -> None:
    """Write a part of the result on standard output."""
    sys.stdout.write(text + "\n")


def result_json(value: object, *, indent: int | None = 2) -> None:
    """Write the result as strict JSON: what is not a number is null."""
    escaped = not holds_everything(sys.stdout.encoding)
    result(json.dumps(plain(value), ensure_ascii=escaped, indent=indent, allow_nan=False))


def say(text: str) -> None:
    """Write to standard error: progress, remarks, errors."""
    sys.stderr.write(text + "\n")


class Usage(Exception):
    """What was typed cannot be done; the message is already in the reader's language."""


def open_home(path: Path | None) -> tuple[Home, Settings]:
    """The collection asked for and its settings; says so when the sample stands in."""
    from rag.settings import Settings, find_home

    home = find_home(path)
    if path is not None and not home.root.is_dir():
        raise Usage(tr("home.missing", path=home.root))
    settings = Settings.load(home)
    if home.uses_sample:
        say(tr("sample.used"))
    return home, settings


def home_flag(home: Home) -> str:
    """What to add to a command that is proposed, so that it speaks of the same collection."""
    from rag.settings import PROJECT_ROOT

    return "" if home.root == PROJECT_ROOT else f' --home "{home.root}"'


def log_to_stderr() -> None:
    """Send warnings to standard error; ``RAG_LOG=DEBUG`` says more."""
    level = os.environ.get("RAG_LOG", "WARNING").upper()
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s %(message)s")
    logging.captureWarnings(capture=True)


@contextmanager
def told_in_words(path: Path | None) -> Iterator[None]:
    """Turn an error into a sentence that says what to type, and an exit code."""
    from rag.errors import RagError

    try:
        yield
    except Usage as error:
        say(str(error))
        raise typer.Exit(2) from error
    except RagError as error:
        from rag.settings import find_home

        log.info("%s: %s", error.code, error)
        say(messages.explain(error, _language, home=find_home(path).root))
        raise typer.Exit(exit_code(error)) from error
    except (typer.Exit, typer.Abort):
        raise
    except BrokenPipeError:  # the reader of our output went away (`| head`): not an error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        say("\n" + tr("error.interrupted"))
        raise typer.Exit(130) from None
    except Exception as error:
        say(tr("error.unexpected", kind=type(error).__name__, log=_write_fault(path)))
        raise typer.Exit(1) from error


def exit_code(error: Exception) -> int:
    """The exit code of the nearest branch of the error tree."""
    return next(EXIT_CODES[c.__name__] for c in type(error).__mro__ if c.__name__ in EXIT_CODES)


def _write_fault(path: Path | None) -> str:
    """Keep the traceback of an unexpected error where the log is; or show it if it cannot be."""
    import traceback
    from datetime import UTC, datetime

    from rag.settings import find_home

    fault = traceback.format_exc()
    place = find_home(path).logs / "pipeline.log"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC).isoformat()} ERROR ragphoto\n{fault}")
    except OSError:
        say(fault)
        return "stderr"
    return str(place)

"""``ragphoto``'s own help and errors of typing in the language of who types."""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from functools import partial
from typing import Any

import typer
from typer.core import TyperGroup

from app.console import language, tr
from app.texts.typing import ERRORS, HELP


def help_words(text: str) -> str:
    """A help page of Typer's in the language that is spoken."""
    if language() != "fr":
        return text.replace("<list[str]>", "<str>…     ")
    for pattern, french in HELP:
        text = re.sub(pattern, french.replace("\\", r"\\"), text, flags=re.MULTILINE)
    return text


def error_words(message: str) -> str:
    """What Typer finds wrong with what was typed, in the language that is spoken."""
    if language() != "fr":
        return message
    for pattern, french in ERRORS:
        if found := re.search(pattern, message):
            words = french.format(*found.groups())
            message = message[: found.start()] + words + message[found.end() :]
    return message


class Spoken(TyperGroup):
    """The root of the commands: what they say of themselves passes here."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        _speak(self)

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """As Typer does; what is wrong with the words typed is told in theirs."""
        try:
            return super().make_context(*args, **extra)
        except Exception as error:
            _tell(error)
            raise

    def invoke(self, ctx: Any) -> Any:
        """As Typer does."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            _tell(error)
            raise


def _speak(command: Any) -> None:
    """Help and usage of a command, and of those under it."""
    for name in ("get_help", "get_usage"):
        setattr(command, name, partial(_in_words, getattr(command, name)))
    for below in getattr(command, "commands", {}).values():
        _speak(below)


def _in_words(plain: Callable[[Any], str], ctx: Any) -> str:
    return help_words(plain(ctx))


def _tell(error: Exception) -> None:
    """Give an error of typing its words; others are not touched."""
    if type(error).__name__ == "NoArgsIsHelpError" or not hasattr(error, "format_message"):
        return
    error.show = types.MethodType(_show, error)  # type: ignore[attr-defined]


def _show(error: Any, file: Any = None) -> None:
    lines = []
    if getattr(error, "ctx", None) is not None:
        command, option = error.ctx.command_path, error.ctx.help_option_names[0]
        lines = [error.ctx.get_usage(), tr("typing.help", command=command, option=option), ""]
    lines.append(tr("typing.error", message=error_words(error.format_message())))
    typer.echo("\n".join(lines), file=file, err=file is None)

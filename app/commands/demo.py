"""``ragphoto demo``: the whole loop on the sample, in a folder of its own."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import messages
from app.commands.options import JsonOption, LangOption
from app.console import Usage, language, result, result_json, say, told_in_words, tr

if TYPE_CHECKING:
    from app.demonstration import Shown
    from rag.settings import Home, Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help=tr("help.demo"))(demo)


def demo(
    keep: Annotated[
        Path | None, typer.Option("--keep", help=tr("opt.demo.keep"), show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=tr("opt.demo.yes"))] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the loop; ends with 1 at the first step that did not do what it says."""
    pauses = not yes and not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    with told_in_words(keep), folder(keep) as root, told_in_words(root):
        from app.demonstration import Shown
        from rag.settings import Home

        if keep is not None and (root / "storage").exists():
            raise Usage(tr("demo.not_empty", path=root))
        if "RAG_LOG" not in os.environ:
            logging.getLogger("mlops").setLevel(logging.ERROR)  # each step tells it in words
        home = Home(root)
        shown = Shown(home, settings_of(home))
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            failure = play(shown, pauses=pauses, keep=keep)
        if as_json:
            result_json({"ok": not failure, "reason": failure, "steps": shown.steps})
        if failure:
            raise typer.Exit(1)


@contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    """The folder of the demonstration; a temporary one is removed at the end."""
    if keep is not None:
        try:
            keep.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Usage(tr("demo.no_folder", path=keep, detail=error.strerror or error)) from error
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="ragphoto-demo-", ignore_cleanup_errors=True) as made:
        yield Path(made).resolve()


def settings_of(home: Home) -> Settings:
    """Everybody's settings, except what would reach outside: alerts, traces, trials."""
    from rag.settings import Settings

    apart = {"mlflow": "off", "otel_url": None, "alert_channels": (), "trial": "none"}
    return Settings.load(home, language=language()).model_copy(update=apart)


def play(shown: Shown, *, pauses: bool, keep: Path | None) -> str:
    """Every step in order; returns why it stopped, or "" when all was shown."""
    from app.demonstration import STEPS, NotShown

    begun = time.monotonic()
    result(tr("demo.intro", folder=shown.home.root))
    for number, (name, step) in enumerate(STEPS, 1):
        title = tr("demo.title", number=number, count=len(STEPS), title=tr(f"demo.{name}.title"))
        result(f"\n{strong(title)}\n{tr(f'demo.{name}.why')}\n")
        sys.stdout.flush()
        try:
            shown.run(name, step)
        except NotShown as stopped:
            say(tr("demo.stopped", reason=stopped))
            return str(stopped)
        if pauses and number < len(STEPS):
            pauses = wait()
    spent = messages.number(time.monotonic() - begun, language(), 0)
    result("\n" + strong(tr("demo.done", seconds=spent)))
    if keep is not None:
        result(tr("demo.next_kept", folder=keep, question=shown.case.question))
    else:
        result(tr("demo.next"))
    return ""


def wait() -> bool:
    """Wait for Enter; False when nobody is there any more to press it."""
    try:
        input(tr("demo.pause"))
    except EOFError:
        return False
    return True


def strong(text: str) -> str:
    """Bold on a terminal."""
    from app.terminal_look import bold

    return bold(text)

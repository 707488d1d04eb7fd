"""``ragphoto chat``: a conversation with the collection, in the terminal or through a pipe."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import (
    DocumentsOption,
    HomeOption,
    JsonOption,
    KindsOption,
    LangOption,
    YearOption,
    filters_of,
)
from app.console import Usage, open_home, result, say, told_in_words, tr

if TYPE_CHECKING:
    from app.conversation import Conversation

COMMANDS = ("correct", "help", "new", "open", "quit", "rate", "sources", "why")
KEPT_LINES = 1000  # of a history file


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("chat", help=tr("help.chat"))(chat)


def chat(
    history: Annotated[
        Path | None, typer.Option("--history", help=tr("opt.chat.history"), show_default=False)
    ] = None,
    document: DocumentsOption = None,
    kind: KindsOption = None,
    year: YearOption = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Talk until there is nothing more to read."""
    with told_in_words(home):
        filters = filters_of(document, kind, year, None, 0.0)
        from app.conversation import Conversation
        from app.service import Service

        place, settings = open_home(home)
        service = Service.open(place, settings)
        live = sys.stdin.isatty()
        talk = Conversation(service, filters=filters, live=live, as_json=as_json)
        try:
            sources = service.sources()  # nothing was ingested: said before anything is asked
            if live:
                say(tr("talk.welcome", count=len(sources)))
                at_the_terminal(talk, history, place.root)
            else:
                through_a_pipe(talk)
        finally:
            talk.close()


def through_a_pipe(talk: Conversation) -> None:
    """Each line in turn; the first that cannot be done ends it with its exit code."""
    for line in sys.stdin:
        if not talk.take(line):
            return
        sys.stdout.flush()


def at_the_terminal(talk: Conversation, history: Path | None, home: Path) -> None:
    """A line, its answer, and so on until Ctrl-D; what cannot be done is told and forgotten."""
    from app.conversation import told
    from rag.errors import RagError

    prompt = edited(history)
    try:
        while True:
            try:
                line = input(prompt)
            except KeyboardInterrupt:
                say("\n" + tr("talk.how_to_leave"))
                continue
            except EOFError:
                result("")
                return
            try:
                if not talk.take(line):
                    return
            except (Usage, RagError) as error:
                told(error, home)
    finally:
        keep(history)


def edited(history: Path | None) -> str:
    """Line editing, where there is any; returns the prompt."""
    from app.terminal_look import coloured

    if not sys.stdout.isatty():
        return ""  # nobody would see it, and it would stand among the answers
    try:
        import readline
    except ImportError:
        return "> "
    if history is not None:
        with suppress(OSError):
            readline.read_history_file(history.expanduser())
    readline.set_completer_delims("")
    readline.set_completer(completed)
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
    return "\001\x1b[1m\002> \001\x1b[0m\002" if coloured() else "> "


def completed(text: str, state: int) -> str | None:
    """The commands that begin so."""
    found = [f"/{name}" for name in COMMANDS if f"/{name}".startswith(text) and text]
    return found[state] if state < len(found) else None


def keep(history: Path | None) -> None:
    """Write what was typed where it was asked to be kept, for its owner's eyes only."""
    if history is None:
        return
    try:
        import readline
    except ImportError:
        return
    place = history.expanduser()
    readline.set_history_length(KEPT_LINES)
    try:
        place.touch(mode=0o600)
        readline.write_history_file(place)
    except OSError as error:
        say(tr("talk.not_kept", path=place, detail=error.strerror or error))

"""The command ``ragphoto``: a table of contents. Each command is loaded when it is typed."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer
    from typer.models import CommandInfo, TyperInfo

    from app.messages import Language

# name -> module of app.commands, whose `register(app)` adds the command; its short help is the
# text "help.<name>" of the catalogue. In the order in which people meet them.
COMMANDS = {
    "ingest": "ingest",
    "ask": "ask",
    "search": "search",
    "chat": "chat",
    "serve": "serve",
    "mcp": "mcp",
    "demo": "demo",
    "key": "key",
    "feedback": "feedback",
    "diagnose": "diagnose",
    "retrain": "retrain",
    "explain": "explain",
    "ocr": "ocr",
    "golden": "golden",
    "eval": "evaluate",
    "stats": "stats",
    "health": "health",
    "release": "release",
    "trial": "trial",
    "night": "night",
    "watch": "watch",
    "schedule": "schedule",
    "drift": "drift",
    "alerts": "alerts",
    "backup": "backup",
    "restore": "restore",
    "delete": "delete",
    "verify": "verify",
    "doctor": "doctor",
}


def main(argv: list[str] | None = None) -> None:
    """Run the command line; ends with SystemExit."""
    arguments = sys.argv[1:] if argv is None else argv
    from app import console

    console.write_anywhere()
    console.speak(choose_language(arguments))
    app = build(arguments + _being_completed())
    app(args=arguments, prog_name="ragphoto")


def build(arguments: list[str]) -> typer.Typer:
    """The Typer application, with only the commands named in ``arguments`` really loaded.

    The others are there with their name and short help, so that ``ragphoto --help`` shows all of
    them without importing any (0.3 s is the budget of the whole process).
    """
    import typer

    from app.console import log_to_stderr, tr
    from app.speaking import Spoken

    app = typer.Typer(
        name="ragphoto",
        cls=Spoken,
        help=tr("help.app"),
        no_args_is_help=True,
        rich_markup_mode=None,  # rich alone would take half of the budget of --help
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def everywhere() -> None:
        log_to_stderr()

    for name, module in COMMANDS.items():
        if name in arguments:
            import_module(f"app.commands.{module}").register(app)
            _teach(app)
        else:
            app.command(name, short_help=tr(f"help.{name}"))(_not_loaded)
    return app


def _teach(app: typer.Typer, before: str = "") -> None:
    """End the help of each command with the examples that the catalogue has for it."""
    from app import messages
    from app.console import tr

    infos: list[CommandInfo | TyperInfo] = [*app.registered_commands, *app.registered_groups]
    for info in infos:
        key = f"example.{before}{info.name}"
        if key in messages.MESSAGES:
            lines = "\n".join(f"  {line}" for line in tr(key).splitlines())
            info.epilog = f"{tr('example.title')}\n\n\b\n{lines}"
    for group in app.registered_groups:
        if group.typer_instance is not None:
            _teach(group.typer_instance, f"{group.name} ")


def _not_loaded() -> None:
    """Stands for a command that was not typed."""
    raise AssertionError("a command that was not typed cannot run")


def choose_language(arguments: list[str]) -> Language:
    """French, unless ``--lang``, RAG_LANGUAGE or ``language`` in ragphoto.toml says English."""
    chosen = _option(arguments, "--lang") or os.environ.get("RAG_LANGUAGE")
    if chosen is None:
        home = _option(arguments, "--home") or os.environ.get("RAG_HOME")
        chosen = _language_of(Path(home) if home else Path(__file__).resolve().parents[1])
    return "en" if chosen == "en" else "fr"


def _being_completed() -> list[str]:
    """The words that a shell asks to complete: bash hands them one way, zsh and fish another."""
    typed = (os.environ.get(name, "") for name in ("COMP_WORDS", "_TYPER_COMPLETE_ARGS"))
    return " ".join(typed).split()


def _option(arguments: list[str], name: str) -> str | None:
    for position, argument in enumerate(arguments):
        if argument == name and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
    return None


def _language_of(home: Path) -> str | None:
    """``language`` in ragphoto.toml; a file that cannot be read is reported by the command."""
    path = home / "ragphoto.toml"
    if not path.is_file():
        return None
    import tomllib

    try:
        return str(tomllib.loads(path.read_text("utf-8")).get("language"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
        return None


if __name__ == "__main__":
    main()

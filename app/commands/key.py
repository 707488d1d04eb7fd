"""``ragphoto key``: who may come in, and what they may do."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from app.commands.opened import opened
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import Usage, result, result_json, say, tr

NameArgument = Annotated[str, typer.Argument(help=tr("opt.key.name"))]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help=tr("help.key"), no_args_is_help=True, rich_markup_mode=None)
    commands = (("create", create), ("list", listing), ("revoke", revoke), ("forget", forget))
    for name, command in commands:
        group.command(name, help=tr(f"help.key.{name}"))(command)
    app.add_typer(group, name="key")


def create(
    name: NameArgument,
    role: Annotated[
        Literal["reader", "editor", "admin"], typer.Option("--role", help=tr("opt.key.role"))
    ] = "reader",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key; its text goes to the output, alone, once."""
    with opened(home) as (_, settings, store):
        from mlops import keys

        first = not settings.api_key and not keys.any_issued(store)
        try:
            key, text = keys.issue(store, name, role)
        except keys.NameTaken as error:
            raise Usage(tr("key.taken", name=name)) from error
        except ValueError as error:
            raise Usage(tr("key.bad", name=name)) from error
        if as_json:
            result_json({"id": key.key_id, "name": name, "role": role, "key": text})
            return
        say(tr("key.made", name=name, role=role))
        result(text)
        if first:
            say(tr("key.first"))


def listing(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """The keys, without their text: nobody has it but who holds them."""
    with opened(home) as (_, _, store):
        from mlops import keys

        rows = keys.listing(store)
        if as_json:
            shown = ("key_id", "name", "role", "created_at", "used_at", "revoked_at")
            result_json([{name: getattr(row, name) for name in shown} for row in rows])
            return
        for row in rows:
            used = row.used_at[:16].replace("T", " ") if row.used_at else tr("key.never")
            state = tr("key.revoked") if row.revoked_at else ""
            made = row.created_at[:10]
            line = tr("key.line", id=row.key_id, role=row.role, name=row.name, made=made,
                      used=used, state=state)  # fmt: skip
            result(line.rstrip())
        if not rows:
            result(tr("key.none"))


def revoke(
    name: NameArgument,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a key back, and the sessions opened with it."""
    with opened(home) as (_, _, store):
        from mlops import keys

        if (key := keys.revoke(store, name)) is None:
            raise Usage(tr("key.unknown", name=name))
        if as_json:
            result_json({"name": key.name, "revoked": True})
        else:
            result(tr("key.gone", name=key.name))


def forget(
    yes: Annotated[bool, typer.Option("--yes", help=tr("opt.key.yes"))] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open the service to this machine again."""
    with opened(home) as (_, _, store):
        from mlops import keys

        if not yes:
            raise Usage(tr("key.confirm"))
        count = keys.forget_all(store)
        if as_json:
            result_json({"forgotten": count})
        else:
            result(tr("key.forgotten", count=count))

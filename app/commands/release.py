"""``ragphoto release list|promote|rollback``: which version of the index answers."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from app import messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import Usage, language, open_home, result, result_json, told_in_words, tr


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help=tr("help.release"), no_args_is_help=True, rich_markup_mode=None)
    group.command("list", help=tr("help.release.list"))(listing)
    group.command("promote", help=tr("help.release.promote"))(promote)
    group.command("rollback", help=tr("help.release.rollback"))(rollback)
    app.add_typer(group, name="release")


def listing(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Every release, its date and state."""
    with told_in_words(home):
        from mlops import releases
        from mlops.store import Store

        place, _ = open_home(home)
        with Store(place) as store:
            rows = releases.listing(store)
        if as_json:
            result_json(rows)
            return
        for row in rows:
            state = messages.text_or(
                f"release.state.{row.state}", "stage.other", language(), stage=row.state
            )
            result(f"{row.release_id}  {row.created_at[:16].replace('T', ' ')}  {state}")
        if not rows:
            result(tr("release.none"))


def promote(
    release: Annotated[str, typer.Argument(help=tr("opt.release"), show_default=False)],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a release in service."""
    with told_in_words(home):
        from mlops import releases
        from mlops.store import Store

        place, _ = open_home(home)
        with Store(place) as store:
            known = [row.release_id for row in releases.listing(store)]
            found = [name for name in known if name.startswith(release)]
            if len(found) != 1:
                key = "release.which" if found else "release.unknown"
                raise Usage(tr(key, release=release, count=len(found)))
            releases.promote(store, found[0], by=getpass.getuser(), reason="ragphoto release")
        tell(found[0], as_json=as_json)


def rollback(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Put the previous release back."""
    with told_in_words(home):
        from mlops import releases
        from mlops.store import Store

        place, _ = open_home(home)
        with Store(place) as store:
            now = releases.rollback(store, by=getpass.getuser())
        tell(now, as_json=as_json)


def tell(release: str, *, as_json: bool) -> None:
    """Which release answers now."""
    if as_json:
        result_json({"in_service": release})
    else:
        result(tr("release.in_service", release=release))

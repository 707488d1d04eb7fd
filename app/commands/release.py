"""``ragphoto release``: which versions of the index there are, which one answers, what changed."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer

from app import messages
from app.commands import completion, release_diff
from app.commands.opened import meant, megabytes, opened
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, result, result_json, tr

ReleaseArgument = Annotated[
    str,
    typer.Argument(help=tr("opt.release"), show_default=False, autocompletion=completion.releases),
]
WhyOption = Annotated[str, typer.Option("--why", help=tr("opt.why"), show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help=tr("help.release"), no_args_is_help=True, rich_markup_mode=None)
    for name, command in (
        ("list", listing),
        ("show", show),
        ("diff", release_diff.diff),
        ("promote", promote),
        ("rollback", rollback),
        ("clean", clean),
    ):
        group.command(name, help=tr(f"help.release.{name}"))(command)
    app.add_typer(group, name="release")


def state_of(state: str) -> str:
    """A state in words."""
    return messages.text_or(f"release.state.{state}", "stage.other", language(), stage=state)


def listing(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Every release, its date, state and size."""
    with opened(home) as (place, _, store):
        from mlops import releases
        from mlops.release_facts import size

        rows = releases.listing(store)
        sizes = {row.release_id: size(place, row.release_id) for row in rows}
        if as_json:
            from dataclasses import asdict

            result_json([{**asdict(row), "size": sizes[row.release_id]} for row in rows])
            return
        for row in rows:
            found = sizes[row.release_id]
            result(
                tr(
                    "release.line",
                    release=row.release_id,
                    date=row.created_at[:16].replace("T", " "),
                    state=state_of(row.state),
                    size=megabytes(found.total) if found else tr("release.removed"),
                ).rstrip()
            )
            if row.state == "rejected" and row.reasons:
                result(f"    {row.reasons[0]}")
        if not rows:
            result(tr("release.none"))


def show(
    release: ReleaseArgument = "champion",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Everything known of a release."""
    with opened(home) as (place, _, store):
        from mlops.release_facts import facts

        found = facts(place, store, meant(store, release))
        if as_json:
            result_json(found)
        else:
            tell_facts(found)


def tell_facts(found: dict[str, Any]) -> None:
    """A line a fact, then its life."""
    shown = {
        "release": found["release"],
        "state": state_of(found["state"]),
        "created_at": found["created_at"][:16].replace("T", " "),
        "run": found["run"],
        "parent": found["parent"],
        "program": found["program"],
        "method": (found["method"] or "")[:16],
        "embedder": (found["embedder"] or {}).get("name"),
        "counts": ", ".join(f"{name} {count}" for name, count in found["counts"].items()),
        "bytes": _size(found),
        "reasons": "; ".join(found["reasons"]),
    }
    for name, value in shown.items():
        if value:
            result(f"{tr(f'release.field.{name}'):<20} {value}")
    for row in found["promotions"]:
        came, back = row["release_id"] == found["release"], row["action"] == "rollback"
        said = {
            (True, False): "release.promoted",
            (False, False): "release.replaced",
            (True, True): "release.put_back",
            (False, True): "release.rolled_back",
        }[came, back]
        told = tr(
            said,
            date=row["at"][:16].replace("T", " "),
            who=row["author"],
            other=row["release_id"],
        )
        result(f"{told}{tr('release.because', reason=row['reason']) if row['reason'] else ''}")


def _size(found: dict[str, Any]) -> str:
    if found["bytes"] is None:
        return tr("release.removed")
    total, own = (messages.number(found[n] / 1e6, language(), 1) for n in ("bytes", "own_bytes"))
    return tr("release.size", total=total, own=own)


def promote(
    release: ReleaseArgument,
    why: WhyOption = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a release in service."""
    with opened(home) as (place, _, store):
        from mlops import releases

        chosen = meant(store, release)
        releases.promote(
            store, chosen, by=getpass.getuser(), reason=why or "ragphoto release",
            usable=releases.in_folder(place),
        )  # fmt: skip
        tell(chosen, as_json=as_json)


def rollback(
    why: WhyOption = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put the previous release back."""
    with opened(home) as (place, _, store):
        from mlops import releases

        now = releases.rollback(
            store, by=getpass.getuser(), reason=why, usable=releases.in_folder(place)
        )
        tell(now, as_json=as_json)


def clean(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Remove old releases."""
    with opened(home) as (place, settings, store):
        from mlops.retention import clean as clean_up

        done = clean_up(place, settings, store)
        if as_json:
            result_json(done)
        else:
            freed = messages.number(done.freed_bytes / 1e6, language(), 1)
            result(tr("release.cleaned", count=len(done.removed), freed=freed))


def tell(release: str, *, as_json: bool) -> None:
    """Which release answers now."""
    if as_json:
        result_json({"in_service": release})
    else:
        result(tr("release.in_service", release=release))

"""``ragphoto release diff A B``: what differs, which golden questions changed, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.opened import meant, opened
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import result, result_json, tr
from app.tables import Table, as_text

if TYPE_CHECKING:
    from mlops.differences import Changed, Difference, Found


def diff(
    before: Annotated[str, typer.Argument(help=tr("opt.release.before"), show_default=False)],
    after: Annotated[str, typer.Argument(help=tr("opt.release.after"))] = "champion",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two releases."""
    from app.progress import watch

    with opened(home) as (place, settings, store):
        from mlops import differences

        one, two = meant(store, before), meant(store, after)
        found = differences.diff(place, settings, store, one, two, progress=watch())
        if as_json:
            result_json(found)
        else:
            tell(found)


def tell(found: Difference) -> None:
    """Parts, documents, questions."""
    if found.before == found.after:
        result(tr("diff.same"))
        return
    rows = tuple((part.name, _short(part.before), _short(part.after)) for part in found.parts)
    head = (tr("diff.part"), tr("diff.before"), tr("diff.after"))
    result(as_text([Table(tr("diff.parts"), head, rows)]))
    for name, paths in found.documents.items():
        if paths:
            result(f"{tr(f'diff.documents.{name}')} : {', '.join(paths)}")
    result("")
    if not found.asked:
        result(tr("diff.unasked"))
    elif not found.changed:
        result(tr("diff.none", asked=found.asked))
    else:
        result(as_text([_questions(found)]))


def _questions(found: Difference) -> Table:
    better, worse = (sum(c.better is way for c in found.changed) for way in (True, False))
    title = tr(
        "diff.changed", count=len(found.changed), asked=found.asked, better=better, worse=worse
    )
    head = (tr("diff.question"), tr("diff.before"), tr("diff.after"), tr("diff.cause"))
    rows = tuple(
        (f"{_sign(c)} {c.question}", _found(c, c.before), _found(c, c.after), _cause(c))
        for c in found.changed
    )
    return Table(title, head, rows)


def _sign(changed: Changed) -> str:
    return {True: "+", False: "-", None: "="}[changed.better]


def _found(changed: Changed, found: Found) -> str:
    if changed.before.kept != changed.after.kept:
        return tr("diff.kept" if found.kept else "diff.refused")
    return tr("diff.unfound") if found.rank is None else tr("diff.rank", rank=found.rank)


def _cause(changed: Changed) -> str:
    return tr(f"diff.cause.{changed.cause}", detail=changed.detail).strip()


def _short(text: str) -> str:
    return text if len(text) <= 28 else text[:27] + "…"

"""``ragphoto drift``: are the last days unlike the weeks before?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app import messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, open_home, result, result_json, told_in_words, tr

if TYPE_CHECKING:
    from mlops.drift import DriftFinding

MOST = 3650  # days
LONGEST = 160  # characters of an example


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("drift", help=tr("help.drift"))(drift)


def drift(
    days: Annotated[int, typer.Option("--days", min=1, max=MOST, help=tr("opt.drift.days"))] = 7,
    reference: Annotated[
        int, typer.Option("--reference", min=1, max=MOST, help=tr("opt.drift.reference"))
    ] = 28,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look, without keeping what is found."""
    with told_in_words(home):
        from mlops.drift import look, since
        from mlops.store import Store
        from rag.errors import NoRelease

        place, settings = open_home(home)
        if not place.database.is_file():
            raise NoRelease(place.root)
        with Store(place) as store:
            found = look(place, settings, store, days=days, reference=reference, keep=False)
            began = since(store)
        if not found:
            raise NoRelease(place.root)
        if as_json:
            result_json(found)
        else:
            tell(found, began)


def tell(found: list[DriftFinding], began: dict[str, str]) -> None:
    """A line a detector; of what drifted since when, three examples, and what to do."""
    for finding in found:
        sign = "!" if finding.drifted else ("·" if finding.note else "✓")
        result(f"{sign} {tr(f'drift.{finding.detector}'):<34} {_figures(finding)}")
        if finding.drifted:
            if finding.detector in began:
                result("      " + tr("drift.since", day=began[finding.detector][:10]))
            for example in finding.examples:
                result(f"      « {one_line(example)} »")
            result("      → " + tr(f"drift.todo.{finding.detector}"))
    drifted = sum(finding.drifted for finding in found)
    result(tr("drift.some", count=drifted) if drifted else tr("drift.none"))


def _figures(finding: DriftFinding) -> str:
    counts = {"before": finding.n_reference, "after": finding.n_window}
    if finding.note:
        return tr("drift.too_few", **counts)
    p = "< 0.001" if finding.p < 0.001 else f"{finding.p:.3f}"
    effect, wanted = (
        messages.number(value, language(), 2) for value in (finding.effect, finding.wanted)
    )
    return tr("drift.figures", effect=effect, wanted=wanted, p=p, **counts)


def one_line(example: str) -> str:
    """Words of a reader or a file: one line, without what a terminal would obey."""
    shown = "".join(c if c.isprintable() else " " for c in example)
    return " ".join(shown.split())[:LONGEST]

"""``ragphoto explain``: from an answer back to its question, scores, thresholds and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, open_home, result, result_json, told_in_words, tr

if TYPE_CHECKING:
    from app.origins import Part
    from mlops.explaining import Explanation


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", help=tr("help.explain"))(explain)


def explain(
    answer_id: Annotated[str, typer.Argument(help=tr("opt.answer_id"), show_default=False)],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain an answer."""
    with told_in_words(home):
        from mlops import explaining

        place, settings = open_home(home)
        found = explaining.explain(place, settings, answer_id)
        if as_json:
            result_json(found)
        else:
            tell(found)
        if found.again.possible and not found.again.same:
            raise typer.Exit(1)


def tell(found: Explanation) -> None:
    """The same in words, in the order in which it happened."""
    from app import origins

    for n, part in enumerate(origins.told(found, language())):
        _tell_part(part, first=n == 0)


def _tell_part(part: Part, *, first: bool) -> None:
    result(part.title if first else f"\n{part.title}")
    for line in part.lines:
        result(f"  {line.words}")
        for place in line.under:
            result(f"      {place.words}")
    if part.head:
        rows = [part.head, *(tuple(cell.words for cell in row) for row in part.rows)]
        widths = [max(len(row[n]) for row in rows) for n in range(len(part.head))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            result(f"  {'  '.join(cells)}".rstrip())
    for detail in part.details:
        result(f"  {detail}")

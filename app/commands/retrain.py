"""``ragphoto retrain``: learn from what readers say; the gate decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app import messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, open_home, result, result_json, told_in_words, tr

if TYPE_CHECKING:
    from mlops.learning.retraining import Retraining


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("retrain", help=tr("help.retrain"))(retrain)


def retrain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=tr("opt.retrain.dry"))] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the challenger and let the gate judge; ends with 1 when it is refused."""
    with told_in_words(home):
        from mlops.learning.retraining import retrain as learn

        place, settings = open_home(home)
        found = learn(place, settings, dry_run=dry_run)
        if as_json:
            result_json(found)
        else:
            tell(found)
        if found.decision == "rejected":
            raise typer.Exit(1)


def tell(found: Retraining) -> None:
    """What was said, what is in force, what was decided."""
    due, tongue = found.due, language()

    def figure(value: float) -> str:
        return messages.number(value, tongue, 1) if value == value else "–"

    result(
        tr(
            "retrain.due",
            feedbacks=due.feedbacks,
            mean=figure(due.mean),
            low=figure(due.low),
            high=figure(due.high),
            rate=messages.percent(due.correction_rate),
            verdict=tr("retrain.is_due" if due.due else "retrain.not_due"),
        )
    )
    learned = found.learned
    if remarks := learned.get("remarks"):
        result(tr("retrain.remarks", count=remarks))
    for state, count in sorted(found.proposals.items()):
        result(tr(f"retrain.proposals.{state}", count=count))
    result(
        tr(
            "retrain.learned",
            entries=learned.get("entries", 0),
            synonyms=learned.get("synonyms", 0),
        )
    )
    result(tr(f"retrain.decision.{found.decision}", release=(found.challenger or "")[:8]))
    for reason in found.reasons:
        result(tr("retrain.reason", reason=reason))
    if found.corrected:
        result(tr("retrain.corrected", count=found.corrected))
    if found.waiting:
        result(tr("retrain.waiting", count=found.waiting))

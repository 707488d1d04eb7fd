"""``ragphoto ingest``: the seven stages, with progress; says what was taken and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app import messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, open_home, result, result_json, say, told_in_words, tr

if TYPE_CHECKING:
    from mlops.runs import RunReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest", help=tr("help.ingest"))(ingest)


def ingest(
    accept_vanished: Annotated[
        bool, typer.Option("--accept-vanished", help=tr("opt.accept_vanished"))
    ] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the collection."""
    with told_in_words(home):
        from app.progress import watch
        from mlops import run_log, steps

        place, settings = open_home(home)
        run_log.configure(place)
        report = steps.ingest(place, settings, progress=watch(), accept_vanished=accept_vanished)
        if as_json:
            result_json(report)
        else:
            tell(report)


def tell(report: RunReport) -> None:
    """The account of one run, in words."""
    name = str(report.release_id or report.champion_id or "—")[:12]
    decision = tr(f"ingest.{report.decision}")
    result(tr("ingest.done", release=name, decision=decision))
    for line in (*report.reasons, *report.reserves):
        result(f"  {line}")
    pages = ", ".join(
        f"{messages.text_or(f'statuses.{status}', 'stage.other', language(), stage=status)} {count}"
        for status, count in report.pages_by_status.items()
        if count
    )
    result(
        tr(
            "ingest.figures",
            documents=report.documents,
            pages=report.pages,
            statuses=pages,
            read=report.pages_read,
            chunks=report.chunks,
            embedded=report.chunks_embedded,
            seconds=messages.number(report.seconds, language(), 1),
        )
    )
    if report.lexical_only:
        say(tr("lexical.only"))
    if report.refusals:
        result(tr("ingest.files_refused"))
        for refusal in report.refusals:
            key = f"refused.{refusal.code}"
            why = messages.text_or(key, "refused.other", language(), code=refusal.code)
            result(f"  {refusal.path} : {why}")

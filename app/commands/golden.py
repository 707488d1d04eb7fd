"""``ragphoto golden``: one's own golden questions, added, listed, checked, removed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import (
    Usage,
    home_flag,
    language,
    open_home,
    result,
    result_json,
    say,
    told_in_words,
    tr,
)

if TYPE_CHECKING:
    from mlops.golden_check import Checked, Finding
    from mlops.golden_file import Golden
    from rag.index.release import Release
    from rag.settings import Home

FileArgument = Annotated[
    Path | None, typer.Argument(help=tr("opt.golden.file"), show_default=False)
]
EXAMPLE = 'ragphoto golden add{flag} "…" --page "livre.pdf:12"'


def register(app: typer.Typer) -> None:
    """Add the command and its four verbs."""
    group = typer.Typer(help=tr("help.golden"), no_args_is_help=True, rich_markup_mode=None)
    for name, verb in (("add", add), ("list", listing), ("check", check), ("remove", remove)):
        group.command(name, help=tr(f"help.golden.{name}"))(verb)
    app.add_typer(group, name="golden")


def add(
    question: Annotated[
        str, typer.Argument(help=tr("opt.golden.question"), show_default=False)
    ] = "",
    page: Annotated[list[str] | None, typer.Option(help=tr("opt.golden.page"))] = None,
    answer: Annotated[str, typer.Option(help=tr("opt.golden.answer"), show_default=False)] = "",
    quote: Annotated[str, typer.Option(help=tr("opt.golden.quote"), show_default=False)] = "",
    kind: Annotated[str, typer.Option(help=tr("opt.golden.kind"), show_default=False)] = "",
    unanswerable: Annotated[
        bool, typer.Option("--unanswerable", help=tr("opt.golden.unanswerable"))
    ] = False,
    from_answer: Annotated[
        str, typer.Option(help=tr("opt.golden.from_answer"), show_default=False)
    ] = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one more question in the collection's own file."""
    with told_in_words(home):
        from mlops import golden_adding, golden_file
        from mlops.store import Store

        place, _ = open_home(home)
        first = place.uses_sample and not golden_file.own_file(place).is_file()
        given = golden_adding.Given(
            question=question,
            pages=tuple(page_of(text) for text in page or ()),
            answer=answer,
            quote=quote,
            kind=kind,
            unanswerable=unanswerable,
            from_answer=from_answer,
        )
        release = release_in_service(place)
        with Store(place) as store:
            added = golden_adding.add(place, store, release, given)
        if first:
            say(tr("golden.first_own"))
        if as_json:
            result_json(added.row())
        else:
            result(tr("golden.added", id=added.id, path=golden_file.own_file(place)))


def listing(
    file: FileArgument = None,
    kind: Annotated[str | None, typer.Option(help=tr("opt.golden.kind_filter"))] = None,
    document: Annotated[str | None, typer.Option(help=tr("opt.golden.document"))] = None,
    match: Annotated[str | None, typer.Option(help=tr("opt.golden.match"))] = None,
    unanswerable: Annotated[
        bool, typer.Option("--unanswerable", help=tr("opt.golden.only_unanswerable"))
    ] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the questions, in the order of the file."""
    with told_in_words(home):
        from mlops.golden_file import load
        from rag.french.analysis import fold

        place, _ = open_home(home)
        path = file or place.golden
        questions = [
            question
            for question in (load(path) if path else ())
            if (kind is None or question.kind == kind)
            and (document is None or any(document in name for name, _ in question.gold))
            and (match is None or fold(match) in fold(question.question))
            and not (unanswerable and question.answerable)
        ]
        if as_json:
            result_json([question.row() for question in questions])
            return
        for question in questions:
            tell(question)
        if not questions:
            result(tr("golden.none"))
            say(tr("golden.how_to_add", command=EXAMPLE.format(flag=home_flag(place))))


def check(
    file: FileArgument = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong in the file and what it can measure; exit code 1 when it is not usable."""
    with told_in_words(home):
        from mlops import golden_check
        from rag.errors import NoRelease

        place, _ = open_home(home)
        path = file or place.golden
        if path is None:
            raise Usage(tr("eval.no_golden", command=EXAMPLE.format(flag=home_flag(place))))
        release = None
        try:
            release = release_in_service(place)
        except NoRelease:
            say(tr("golden.no_release"))
        checked = golden_check.check(path, release)
        if as_json:
            result_json(checked)
        else:
            tell_checked(checked)
        if not checked.usable:
            raise typer.Exit(1)


def remove(
    question_id: Annotated[str, typer.Argument(help=tr("opt.golden.id"), show_default=False)],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take one question out of the collection's own file."""
    with told_in_words(home):
        from mlops import golden_file

        place, _ = open_home(home)
        gone = golden_file.remove(place, question_id)
        if gone is None:
            path = golden_file.own_file(place)
            raise Usage(tr("golden.not_there", id=question_id, path=path))
        if as_json:
            result_json(gone.row())
        else:
            result(tr("golden.removed", id=gone.id, question=gone.question))


def page_of(text: str) -> tuple[str, int]:
    """The document and the page of "document:page".

    Raises:
        Usage: it is not that.
    """
    document, colon, page = text.rpartition(":")
    if not colon or not document.strip() or not page.strip().isdecimal():
        raise Usage(tr("golden.bad_page", given=text))
    return document.strip(), int(page)


def release_in_service(home: Home) -> Release:
    """The release in service; no model is loaded.

    Raises:
        NoRelease: there is none.
    """
    from mlops.releases import champion
    from rag.errors import NoRelease
    from rag.index.release import Release

    folder = champion(home)
    if folder is None:
        raise NoRelease(home.root)
    return Release.open(folder)


def tell(question: Golden) -> None:
    """One question on one line, its pages below."""
    places = ", ".join(f"{document}:{page}" for document, page in question.gold) or "-"
    result(f"{question.id:10} {question.kind:14} {question.question}")
    said = f" → {question.answer}" if question.answer else ""
    result(f"{'':25} {places}{said}")


def tell_checked(checked: Checked) -> None:
    """Counts, what they can say, and every finding with its line."""
    result(
        tr(
            "golden.counts",
            path=checked.path,
            questions=checked.questions,
            answerable=checked.answerable,
            unanswerable=checked.unanswerable,
        )
    )
    widths = (width(checked.recall_within), width(checked.refused_within))
    result(tr("golden.resolution", recall=widths[0], refused=widths[1]))
    for finding in checked.findings:
        result(told(finding))
    if not checked.findings:
        result(tr("golden.fine"))


def told(finding: Finding) -> str:
    """One finding in words."""
    details = dict(finding.details)
    if "within" in details:
        details["within"] = width(details["within"])
    where = tr("golden.at_line", line=finding.line, id=finding.id or "?") if finding.line else ""
    words = tr(f"golden.found.{finding.code}", **details)
    return "  ".join(filter(None, (f"{tr(f'golden.level.{finding.level}'):9}", where, words)))


def width(value: float) -> str:
    """Half an interval, as the language writes it."""
    if math.isnan(value):
        return tr("golden.unknown_width")
    return messages.number(value, language(), 2)

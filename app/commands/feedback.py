"""``ragphoto feedback``: rate or correct an answer; see what was received and what became of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import messages
from app.commands.named import page_named
from app.commands.opened import opened
from app.commands.options import HomeOption, JsonOption, LangOption
from app.commands.remark_shown import tell_details
from app.console import Usage, holds_everything, language, result, result_json, say, tr
from app.fates import told
from app.remarking import told as told_why
from app.remarking import why_not

if TYPE_CHECKING:
    from mlops.feedback import Mark
    from mlops.store import Store

STATES = ("received", "diagnosed", "corrected", "not_corrected", "counted")
RemarkArgument = Annotated[str, typer.Argument(help=tr("opt.feedback.id"), show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the group; typed alone it submits (with ``--rating``) or lists."""
    from app.commands import reviewing

    group = typer.Typer(
        help=tr("help.feedback"),
        invoke_without_command=True,
        rich_markup_mode=None,
    )
    group.callback()(feedback)
    for name, command in (
        ("list", listing),
        ("show", show),
        ("import", take_in),
        ("export", export),
        ("withdraw", withdraw),
        ("word", reviewing.word),
        ("review", reviewing.review),
        ("person", reviewing.person),
    ):
        group.command(name, help=tr(f"help.feedback.{name}"))(command)
    app.add_typer(group, name="feedback")


def feedback(
    context: typer.Context,
    answer: Annotated[str | None, typer.Option("--answer", help=tr("opt.answer"))] = None,
    rating: Annotated[int | None, typer.Option("--rating", help=tr("opt.rating"))] = None,
    text: Annotated[str | None, typer.Option("--text", help=tr("opt.text"))] = None,
    correction: Annotated[
        str | None, typer.Option("--correction", help=tr("opt.correction"))
    ] = None,
    question: Annotated[
        str | None, typer.Option("--question", help=tr("opt.feedback_question"))
    ] = None,
    answer_text: Annotated[
        str | None, typer.Option("--answer-text", help=tr("opt.feedback_answer"))
    ] = None,
    page: Annotated[list[str] | None, typer.Option("--page", help=tr("opt.feedback.page"))] = None,
    wrong_page: Annotated[
        list[str] | None, typer.Option("--wrong-page", help=tr("opt.feedback.wrong_page"))
    ] = None,
    wanted: Annotated[str | None, typer.Option("--wanted", help=tr("opt.feedback.wanted"))] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Submit with ``--rating``; list without."""
    if context.invoked_subcommand is not None:
        return
    with opened(home) as (_, _, store):
        if rating is None:
            tell(store.feedback(), as_json=as_json)
            return
        if not 1 <= rating <= 5:
            raise Usage(tr("feedback.bad_rating"))
        answer = answer_named(store, answer) if answer else None
        about = store.answer(answer) if answer else None
        if about is None and not (question and answer_text):
            raise Usage(tr("feedback.needs"))
        from mlops import feedback as room

        shown = about or {"question": question, "text": answer_text}
        said = shown["text"] or messages.text(f"outcome.{shown['outcome']}", language())
        given = room.Given(
            question=str(shown["question"]), answer=str(said), rating=rating, text=text,
            corrected_answer=correction, answer_id=answer, author="editor",
            marks=(*_marks(store, page, right=True), *_marks(store, wrong_page, right=False)),
            wanted=wanted,
        )  # fmt: skip
        try:
            feedback_id = room.save(store, given)
        except ValueError as error:
            raise Usage(why_not(error, language())) from error
        if as_json:
            result_json({"status": "success", "feedback_id": feedback_id})
        else:
            result(tr("feedback.saved"))
            say(tr("feedback.next", id=feedback_id[:8]))


def _marks(store: Store, values: list[str] | None, *, right: bool) -> Iterator[Mark]:
    """Each DOCUMENT:PAGE as a page pointed at."""
    from mlops.feedback import Mark

    for value in values or ():
        yield Mark(*page_named(store, value), right=right)


def answer_named(store: Store, name: str) -> str:
    """The answer of an id, or of the beginning of one.

    Raises:
        Usage: none, or several, begin so.
    """
    from mlops.answers import begin_with

    found = [name] if store.answer(name) else begin_with(store, name)
    if len(found) == 1:
        return found[0]
    key = "feedback.several_answers" if found else "feedback.unknown_answer"
    raise Usage(tr(key, answer_id=name, count=len(found)))


def tell(rows: list[Any], *, as_json: bool) -> None:
    """What was received, oldest first, with what became of it."""
    if as_json:
        result_json([dict(row) for row in rows])
        return
    for row in rows:
        at = str(row["at"])[:16].replace("T", " ")
        values = {"id": row["feedback_id"][:8], "at": at, "rating": row["rating"]}
        result(tr("feedback.row", question=row["question"], **values))
        if said := row.get("corrected_answer") or row.get("feedback_text"):
            result(f"      {said}")
        result(tr("feedback.fate", told=told(row, language())))
    if not rows:
        result(tr("feedback.none"))


def listing(
    state: Annotated[str, typer.Option("--state", help=tr("opt.feedback.state"))] = "",
    rating_max: Annotated[
        int, typer.Option("--rating-max", min=1, max=5, help=tr("opt.feedback.rating_max"))
    ] = 5,
    since: Annotated[str, typer.Option("--since", help=tr("opt.feedback.since"))] = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Those of one state, rated at most so, received since; or all."""
    with opened(home) as (_, _, store):
        if state and state not in STATES:
            raise Usage(tr("feedback.bad_state", found=state, states=tr("opt.feedback.state")))
        if since and not _is_day(since):
            raise Usage(tr("feedback.bad_since", found=since))
        from mlops import feedback as room

        found = room.rows(store, state=state or None, rating_max=rating_max, since=since)
        tell(found[::-1], as_json=as_json)


def _is_day(text: str) -> bool:
    """Whether a text is a date, or a moment, of ISO 8601."""
    from datetime import datetime

    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def find(store: Store, name: str) -> str:
    """The remark of an id, or of the beginning of one.

    Raises:
        Usage: none, or several, begin so.
    """
    found = [row["feedback_id"] for row in store.feedback() if row["feedback_id"].startswith(name)]
    if len(found) != 1:
        key = "feedback.several_under" if found else "feedback.none_under"
        raise Usage(tr(key, id=name, count=len(found)))
    return str(found[0])


def show(
    remark: RemarkArgument,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """One remark with all that is known of it."""
    with opened(home) as (_, _, store):
        from mlops import feedback as room

        found = room.show(store, find(store, remark))
        assert found is not None
        if as_json:
            result_json(found)
            return
        tell([found], as_json=False)
        tell_details(store, found)


def take_in(
    file: Annotated[Path, typer.Argument(help=tr("opt.feedback.file"), show_default=False)],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import; ends with 1 when a line was left out."""
    with opened(home) as (_, _, store):
        from mlops.feedback.importing import read_lines

        found = read_lines(store, file)
        if as_json:
            result_json(found)
        else:
            result(tr("feedback.imported", kept=found.kept, known=found.known, bad=len(found.bad)))
            for bad in found.bad:
                why = told_why(bad.code, bad.why, bad.details, language())
                say(tr("feedback.bad_line", number=bad.number, why=why))
        if found.bad:
            raise typer.Exit(1)


def export(
    out: Annotated[Path | None, typer.Option("--out", help=tr("opt.feedback.out"))] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """One JSON object a line: ``feedback import`` reads it back."""
    with opened(home) as (_, _, store):
        from mlops.feedback.keeping import line_of

        escaped = out is None and not holds_everything(sys.stdout.encoding)
        rows = store.feedback()
        lines = [json.dumps(line_of(row), ensure_ascii=escaped) for row in rows]
        if out is not None:
            try:
                out.write_text("".join(line + "\n" for line in lines), "utf-8")
            except OSError as error:
                why = error.strerror or error
                raise Usage(tr("feedback.out_unwritable", path=out, why=why)) from error
        else:
            for line in lines:
                result(line)


def withdraw(
    remark: RemarkArgument,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take one back."""
    with opened(home) as (_, _, store):
        from mlops import feedback as room

        feedback_id = find(store, remark)
        room.withdraw(store, feedback_id, "editor")
        if as_json:
            result_json({"status": "withdrawn", "feedback_id": feedback_id})
        else:
            result(tr("feedback.withdrawn"))
